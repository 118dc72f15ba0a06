import { ChildProcess } from 'node:child_process';
import { constants as files, open, openSync, readFileSync, statfs } from 'node:fs';
import { constants as os } from 'node:os';
import { promisify } from 'node:util';
import { NamespaceError } from './errors';
import { NamespaceHandle } from './handle';
import { NamespaceHandles } from './handles';
import { addon } from './internal/addon';
import { started } from './internal/childProcess';
import { NamespaceFile, noNamespace, openError } from './internal/namespaceFile';
import {
  openLink,
  openNamespaceOf,
  openPidfd,
  processHint,
  requireRunning,
} from './internal/processFile';
import * as validate from './internal/validate';
import { type NamespaceType, namespaceTypes, typeFacts } from './types';

/** A process: by its number, by a descriptor of it (pidfd_open(2)), or as a child of this process. */
export type ProcessTarget = number | { readonly pidfd: number } | ChildProcess;

/** Options of {@link Namespace.of} for all namespaces of a process. */
export interface ProcessOptions {
  /** Whether programs get the process's root folder, where that is not its mount namespace's (chroot(2)). @default false */
  readonly root?: boolean;
  /** Whether programs start in the process's working directory. @default false */
  readonly cwd?: boolean;
}

const openFile = promisify(open);
const askFileSystem = promisify(statfs);

/** O_PATH, which is not among Node's constants: the file is found, and not opened (open(2)). */
const oPath = 0o10000000;

/** NSFS_MAGIC: the file system of namespaces (statfs(2)). */
const nsfs = 0x6e736673;

export async function openPath<T extends NamespaceType>(
  path: unknown,
  type: T | undefined,
): Promise<NamespaceHandle<T>> {
  const name = validate.path(path, 'path');
  const asked = type === undefined ? undefined : validate.oneOf(type, 'type', namespaceTypes);
  return new NamespaceHandle<T>(new NamespaceFile(await openOnlyNamespace(name), name, asked));
}

// What it is comes first: to open a FIFO waits or wakes who waits, and to open a device may do anything.
async function openOnlyNamespace(path: string): Promise<number> {
  let found: number | undefined;
  try {
    found = await openFile(path, oPath);
    const itself = `/proc/self/fd/${found}`;
    if ((await askFileSystem(itself)).type !== nsfs)
      throw openError(os.errno.EINVAL, 'statfs', path, noNamespace);
    return await openFile(itself, files.O_RDONLY);
  } catch (error) {
    if (error instanceof NamespaceError) throw error;
    const { errno = -22, syscall = 'open' } = error as NodeJS.ErrnoException;
    throw openError(-errno, syscall, path, undefined);
  } finally {
    if (found !== undefined) addon().close(found);
  }
}

export function openCurrent<T extends NamespaceType>(type: T): NamespaceHandle<T> {
  validate.oneOf(type, 'type', namespaceTypes);
  const path = `/proc/thread-self/ns/${typeFacts[type].procName}`;
  return new NamespaceHandle<T>(new NamespaceFile(openLink(path), path, type));
}

export async function openOf<T extends NamespaceType>(
  target: unknown,
  type: T,
): Promise<NamespaceHandle<T>> {
  validate.oneOf(type, 'type', namespaceTypes);
  return await withProcess(target, ({ pidfd, pid }) => {
    return new NamespaceHandle<T>(openNamespaceOf(pidfd, pid, type));
  });
}

export async function openAllOf(
  target: unknown,
  options: ProcessOptions = {},
): Promise<NamespaceHandles> {
  const { root = false, cwd = false } = validate.options(options, 'options', ['root', 'cwd']);
  const wanted = {
    root: validate.boolean(root, 'options.root'),
    cwd: validate.boolean(cwd, 'options.cwd'),
  };
  return await withProcess(target, ({ pidfd, pid, keep }) => {
    const files: NamespaceFile[] = [];
    const folders: number[] = [];
    const folder = (name: 'root' | 'cwd') => {
      const descriptor = openFolder(pidfd, pid, name);
      folders.push(descriptor);
      return { [name]: () => descriptor };
    };
    try {
      for (const type of namespaceTypes) files.push(openNamespaceOf(pidfd, pid, type));
      const joined = {
        pidfd: () => pidfd,
        ...(wanted.root ? folder('root') : {}),
        ...(wanted.cwd ? folder('cwd') : {}),
      };
      keep();
      return new NamespaceHandles(
        files,
        joined,
        once(() => closeAll([pidfd, ...folders])),
      );
    } catch (error) {
      for (const file of files) file.close();
      closeAll(folders);
      throw error;
    }
  });
}

function closeAll(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) addon().close(descriptor);
}

function once(action: () => void): () => void {
  let todo: (() => void) | undefined = action;
  return () => {
    const now = todo;
    todo = undefined;
    now?.();
  };
}

// A folder of the process as it sees it; its number is its own if it is still there afterwards.
function openFolder(pidfd: number, pid: number, name: 'root' | 'cwd'): number {
  const path = `/proc/${pid}/${name}`;
  const descriptor = openLinkedFolder(path);
  const result = addon().pidfdSendSignal(pidfd, 0);
  if (result >= 0 || result === -os.errno.EPERM) return descriptor;
  addon().close(descriptor);
  throw openError(-result, 'pidfd_send_signal', path, processHint(-result));
}

function openLinkedFolder(path: string): number {
  try {
    // Not opened: on a file system of the process's own (FUSE) that could make us wait.
    return openSync(path, oPath | files.O_DIRECTORY);
  } catch (error) {
    const { errno = -22, syscall = 'open' } = error as NodeJS.ErrnoException;
    throw openError(-errno, syscall, path, processHint(-errno));
  }
}

interface OpenProcess {
  readonly pidfd: number;
  readonly pid: number;
  /** The pidfd is not closed afterwards. */
  keep(): void;
}

// The pidfd is opened before anything is waited for: a child of ours is not reaped before the event loop turns.
async function withProcess<R>(target: unknown, use: (process: OpenProcess) => R): Promise<R> {
  const { pidfd, pid, ready } = openTarget(target);
  let kept = false;
  try {
    await ready;
    requireRunning(pid);
    return use({
      pidfd,
      pid,
      keep: () => {
        kept = true;
      },
    });
  } finally {
    if (!kept) addon().close(pidfd);
  }
}

function openTarget(target: unknown): { pidfd: number; pid: number; ready?: Promise<unknown> } {
  if (typeof target === 'number') {
    const pid = validate.integer(target, 'target', 1, 0x7fff_ffff);
    return { pidfd: openPidfd(pid), pid };
  }
  const given = validate.object(target, 'target');
  if ('pidfd' in given) {
    const pidfd = validate.integer(given.pidfd, 'target.pidfd', 0, 0x7fff_ffff);
    const pid = numberOf(pidfd);
    return { pidfd: copyDescriptor(pidfd), pid };
  }
  if (!(given instanceof ChildProcess))
    throw validate.invalidType('target', 'a number, { pidfd } or a ChildProcess', target);
  const { pid, exitCode, signalCode } = given;
  if (pid === undefined || exitCode !== null || signalCode !== null)
    throw openError(3, 'pidfd_open', undefined, processHint(3));
  const ready = started(given);
  const number = validate.integer(pid, 'target.pid', 1, 0x7fff_ffff);
  return { pidfd: openPidfd(number), pid: number, ...(ready === undefined ? {} : { ready }) };
}

// What the caller closes is not ours. pidfd_getfd(2) on this process is the dup(2) that Node has not.
function copyDescriptor(descriptor: number): number {
  const self = openPidfd(process.pid);
  const copy = addon().pidfdGetfd(self, descriptor);
  addon().close(self);
  if (copy < 0) throw openError(-copy, 'pidfd_getfd', `/proc/self/fd/${descriptor}`, undefined);
  return copy;
}

// For the paths in errors, and for kernels that need a number: -1 once the process has ended.
function numberOf(pidfd: number): number {
  const path = `/proc/self/fdinfo/${pidfd}`;
  const pid = Number(/^Pid:\s*(-?\d+)$/m.exec(readInfo(path))?.[1] ?? Number.NaN);
  if (Number.isNaN(pid)) throw openError(22, 'pidfd_open', path, 'it is no pidfd');
  if (pid < 1) throw openError(3, 'pidfd_open', path, processHint(3));
  return pid;
}

function readInfo(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    throw openError(9, 'pidfd_open', path, 'no such descriptor is open');
  }
}
