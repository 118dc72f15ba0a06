import { openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type NamespaceType, typeFacts } from '../types';
import { addon } from './addon';
import { NamespaceFile, openError } from './namespaceFile';

const { EACCES, EINVAL, ENOTTY, EPERM, ESRCH } = constants.errno;

/** A pidfd of process `pid`: from here on it cannot be another's number. */
export function openPidfd(pid: number): number {
  const pidfd = addon().pidfdOpen(pid, 0);
  if (pidfd < 0) throw openError(-pidfd, 'pidfd_open', `/proc/${pid}`, processHint(-pidfd));
  return pidfd;
}

/** A bit of a process's flags: it is on its way out (PF_EXITING, proc_pid_stat(5)). */
const exiting = 4;

/**
 * Refuses a process that is ending. A child of ours that was killed on its way to its namespaces looks for a moment as if it
 * had come there, and still is in those that it came from.
 */
export function requireRunning(pid: number): void {
  const path = `/proc/${pid}/stat`;
  let stat: string;
  try {
    stat = readFileSync(path, 'latin1');
  } catch {
    return; // it has ended, as its pidfd will tell
  }
  // The name stands in parentheses and may hold any.
  const flags = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[6]);
  if ((flags & exiting) !== 0) throw openError(ESRCH, 'pidfd_open', path, processHint(ESRCH));
}

/**
 * The namespace that the process of a pidfd is in.
 * @param pid - its number, for kernels that have no call for it (before Linux 6.11)
 */
export function openNamespaceOf(pidfd: number, pid: number, type: NamespaceType): NamespaceFile {
  const origin = `/proc/${pid}/ns/${typeFacts[type].procName}`;
  const descriptor = addon().openNamespaceOf(pidfd, typeFacts[type].flag, 0);
  if (descriptor >= 0) return new NamespaceFile(descriptor, origin, type);
  if (descriptor !== -ENOTTY)
    throw openError(-descriptor, 'ioctl', origin, processHint(-descriptor));
  return openByNumber(pidfd, origin, type);
}

// The number was the process's own if the process is still there afterwards.
function openByNumber(pidfd: number, origin: string, type: NamespaceType): NamespaceFile {
  const file = new NamespaceFile(openLink(origin), origin, type);
  const result = addon().pidfdSendSignal(pidfd, 0);
  if (result >= 0 || result === -EPERM) return file;
  file.close();
  throw openError(-result, 'pidfd_send_signal', origin, processHint(-result));
}

/** Opens a file of /proc/PID/ns, which never blocks. */
export function openLink(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { errno = -EINVAL, syscall = 'open' } = error as NodeJS.ErrnoException;
    throw openError(-errno, syscall, path, processHint(-errno));
  }
}

export function processHint(errno: number): string | undefined {
  if (errno === ESRCH) return 'there is no such process (any more)';
  if (errno === EACCES || errno === EPERM)
    return 'it takes the right to trace the process (ptrace(2)): the same user, or CAP_SYS_PTRACE in its user namespace';
  return undefined;
}
