import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const { SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL } =
  constants.signals;

/** Signals that end nobody by default (signal(7)), and the one that ends everybody. */
const straight = new Set<number>([
  0,
  SIGCHLD,
  SIGCONT,
  SIGURG,
  SIGWINCH,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGKILL,
]);

/** What a process does with a signal that would end others. */
interface Disposition {
  /** It has a handler, or ignores it. */
  readonly takes: boolean;
  readonly blocks: boolean;
  /** One waits for it to stop blocking. */
  readonly pending: boolean;
}

function disposition(pid: number, signal: number): Disposition | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  const has = (set: string) => {
    const mask = BigInt(
      `0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`,
    );
    return ((mask >> BigInt(signal - 1)) & 1n) === 1n;
  };
  return { takes: has('SigCgt') || has('SigIgn'), blocks: has('SigBlk'), pending: has('ShdPnd') };
}

/** Milliseconds until we look again at a process that blocks a signal. */
const patience = 20;

/** So often in a row it must be seen blocking it to be one that reads it; a shell that forks all the time is not. */
const looks = 50;

/**
 * Sends to a PID 1 what does to it what `signal` does to any other process. The kernel gives a PID 1 no default actions: a
 * SIGTERM that it has no handler for is dropped (pid_namespaces(7)), and a time-out that sends one would wait for ever.
 * The number is safe to use: the child is not reaped.
 * @param executed - whether the program runs: before, nobody has a handler, and the exec drops what waits
 * @param send - sends one, and returns 0 or a negative errno
 */
export function signalPid1(
  pid: number,
  signal: number,
  executed: boolean,
  send: (signal: number) => number,
): number {
  if (straight.has(signal)) return send(signal);
  if (!executed) return send(SIGKILL);
  const found = disposition(pid, signal);
  if (found === undefined || found.takes) return send(signal);
  if (!found.blocks) return send(SIGKILL);
  const result = send(signal);
  if (result === 0) lookAgain(pid, signal, send);
  return result;
}

// A signal that is blocked waits. Who reads it then (sigwait, signalfd) goes on blocking it; who stops blocking it has had
// it dropped, also when it blocks again, as a shell does around each fork: one look may be at the next fork.
function lookAgain(
  pid: number,
  signal: number,
  send: (signal: number) => number,
  left = looks,
): void {
  setTimeout(() => {
    const found = disposition(pid, signal);
    if (found === undefined || found.takes) return;
    if (found.pending) lookAgain(pid, signal, send);
    else if (!found.blocks) send(SIGKILL);
    else if (left > 1) lookAgain(pid, signal, send, left - 1);
  }, patience).unref();
}
