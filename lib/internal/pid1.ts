import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const { SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL } = constants.signals;

/** Signals that end nobody by default (signal(7)). */
const harmless = new Set<number>([0, SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]);

/**
 * The signal that does to a PID 1 what `signal` does to any other process. The kernel gives a PID 1 no default actions: a
 * SIGTERM that it has no handler for is dropped (pid_namespaces(7)), and a time-out that sends one would wait for ever.
 * The number is safe to use: the child is not reaped.
 */
export function signalForPid1(pid: number, signal: number): number {
  if (harmless.has(signal) || signal === SIGKILL) return signal;
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return signal;
  }
  const has = (set: 'SigCgt' | 'SigIgn' | 'SigBlk') => {
    const mask = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
    return ((mask >> BigInt(signal - 1)) & 1n) === 1n;
  };
  return has('SigCgt') || has('SigIgn') || has('SigBlk') ? signal : SIGKILL;
}
