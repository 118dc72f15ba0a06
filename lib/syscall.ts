/**
 * The raw layer: system calls with the semantics of their man pages, **on the calling thread**. In Node that surprises: the
 * other threads of the process (libuv's pool, V8's, Workers) stay where they are, and what runs on them with them. What is
 * known to break the process is refused unless it is permitted by name. For a child in namespaces use {@link Namespace}.
 *
 * @packageDocumentation
 */
import { addon } from './internal/addon';
import { cloneError } from './internal/failure';
import { creationHint } from './internal/hints';
import { requireChildPermission, startArguments, startFailure } from './internal/launch';
import { checked, descriptor } from './internal/rawCall';
import { steps } from './internal/steps';
import * as validate from './internal/validate';
import type { Plan } from './plan';
import { namespaceTypes, typeFacts, typesIn } from './types';
import type { Usage } from './usage';

export { nsGetNstype, nsGetOwnerUid, nsGetParent, nsGetUserns } from './ioctlNs';

/** The flags of clone(2), unshare(2) and setns(2) that name namespaces; they can be combined with `|`. */
export const constants = Object.freeze({
  CLONE_NEWCGROUP: typeFacts.cgroup.flag,
  CLONE_NEWIPC: typeFacts.ipc.flag,
  CLONE_NEWNET: typeFacts.network.flag,
  CLONE_NEWNS: typeFacts.mount.flag,
  CLONE_NEWPID: typeFacts.pid.flag,
  CLONE_NEWTIME: typeFacts.time.flag,
  CLONE_NEWUSER: typeFacts.user.flag,
  CLONE_NEWUTS: typeFacts.uts.flag,
  /** No longer share the working directory, root and umask with the other threads. */
  CLONE_FS: 0x0000_0200,
  /** No longer share the descriptor table with the other threads. */
  CLONE_FILES: 0x0000_0400,
  /** No longer share System V semaphore adjustments. */
  CLONE_SYSVSEM: 0x0004_0000,
});

/** What a call may do although it is known to break a Node process. */
export interface Permission {
  /**
   * `'pid'`: the thread's next child becomes PID 1 of a new pid namespace, and when that ends no process or thread can be
   * started by this thread any more: child_process fails with ENOMEM, a new Worker with EINVAL, and Node aborts when its
   * thread pool is first used (we start the pool before the call). `'files'`: descriptors that the other threads open are
   * not there in this one, and libuv uses both.
   */
  readonly permit?: readonly ('pid' | 'files')[];
}

const namespaceFlags = namespaceTypes.reduce((flags, type) => flags | typeFacts[type].flag, 0);
const unshareFlags =
  namespaceFlags | constants.CLONE_FS | constants.CLONE_FILES | constants.CLONE_SYSVSEM;

function flags(value: unknown, name: string, allowed: number): number {
  const given = validate.integer(value, name, 0, 0x7fff_ffff);
  if ((given & ~allowed) !== 0)
    throw validate.outOfRange(name, 'a combination of the constants', given);
  return given;
}

function requirePermission(
  call: string,
  argument: string,
  wanted: 'pid' | 'files',
  permission: Permission,
): void {
  const { permit = [] } = validate.options(permission, 'permission', ['permit']);
  if (validate.array(permit, 'permission.permit').includes(wanted)) return;
  throw validate.invalidValue(
    argument,
    `would break this Node process (see Permission): pass { permit: ['${wanted}'] } if that is what you want from ${call}`,
    wanted,
  );
}

/**
 * Moves the calling thread into new namespaces (unshare(2)); for `CLONE_NEWPID` and `CLONE_NEWTIME` its next children.
 * A user namespace cannot be made so: Node has several threads (EINVAL).
 *
 * @example
 * ```ts
 * import { constants, unshare } from 'linux-namespaces/syscall';
 *
 * unshare(constants.CLONE_NEWUTS);
 * ```
 * @throws {@link NamespaceError} EPERM without CAP_SYS_ADMIN; EINVAL for a user namespace
 */
export function unshare(what: number, permission: Permission = {}): void {
  const wanted = flags(what, 'flags', unshareFlags);
  if ((wanted & constants.CLONE_NEWPID) !== 0)
    requirePermission('unshare', 'flags', 'pid', permission);
  if ((wanted & constants.CLONE_FILES) !== 0)
    requirePermission('unshare', 'flags', 'files', permission);
  checked(
    addon().unshare(wanted),
    'unshare',
    (code) => threadHint(code, wanted) ?? creationHint(code, typesIn(wanted)),
  );
}

/**
 * Moves the calling thread into an existing namespace (setns(2)); for a pid namespace its next children. A mount
 * namespace needs `unshare(CLONE_FS)` first, and a user namespace cannot be joined: Node has several threads (EINVAL).
 *
 * @param fd - a descriptor of a file in /proc/PID/ns, or a pidfd
 * @param nstype - the type it must be, one CLONE_NEW* flag, or 0 for any; for a pidfd one or several
 * @throws {@link NamespaceError}
 */
export function setns(fd: number, nstype = 0, permission: Permission = {}): void {
  const wanted = flags(nstype, 'nstype', namespaceFlags);
  // With 0 the descriptor decides, so it may be a pid namespace's: as dangerous as asking for one.
  if (wanted === 0 || (wanted & constants.CLONE_NEWPID) !== 0)
    requirePermission('setns', 'nstype', 'pid', permission);
  checked(
    addon().setns(descriptor(fd, 'fd'), wanted),
    'setns',
    (code) => threadHint(code, wanted) ?? joinHint(code),
  );
}

function threadHint(code: string, wanted: number): string | undefined {
  if (code === 'EINVAL' && (wanted & constants.CLONE_NEWUSER) !== 0) {
    return 'a process with several threads, as Node is, cannot change its user namespace: start a child with Namespace.user()';
  }
  if (code === 'EINVAL' && (wanted & constants.CLONE_NEWNS) !== 0) {
    return 'this thread shares its working directory with others: unshare(CLONE_FS) first';
  }
  return undefined;
}

function joinHint(code: string): string | undefined {
  if (code === 'EINVAL') return 'the descriptor is no namespace, or one of another type';
  if (code !== 'EPERM') return undefined;
  return 'joining takes CAP_SYS_ADMIN in the user namespace that owns it, and for a mount namespace CAP_SYS_CHROOT here';
}

/** What {@link clone} starts. */
export interface CloneOptions {
  /** CLONE_NEW* flags: the child is born in new namespaces of these types. @default 0 */
  readonly flags?: number;
  /** Looked up in the PATH of `env`. */
  readonly file: string;
  /** Its arguments, its own name first. @default [file] */
  readonly argv?: readonly string[];
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** The child's descriptors 0, 1, 2, …; -1 is closed. @default [0, 1, 2] */
  readonly stdio?: readonly number[];
}

/**
 * clone3(2) with the flags and CLONE_PIDFD, and an exec at its end; waits for that exec. No JavaScript ever runs in the
 * child. In a new user namespace nobody is mapped: write `/proc/PID/uid_map` yourself, or use {@link Namespace.user}.
 * The child is yours: reap it with {@link waitid}, and close the pidfd.
 * @throws {@link NamespaceError} at the step `clone` or `exec`
 */
export function clone(options: CloneOptions): { pid: number; pidfd: number } {
  requireChildPermission();
  const given = validate.options(options, 'options', ['flags', 'file', 'argv', 'env', 'stdio']);
  const file = validate.path(given.file, 'options.file');
  const argv = validate.array(given.argv ?? [file], 'options.argv');
  const stdio = validate.array(given.stdio ?? [0, 1, 2], 'options.stdio');
  const env = validate.object(given.env === undefined ? process.env : given.env, 'options.env');
  const birth = flags(given.flags ?? 0, 'options.flags', namespaceFlags);
  const plan: Plan = {
    birth,
    descriptors: [],
    setup: [],
    program: [
      ...((birth & constants.CLONE_NEWUSER) === 0 ? [] : [steps.dropRights()]),
      steps.exec(file),
    ],
  };
  const variables = Object.entries(env).filter(([, value]) => value !== undefined);
  const start = startArguments({
    plan,
    argv: argv.map((word, index) => validate.text(word, `options.argv[${index}]`)),
    environment: variables.map(([name, value]) =>
      validate.text(`${name}=${value}`, `options.env['${name}']`),
    ),
    inheritsEnvironment: false,
    descriptors: Int32Array.from(stdio, (fd, index) =>
      validate.integer(fd, `options.stdio[${index}]`, -1, 0x7fff_ffff),
    ),
    // The child is the caller's: whether it goes along is its own matter, as with the system call.
    detached: true,
  });
  const pidfd = addon().clone(...start);
  const report = start[6];
  if (pidfd < 0) throw cloneError(plan, startFailure(report));
  return { pid: report[0] ?? 0, pidfd };
}

/** How a process ended, and what it used. */
export interface WaitResult {
  readonly code: number;
  /** Number of the signal that ended it, or 0. */
  readonly signal: number;
  readonly usage: Usage;
}

/**
 * waitid(2) with P_PIDFD and WEXITED: reaps the child. **Blocks the thread** until it ends, unless `nohang`.
 * @returns `null` when it has not ended and `nohang` is true
 * @throws {@link NamespaceError} ECHILD when it is no child of this process, or reaped already
 */
export function waitid(
  pidfd: number,
  options: { readonly nohang?: boolean } = {},
): WaitResult | null {
  const { nohang = false } = validate.options(options, 'options', ['nohang']);
  const wait = validate.boolean(nohang, 'options.nohang') ? 0 : 1;
  const report = new Float64Array(5);
  if (checked(addon().waitid(descriptor(pidfd, 'pidfd'), wait, report), 'waitid') === 0)
    return null;
  const [code = 0, signal = 0, userCPUTime = 0, systemCPUTime = 0, maxRSS = 0] = report;
  return { code, signal, usage: { userCPUTime, systemCPUTime, maxRSS } };
}

/**
 * A descriptor that names a process for good, however often its number is used again (pidfd_open(2)). Close it.
 * @throws {@link NamespaceError} ESRCH when there is no such process
 */
export function pidfdOpen(pid: number, flags = 0): number {
  const number = validate.integer(pid, 'pid', 1, 0x7fff_ffff);
  return checked(
    addon().pidfdOpen(number, validate.integer(flags, 'flags', 0, 0x7fff_ffff)),
    'pidfd_open',
  );
}

/**
 * Sends a signal to the process of a pidfd (pidfd_send_signal(2)); 0 only asks whether it is there.
 * @throws {@link NamespaceError} ESRCH when it has ended
 */
export function pidfdSendSignal(pidfd: number, signal: number): void {
  const number = validate.integer(signal, 'signal', 0, 64);
  checked(addon().pidfdSendSignal(descriptor(pidfd, 'pidfd'), number), 'pidfd_send_signal');
}

/**
 * Our own copy of a descriptor of another process (pidfd_getfd(2)). Close it.
 * @throws {@link NamespaceError} EPERM without the right to trace it (ptrace(2))
 */
export function pidfdGetfd(pidfd: number, fd: number): number {
  return checked(
    addon().pidfdGetfd(descriptor(pidfd, 'pidfd'), descriptor(fd, 'fd')),
    'pidfd_getfd',
  );
}
