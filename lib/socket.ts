import { createSocket, type Socket as DatagramSocket, type SocketOptions } from 'node:dgram';
import { closeSync } from 'node:fs';
import { isIP } from 'node:net';
import { NamespaceError } from './errors';
import type { NamespaceFile } from './internal/namespaceFile';
import { openSocket, type SocketRequest } from './internal/openSocket';
import { addressOf } from './internal/resolveHost';
import { familyOf, internetAddress, shownPath, unixAddress } from './internal/socketAddress';
import * as validate from './internal/validate';
import { numericScope } from './scope';
import { AbortError } from './spawn';

/** Where {@link NamespaceHandle.listen} listens: a port, or the path or abstract name of a unix socket. */
export type ListenOptions =
  | {
      /** 0: the kernel chooses one; `server.address()` tells. @default 0 */
      readonly port?: number;
      /** An address; a name is looked up here, not in the namespace. @default '::', and '0.0.0.0' without IPv6 */
      readonly host?: string;
      /** Connections that wait to be accepted. @default 511 */
      readonly backlog?: number;
      /** Whether `::` is not 0.0.0.0, too (IPV6_V6ONLY). @default false */
      readonly ipv6Only?: boolean;
      /** Whether several may listen, each getting a part (SO_REUSEPORT). @default false */
      readonly reusePort?: boolean;
    }
  | {
      /** A path of this process's files; with `'\0'` in front, a name that is the network namespace's own (unix(7)). */
      readonly path: string;
      /** @default 511 */
      readonly backlog?: number;
    };

/** A socket for `server.listen`. It is yours: where no server takes it, close it by `fs.closeSync`. */
export interface ListeningSocket {
  readonly fd: number;
}

/** Options of {@link NamespaceHandle.datagram}: those of dgram.createSocket, and what it is bound to. */
export interface DatagramOptions extends SocketOptions {
  /** @default 0: the kernel chooses one */
  readonly port?: number;
  /** @default every address of the namespace */
  readonly host?: string;
}

const stream = 1;
const datagram = 2;
const largestPort = 65_535;
const largestBacklog = 0x7fff_ffff;

export async function listen(
  network: NamespaceFile,
  given: ListenOptions = {},
): Promise<ListeningSocket> {
  const options = validate.object(given, 'options');
  const backlog = validate.integer(options.backlog ?? 511, 'options.backlog', 0, largestBacklog);
  if (options.path !== undefined) {
    validate.options(given, 'options', ['path', 'backlog']);
    const address = unixAddress(options.path, 'options.path');
    const request = { family: familyOf(), type: stream, address, backlog } as const;
    return { fd: await openSocket(network, { ...request, shown: shownPath(options.path) }) };
  }
  validate.options(given, 'options', ['port', 'host', 'backlog', 'ipv6Only', 'reusePort']);
  const request = {
    type: stream,
    backlog,
    // As libuv has it: a server may come back while connections of the old one time out.
    reuseAddress: true,
    ipv6Only: validate.boolean(options.ipv6Only ?? false, 'options.ipv6Only'),
    reusePort: validate.boolean(options.reusePort ?? false, 'options.reusePort'),
  } as const;
  const port = validate.integer(options.port ?? 0, 'options.port', 0, largestPort);
  const host =
    options.host === undefined
      ? undefined
      : await numericScope(network, await addressOf(options.host, 'options.host', 0));
  return { fd: await openBound(network, request, host, port) };
}

type Unbound = Omit<SocketRequest, 'family' | 'address' | 'shown'>;

async function openBound(
  network: NamespaceFile,
  request: Unbound,
  host: string | undefined,
  port: number,
): Promise<number> {
  try {
    return await openSocket(network, { ...request, ...bound(host ?? '::', port) });
  } catch (error) {
    if (host !== undefined || !isWithoutIpv6(error)) throw error;
    return await openSocket(network, { ...request, ...bound('0.0.0.0', port) });
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return error instanceof NamespaceError && /^(EAFNOSUPPORT|EADDRNOTAVAIL)$/.test(error.code);
}

function bound(
  host: string,
  port: number,
): Pick<SocketRequest, 'family' | 'address' | 'shown' | 'ipv6Only'> {
  return {
    family: familyOf(host),
    address: internetAddress(host, port),
    // Node ignores it for IPv4, too; the kernel does not.
    ...(isIP(host) === 6 ? {} : { ipv6Only: false }),
    shown: isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`,
  };
}

export async function bindDatagram(
  network: NamespaceFile,
  given: DatagramOptions | 'udp4' | 'udp6',
): Promise<DatagramSocket> {
  const options = typeof given === 'string' ? { type: given } : given;
  validate.object(options, 'options');
  const { port = 0, host, ...rest }: DatagramOptions = options;
  // Newer than the types of the oldest Node that we support.
  const { reusePort = false } = rest as { readonly reusePort?: unknown };
  const type = validate.oneOf(rest.type, 'options.type', ['udp4', 'udp6']);
  const version = type === 'udp4' ? 4 : 6;
  const request = {
    type: datagram,
    reuseAddress: validate.boolean(rest.reuseAddr ?? false, 'options.reuseAddr'),
    reusePort: validate.boolean(reusePort, 'options.reusePort'),
    ipv6Only: validate.boolean(rest.ipv6Only ?? false, 'options.ipv6Only'),
  } as const;
  const number = validate.integer(port, 'options.port', 0, largestPort);
  const everywhere = type === 'udp4' ? '0.0.0.0' : '::';
  const address = await addressOf(host ?? everywhere, 'options.host', version);
  if (isIP(address) !== version)
    throw validate.invalidValue('options.host', `must be an address for ${type}`, host);
  const open = async () =>
    openBound(network, request, await numericScope(network, address), number);
  return adoptDatagram(rest, open);
}

// Made before there is a descriptor: the options are Node's to judge.
async function adoptDatagram(
  options: SocketOptions,
  open: () => Promise<number>,
): Promise<DatagramSocket> {
  const { signal } = options;
  if (signal?.aborted) throw new AbortError(signal.reason);
  const socket = createSocket(options);
  const close = () => {
    // An abort has closed it.
    if (!signal?.aborted) socket.close();
  };
  const fd = await open().catch((error: unknown) => {
    close();
    throw error;
  });
  if (signal?.aborted) {
    closeSync(fd);
    throw new AbortError(signal.reason);
  }
  try {
    // It is bound: Node adopts it at once, and says so before it returns.
    return socket.bind({ fd });
  } catch (error) {
    close();
    throw error;
  }
}
