import type { ChildProcess } from 'node:child_process';
import { addAbortListener } from 'node:events';
import type { NamespaceChild } from './child';
import { startChildProcess } from './internal/childProcess';
import { requireChildPermission } from './internal/launch';
import { resolveUser } from './internal/resolveUser';
import { type ChildOptions, childOptions } from './internal/spawnOptions';
import { steps } from './internal/steps';
import { effectiveJoins } from './join';
import {
  type Caller,
  type Ending,
  type Plan,
  planProgram,
  planSetup,
  type ResolvedSpec,
  rangesOf,
} from './plan';
import { type Spec, typesOf } from './spec';
import { flagsOf, type NamespaceType } from './types';
import { requireMapped } from './user';

/** The plan of starting a program in the namespaces of `spec`, or of only making them. */
export function planFor(spec: Spec, ending: Ending): Plan {
  const { resolved, caller, ...setup } = setupOf(spec, ending);
  if (ending === 'send')
    return { ...setup, program: [steps.sendNamespaces(flagsOf(typesOf(spec))), steps.done()] };
  const program = typeof ending === 'string' ? undefined : ending;
  if (resolved.user !== undefined && program !== undefined) {
    const maps = rangesOf(resolved.user, caller);
    requireMapped(maps.uid, program.uid, 'options.uid', 'Namespace.user()');
    requireMapped(maps.gid, program.gid, 'options.gid', 'Namespace.user()');
  }
  return { ...setup, program: planProgram(resolved, ending, caller, setup.descriptors.length) };
}

type Setup = Omit<Plan, 'program'> & { readonly resolved: ResolvedSpec; readonly caller: Caller };

const setups = new WeakMap<Spec, Setup>();

// Made once for a composition, and again when this process has changed its ids.
function setupOf(spec: Spec, ending: Ending): Setup {
  const caller: Caller = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const known = setups.get(spec);
  if (
    ending !== 'send' &&
    known !== undefined &&
    known.caller.uid === caller.uid &&
    known.caller.gid === caller.gid
  )
    return known;
  const { user, join, ...others } = spec;
  const joins = effectiveJoins(join);
  const resolved: ResolvedSpec = {
    ...others,
    ...(user === undefined ? {} : { user: resolveUser(user, caller) }),
    ...(joins === undefined ? {} : { join: joins }),
  };
  // A pid namespace that is handed over has no process: its first one would be its PID 1, and its end.
  const atBirth: readonly NamespaceType[] = ending === 'send' ? ['user'] : ['user', 'pid'];
  const setup: Setup = { ...planSetup(resolved, caller, atBirth), resolved, caller };
  // What /etc/subuid grants may change meanwhile, and where this thread is, and which handles are open.
  if (user?.map !== 'auto' && join === undefined && ending !== 'send') setups.set(spec, setup);
  return setup;
}

/** Starts a child in the namespaces of `spec`; arguments and result as child_process.spawn has them. */
export function spawn(
  spec: Spec,
  command: unknown,
  args?: unknown,
  options?: unknown,
): NamespaceChild {
  requireChildPermission();
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
  // Unlike addEventListener's, this one cannot be kept from running by another listener.
  const listener = addAbortListener(signal, onAbort);
  child.once('exit', () => listener[Symbol.dispose]());
}

/** As Node's own: `name` and `code` tell it. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor(cause: unknown) {
    super('The operation was aborted', { cause });
  }
}
