import type { Socket as DatagramSocket } from 'node:dgram';
import type { NetConnectOpts, Socket } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { Composable } from './composable';
import { connect } from './connect';
import { interfaces } from './interfaces';
import { NamespaceFile } from './internal/namespaceFile';
import { linkOf, processIds } from './internal/processes';
import { inSlices } from './internal/slices';
import * as validate from './internal/validate';
import { pin } from './pin';
import {
  bindDatagram,
  type DatagramOptions,
  type ListeningSocket,
  type ListenOptions,
  listen,
} from './socket';
import type { NamespaceIdentity, NamespaceType } from './types';

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

  /**
   * The processes in it that this process may look at, by their numbers in /proc. Those in pid or user namespaces within
   * it are not among them; nor, for types other than user and pid, those that have ended and are not reaped.
   * @throws Error ERR_INVALID_STATE when the handle is closed, also meanwhile
   */
  async pids(): Promise<readonly number[]> {
    const { type, link } = this.#file;
    const pids: number[] = [];
    await inSlices(processIds, (pid) => {
      // Held open all the while: once it is let go of, the number in the link may become another's.
      if (this.fd >= 0 && linkOf(pid, type) === link) pids.push(pid);
    });
    return Object.freeze(pids);
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

  /**
   * A socket that listens in this network namespace, for a server of this process. Nothing of this process moves.
   * @throws NamespaceError EADDRINUSE, EADDRNOTAVAIL; EACCES for a port that takes CAP_NET_BIND_SERVICE; EPERM without
   * the right to join
   *
   * @example
   * ```ts
   * import { createServer } from 'node:http';
   * import { Namespace } from 'linux-namespaces';
   *
   * await using lab = await Namespace.create(Namespace.user(), Namespace.network());
   * const server = createServer((_request, response) => response.end('from in there'));
   * server.listen(await lab.get('network').listen({ port: 8080 }));
   * server.close();
   * ```
   */
  async listen(options?: ListenOptions): Promise<ListeningSocket> {
    return listen(networkOf(this.#file), options);
  }

  /**
   * A connection from this network namespace, made: net.connect with its options, from the other side. A host name is
   * looked up here. In an http.Agent: its `createConnection`.
   * @throws the error of net.connect; NamespaceError EPERM without the right to join
   */
  async connect(options: NetConnectOpts): Promise<Socket> {
    return connect(networkOf(this.#file), options);
  }

  /**
   * A bound UDP socket of this network namespace.
   * @throws as {@link NamespaceHandle.listen}
   */
  async datagram(options: DatagramOptions | 'udp4' | 'udp6'): Promise<DatagramSocket> {
    return bindDatagram(networkOf(this.#file), options);
  }

  /** os.networkInterfaces() of this network namespace. */
  async interfaces(): Promise<NodeJS.Dict<NetworkInterfaceInfo[]>> {
    return interfaces(networkOf(this.#file));
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

function networkOf(file: NamespaceFile): NamespaceFile {
  if (file.type !== 'network')
    throw validate.invalidValue('this', 'must be a handle on a network namespace', file.type);
  return file;
}
