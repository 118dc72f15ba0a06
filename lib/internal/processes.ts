import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { type NamespaceType, namespaceTypes, typeFacts } from '../types';
import { openError } from './namespaceFile';

// Never the thread pool: a Worker may be in other namespaces than the pool is, and its /proc is another.

/** The processes in /proc, by their numbers there, in rising order. */
export function processIds(): readonly number[] {
  return failing(() => readdirSync('/proc'))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

/** `net:[4026531833]`: what names a namespace while it is there. Undefined where we may not look, or nothing is. */
export function linkOf(pid: number, type: NamespaceType): string | undefined {
  return reading(() => readlinkSync(pathOf(pid, type)));
}

/** The links of all types; those of a process that has ended and is not reaped are user and pid alone. */
export function linksOf(pid: number): readonly { type: NamespaceType; link: string }[] {
  const links: { type: NamespaceType; link: string }[] = [];
  for (const type of namespaceTypes) {
    try {
      links.push({ type, link: readlinkSync(pathOf(pid, type)) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') break; // as it is for all of them
    }
  }
  return links;
}

export function pathOf(pid: number, type: NamespaceType): string {
  return `/proc/${pid}/ns/${typeFacts[type].procName}`;
}

/** What /proc/PID/stat tells that never changes but for an exec; undefined when the process has ended. */
export function readStat(pid: number): { name: string; start: number } | undefined {
  const stat = reading(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  // The name may have spaces and parentheses in it; behind it comes field 3, and `starttime` is field 22 (proc(5)).
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return { name: stat.slice(stat.indexOf('(') + 1, end), start: Number(fields[22 - 3]) };
}

/** The arguments with spaces between them; none of a kernel thread, or of a process that has ended. */
export function readArguments(pid: number): string | undefined {
  const text = reading(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return text?.replace(/\0+$/, '').replaceAll('\0', ' ') || undefined;
}

/** The effective uid, in this process's user namespace. */
export function readUid(pid: number): number | undefined {
  return reading(() => statSync(`/proc/${pid}`).uid);
}

/** Where namespaces are pinned: mounts of nsfs, as this thread sees them (proc(5)). */
export function readPins(): readonly { link: string; path: string }[] {
  const table = failing(() => readFileSync('/proc/thread-self/mountinfo', 'utf8'));
  return [...table.matchAll(/^\S+ \S+ \S+ (\w+:\[\d+\]) (\S+) .*? - nsfs /gm)].map((line) => ({
    link: line[1] ?? '',
    path: unescaped(line[2] ?? ''),
  }));
}

// Space, tab, newline and backslash are written as three octal digits.
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

const lacks = ['EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * What vanishes meanwhile, and what we may not look into, is not there: undefined.
 * @throws NamespaceError when this process or the machine has no room to look
 */
export function reading<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (lacks.includes((error as NodeJS.ErrnoException).code ?? '')) throw failure(error);
    return undefined;
  }
}

function failing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw failure(error, 'a proc of this pid namespace has to be on /proc');
  }
}

function failure(error: unknown, hint?: string): Error {
  const {
    errno = -constants.errno.EINVAL,
    syscall = 'open',
    path,
  } = error as NodeJS.ErrnoException;
  return openError(-errno, syscall, path, hint);
}
