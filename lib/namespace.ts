import { openById } from './byId';
import { Composable, specOf } from './composable';
import { composeSpecs, type Distinct, type TypesOf } from './compose';
import { createHandles } from './create';
import type { NamespaceHandle } from './handle';
import type { NamespaceHandles } from './handles';
import * as validate from './internal/validate';
import { list, type NamespaceEntry } from './list';
import { type Mount, type MountOptions, mountSpec } from './mount';
import { type NetworkOptions, networkSpec } from './network';
import {
  openAllOf,
  openCurrent,
  openOf,
  openPath,
  type ProcessOptions,
  type ProcessTarget,
} from './open';
import { type PidOptions, pidSpec } from './pid';
import { unpin } from './pin';
import { type Probe, probe } from './probe';
import type { Spec } from './spec';
import { type TimeOptions, timeSpec } from './time';
import { type NamespaceTree, tree } from './tree';
import type { NamespaceIdentity, NamespaceType } from './types';
import { type UserOptions, userSpec } from './user';
import { type UtsOptions, utsSpec } from './uts';

/** Who has it is one of our own factories, and has validated the spec. */
const factory = Symbol('factory');

/**
 * One namespace to create, or a composition of several: an immutable value with the verbs to run programs in it. The same
 * value starts any number of children, each in namespaces of its own.
 *
 * @example
 * ```ts
 * import { Mount, Namespace } from 'linux-namespaces';
 *
 * const box = Namespace.compose(
 *   Namespace.user({ map: 'root' }),
 *   Namespace.pid(),
 *   Namespace.mount([Mount.proc()]),
 *   Namespace.uts({ hostname: 'box' }),
 * );
 * const { stdout } = await box.run('sh', ['-c', 'echo "PID $$ on $(hostname)"']);   // PID 1 on box
 * ```
 */
export class Namespace<T extends NamespaceType = NamespaceType> extends Composable<T> {
  private constructor(key: typeof factory, spec: Spec) {
    if (key !== factory)
      throw new TypeError(
        'Illegal constructor: namespaces are made by Namespace.user() and its like',
      );
    super(spec);
    Object.freeze(this);
  }

  /** Handles on namespaces that exist, and sets of them, are namespaces, too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Composable;
  }

  /** The empty composition: a plain child, on the same native path. */
  static readonly none: Namespace<never> = new Namespace<never>(factory, Object.freeze({}));

  /** A view of the cgroup tree with the child's own cgroup as its root (cgroup_namespaces(7)). */
  static cgroup(options: Record<string, never> = {}): Namespace<'cgroup'> {
    validate.options(options, 'options', []);
    return new Namespace(factory, { cgroup: Object.freeze({}) });
  }

  /** System V IPC objects and POSIX message queues of its own (ipc_namespaces(7)). */
  static ipc(options: Record<string, never> = {}): Namespace<'ipc'> {
    validate.options(options, 'options', []);
    return new Namespace(factory, { ipc: Object.freeze({}) });
  }

  /**
   * A mount tree of its own (mount_namespaces(7)).
   * @param mounts - the operations in their order, or options
   * @throws TypeError when one was not made by {@link (Mount:variable)}
   */
  static mount(mounts: readonly Mount[] | MountOptions = {}): Namespace<'mount'> {
    return new Namespace(factory, { mount: mountSpec(mounts) });
  }

  /** Network devices, addresses, routes and ports of its own (network_namespaces(7)). */
  static network(options: NetworkOptions = {}): Namespace<'network'> {
    return new Namespace(factory, { network: networkSpec(options) });
  }

  /** Process numbers of its own: the child is PID 1 (pid_namespaces(7)). */
  static pid(options: PidOptions = {}): Namespace<'pid'> {
    return new Namespace(factory, { pid: pidSpec(options) });
  }

  /** Clocks of its own: what CLOCK_MONOTONIC and CLOCK_BOOTTIME say (time_namespaces(7)). */
  static time(options: TimeOptions = {}): Namespace<'time'> {
    return new Namespace(factory, { time: timeSpec(options) });
  }

  /** Ids and capabilities of its own; the right to create all others without root (user_namespaces(7)). */
  static user(options: UserOptions = {}): Namespace<'user'> {
    return new Namespace(factory, { user: userSpec(options) });
  }

  /** A host name and a domain name of its own (uts_namespaces(7)). */
  static uts(options: UtsOptions = {}): Namespace<'uts'> {
    return new Namespace(factory, { uts: utsSpec(options) });
  }

  /**
   * Several as one. Nothing is changed and nothing started.
   * @throws TypeError for two of one type, or a part that needs another that is not there
   */
  static compose<const Parts extends readonly Composable<NamespaceType>[]>(
    ...parts: Distinct<Parts> extends Parts ? Parts : Distinct<Parts>
  ): Namespace<TypesOf<Parts[number]>> {
    return new Namespace(factory, composeParts(parts));
  }

  /**
   * Makes namespaces and returns handles on them; no process stays. They live as long as a handle, a process in them or a
   * pin does. The first process in a pid namespace made so becomes its PID 1, and when that ends it takes no other.
   * @param parts - as for {@link Namespace.compose}
   * @throws NamespaceError as `spawn` has it
   *
   * @example
   * ```ts
   * import { Namespace } from 'linux-namespaces';
   *
   * await using lab = await Namespace.create(Namespace.user(), Namespace.network());
   * const { stdout } = await lab.run('id', ['-u']);
   * console.log(stdout.trim());   // 0
   * ```
   */
  static create<const Parts extends readonly Composable<NamespaceType>[]>(
    ...parts: Distinct<Parts> extends Parts ? Parts : Distinct<Parts>
  ): Promise<NamespaceHandles<TypesOf<Parts[number]>>> {
    return createHandles(composeParts(parts));
  }

  /**
   * A handle on the namespace of a file: of /proc/PID/ns, or one that it is pinned to.
   * @param type - what it has to be; another type is an error
   * @throws NamespaceError ENOENT, EACCES; EINVAL for a file that is no namespace, or another type
   */
  static open<T extends NamespaceType = NamespaceType>(
    path: string,
    type?: T,
  ): Promise<NamespaceHandle<T>> {
    return openPath(path, type);
  }

  /**
   * A handle on the namespace of one type that a process is in, or handles on all eight, joined as a whole.
   * @param target - a process number, `{ pidfd }`, or a child: of this package's, one that does not run yet is waited for
   * @throws NamespaceError ESRCH when it has ended, EACCES without the right to trace it (ptrace(2))
   */
  static of<T extends NamespaceType>(target: ProcessTarget, type: T): Promise<NamespaceHandle<T>>;
  static of(target: ProcessTarget, options?: ProcessOptions): Promise<NamespaceHandles>;
  static of(
    target: ProcessTarget,
    what?: NamespaceType | ProcessOptions,
  ): Promise<NamespaceHandle | NamespaceHandles> {
    return typeof what === 'string' ? openOf(target, what) : openAllOf(target, what);
  }

  /** A handle on the namespace that the calling thread is in. */
  static current<T extends NamespaceType>(type: T): NamespaceHandle<T> {
    return openCurrent(type);
  }

  /**
   * A handle on the namespace with this number: never another's, however old the number is (Linux 6.18).
   * @param id - as handles and {@link Namespace.list} have it; with `type` and `inode` beside it, also one that has
   * neither a process that we see nor a pin
   * @throws NamespaceError ESTALE when it is gone, and without CAP_SYS_ADMIN in the user namespace that owns it unless
   * this process is in it; ENOSYS before Linux 6.18
   */
  static byId(id: bigint | NamespaceIdentity): Promise<NamespaceHandle> {
    return openById(id);
  }

  /**
   * Every namespace that this process sees, as lsns(8) has them, by type and id: those of the processes that it may look
   * at, those that are pinned, and those that own them or are their parents. The event loop goes on meanwhile, and what
   * changes meanwhile is in the list or not.
   * @throws NamespaceError ENOENT without a proc on /proc
   *
   * @example
   * ```ts
   * import { Namespace } from 'linux-namespaces';
   *
   * for (const { type, id, processes, pid, command } of await Namespace.list())
   *   console.log(type, id, processes, pid, command);
   * ```
   */
  static list(): Promise<readonly NamespaceEntry[]> {
    return list();
  }

  /**
   * The user and pid namespaces of {@link Namespace.list} as trees.
   * @throws NamespaceError as list has it
   */
  static tree(): Promise<NamespaceTree> {
    return tree();
  }

  /**
   * Lets go of what was pinned to `path`, by {@link NamespaceHandle.pin} or `ip netns add`, and removes the file. Nothing
   * there is no error.
   * @throws NamespaceError EINVAL when something else is there; EPERM without CAP_SYS_ADMIN
   */
  static unpin(path: string): Promise<void> {
    return unpin(path);
  }

  /**
   * Which types this process may create, found out by trying each in a child, and for each that it may not: why, and what
   * to do.
   */
  static probe(): Promise<readonly Probe[]> {
    return probe();
  }
}

function composeParts(parts: readonly unknown[]): Spec {
  const specs = parts.map((part, index) => {
    const spec = specOf(part);
    if (spec === undefined)
      throw validate.invalidType(`parts[${index}]`, 'an instance of Namespace', part);
    return spec;
  });
  return composeSpecs(specs);
}
