import { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { NamespaceChild } from '../child';
import { NamespaceError } from '../errors';
import type { Plan } from '../plan';
import type { Usage } from '../usage';
import { type Ending, Handle } from './handle';
import { idsInside } from './idsInside';
import type { Exit } from './launch';
import { type ChildOptions, signalName } from './spawnOptions';

/** The fields of Node's ChildProcess that its prototype works on, and its constructor sets. */
interface Internals {
  _closesNeeded: number;
  _closesGot: number;
  _handle: Handle | null;
  connected: boolean;
  signalCode: NodeJS.Signals | null;
  exitCode: number | null;
  killed: boolean;
  spawnfile: string | null;
  spawnargs: string[];
  pid: number | undefined;
  stdin: Writable | null;
  stdio: (Readable | Writable | null)[] | undefined;
  spawn(options: object): number;
}

type Child = NamespaceChild & Internals;

const childProcessChannel = channel('child_process');

const usages = new WeakMap<ChildProcess, Usage>();

/** Children of ours whose program does not run yet. */
const starting = new WeakSet<ChildProcess>();

/** When the program of a child of ours runs; it is in its namespaces then. Undefined where there is nothing to wait for. */
export function started(child: ChildProcess): Promise<unknown> | undefined {
  return starting.has(child) ? once(child, 'spawn') : undefined;
}

/** What the kernel counted for a child of ours; undefined before its exit. */
export function usageOf(child: ChildProcess): Usage | undefined {
  return usages.get(child);
}

/**
 * A real ChildProcess whose process handle is ours. Its constructor is not called: that would make Node's native handle,
 * which nobody would ever close.
 */
export function startChildProcess(plan: Plan, options: ChildOptions): NamespaceChild {
  const child = Object.create(ChildProcess.prototype) as Child;
  EventEmitter.call(child);
  // Node completes the options, so they are a copy.
  const completed = { ...options };
  const handle = new Handle(
    plan,
    completed,
    () => {
      starting.delete(child);
      child.emit('spawn');
    },
    (ending) => end(child, ending),
  );
  Object.assign(child, {
    _closesNeeded: 1,
    _closesGot: 0,
    _handle: Object.assign(handle, {
      // Node's answer to an errno that is to become an 'error' event (ENOENT, EMFILE, …).
      onexit: () => end(child, { error: handle.error ?? unexplained() }),
    }),
    connected: false,
    signalCode: null,
    exitCode: null,
    killed: false,
    spawnfile: null,
  });
  // As a method of a class: not among the properties that Node's own has.
  Object.defineProperty(child, 'idsInside', {
    value: () => (child._handle?.pid === undefined ? [] : idsInside(child._handle.pid)),
  });
  starting.add(child);
  if (childProcessChannel.hasSubscribers) childProcessChannel.publish({ process: child });
  try {
    startWithoutSpawnEvent(child, handle, completed);
  } catch (error) {
    // Node knows the number only.
    if (handle.error === undefined) throw error;
    throw Object.assign(handle.error, { spawnargs: options.args.slice(1) });
  }
  return child;
}

function unexplained(): NamespaceError {
  return new NamespaceError({ step: 'start', errno: 5, syscall: 'clone' });
}

// Node emits 'spawn' on the next tick after a start. With us the program's exec comes later, and so does the event: a tick
// before Node's and a tick behind it, the child is deaf.
function startWithoutSpawnEvent(child: Child, handle: Handle, options: object): void {
  let own: PropertyDescriptor | undefined;
  process.nextTick(() => {
    if (handle.error !== undefined) return;
    own = Object.getOwnPropertyDescriptor(child, 'emit');
    child.emit = () => false;
  });
  // Not in the types, but what child_process.spawn itself calls.
  child.spawn(options);
  process.nextTick(() => {
    if (handle.error !== undefined) return;
    if (own === undefined) Reflect.deleteProperty(child, 'emit');
    else Object.defineProperty(child, 'emit', own);
  });
}

function end(child: Child, ending: Ending): void {
  if ('exit' in ending) recordExit(child, ending.exit);
  else child.exitCode = ending.error.errno;
  child.stdin?.destroy();
  child._handle?.close();
  child._handle = null;
  try {
    if ('exit' in ending) {
      child.emit('exit', child.exitCode, child.signalCode);
    } else {
      child.pid = undefined;
      child.emit('error', Object.assign(ending.error, { spawnargs: child.spawnargs.slice(1) }));
    }
  } finally {
    // After the listeners had their chance to read.
    process.nextTick(flushStdio, child);
    countClose(child);
  }
}

function recordExit(child: Child, { known, code, signal, usage }: Exit): void {
  usages.set(child, usage);
  // Nobody knows how it ended: no code is not the code 0.
  if (!known) return;
  if (signal === 0) child.exitCode = code;
  else child.signalCode = signalName(signal);
}

// A stream that nobody reads would keep its end-of-file, and 'close' would never come.
function flushStdio(child: Child): void {
  for (const stream of child.stdio ?? []) {
    if (stream !== null && 'resume' in stream && stream.readable && !isUsedAsStdio(stream))
      stream.resume();
  }
}

// Node marks a stream that it gave to another child: what comes through it is that child's.
function isUsedAsStdio(stream: object): boolean {
  const mark = Object.getOwnPropertySymbols(stream).find(
    ({ description }) => description === 'kIsUsedAsStdio',
  );
  return mark !== undefined && Reflect.get(stream, mark) === true;
}

// 'close' comes after the exit and the end of every stream, which Node counts.
function countClose(child: Child): void {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded)
    child.emit('close', child.exitCode, child.signalCode);
}
