import { Composable } from './composable';
import { NamespaceFile, type NamespaceIdentity } from './internal/namespaceFile';
import { pin } from './pin';
import type { NamespaceType } from './types';

let readFile: (handle: NamespaceHandle) => NamespaceFile;

/**
 * A namespace that exists, by a descriptor of it: it cannot become another's, and lives as long as the handle is open.
 * Composes as a namespace to create does, and is joined then. Close it, by `using` for one.
 *
 * @example
 * ```ts
 * import { Namespace } from 'linux-namespaces';
 *
 * using mine = Namespace.current('uts');
 * using same = await Namespace.of(process.pid, 'uts');
 * console.log(mine.equals(same));   // true
 * ```
 */
export class NamespaceHandle<T extends NamespaceType = NamespaceType>
  extends Composable<T>
  implements NamespaceIdentity
{
  readonly #file: NamespaceFile;

  static {
    readFile = (handle) => handle.#file;
  }

  /** @internal Handles come from {@link Namespace.open} and its like. */
  constructor(file: NamespaceFile) {
    if (!(file instanceof NamespaceFile))
      throw new TypeError('Illegal constructor: handles are made by Namespace.open() and its like');
    super({ join: { namespaces: { [file.type]: file } } });
    this.#file = file;
    Object.freeze(this);
  }

  get type(): T {
    return this.#file.type as T;
  }

  /** A number that is never used twice while the machine runs; the inode, before Linux 6.18. */
  get id(): bigint {
    return this.#file.id;
  }

  /** The number in `net:[4026531833]`, as /proc/PID/ns and lsns(8) show it. */
  get inode(): bigint {
    return this.#file.inode;
  }

  /** Its descriptor, for the raw layer: closed with the handle. @throws Error ERR_INVALID_STATE when that is closed */
  get fd(): number {
    return this.#file.descriptor;
  }

  /**
   * The user namespace in which capabilities are rights over this one (NS_GET_USERNS, ioctl_ns(2)).
   * @throws NamespaceError EPERM when that is not this process's own or one below it
   */
  owner(): NamespaceHandle<'user'> {
    return new NamespaceHandle(this.#file.openOwner());
  }

  /**
   * The uid, in this process's user namespace, of who created it (NS_GET_OWNER_UID).
   * @throws NamespaceError EINVAL for another type than user
   */
  ownerUid(): number {
    return this.#file.ownerUid();
  }

  /**
   * The next one outward, of a pid or user namespace (NS_GET_PARENT).
   * @throws NamespaceError EPERM when there is none that this process sees, EINVAL for other types
   */
  parent(): NamespaceHandle<T> {
    return new NamespaceHandle<T>(this.#file.openParent());
  }

  /** Whether both are the same namespace. */
  equals(other: NamespaceHandle): boolean {
    return other instanceof NamespaceHandle && this.#file.isSame(other.#file);
  }

  /**
   * Keeps it alive without a process, by a mount of its file on `path`: for a network under /run/netns, `ip netns` sees
   * it. Where this same namespace is pinned there already, nothing happens.
   * @param path - absolute; the folder must be there, but for /run/netns
   * @throws NamespaceError EEXIST when something else is there, EPERM without CAP_SYS_ADMIN, EINVAL for a mount namespace
   * on a shared mount
   */
  pin(path: string): Promise<void> {
    return pin(this.#file, path);
  }

  /** Lets go of the descriptor. Closing twice is closing once. */
  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/** The file behind a handle. */
export function fileOf(handle: NamespaceHandle): NamespaceFile {
  return readFile(handle);
}
