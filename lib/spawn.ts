import type { ChildProcess } from 'node:child_process';
import { startChildProcess } from './internal/childProcess';
import { type ChildOptions, childOptions } from './internal/spawnOptions';
import { resolveUser } from './internal/resolveUser';
import * as validate from './internal/validate';
import { type Caller, makePlan, type Plan, type Program, rangesOf } from './plan';
import type { Spec } from './spec';
import { requireMapped } from './user';

/** The plan of starting `program` in the namespaces of `spec`; without a program, of only making them. */
export function planFor(spec: Spec, program: Program | undefined): Plan {
  const { user, ...others } = spec;
  const caller: Caller = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  if (user === undefined) return makePlan(others, program, caller);
  const resolved = resolveUser(user, caller);
  const maps = rangesOf(resolved, caller);
  requireMapped(maps.uid, program?.uid, 'options.uid', 'Namespace.user()');
  requireMapped(maps.gid, program?.gid, 'options.gid', 'Namespace.user()');
  return makePlan({ ...others, user: resolved }, program, caller);
}

/** Starts a child in the namespaces of `spec`; arguments and result as child_process.spawn has them. */
export function spawn(spec: Spec, command: unknown, args?: unknown, options?: unknown): ChildProcess {
  if (process.permission?.has('child') === false) throw validate.accessDenied('ChildProcess');
  const settings = childOptions(command, args, options);
  const child = startChildProcess(planFor(spec, settings), settings);
  endAfter(child, settings);
  endWith(child, settings);
  return child;
}

function kill(child: ChildProcess, signal: number): boolean {
  try {
    return child.kill(signal);
  } catch (error) {
    child.emit('error', error as Error);
    return false;
  }
}

function endAfter(child: ChildProcess, { timeout, killSignal }: ChildOptions): void {
  if (timeout === 0) return;
  const timer = setTimeout(() => kill(child, killSignal), timeout);
  child.once('exit', () => clearTimeout(timer));
  child.once('error', () => clearTimeout(timer));
}

function endWith(child: ChildProcess, { signal, killSignal }: ChildOptions): void {
  if (signal === undefined) return;
  const onAbort = () => {
    if (kill(child, killSignal)) child.emit('error', new AbortError(signal.reason));
  };
  if (signal.aborted) {
    process.nextTick(onAbort);
    return;
  }
  signal.addEventListener('abort', onAbort, { once: true });
  child.once('exit', () => signal.removeEventListener('abort', onAbort));
}

/** As Node's own: `name` and `code` tell it. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor(cause: unknown) {
    super('The operation was aborted', { cause });
  }
}
