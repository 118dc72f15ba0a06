import { createSocket, type Socket as DatagramSocket, type SocketOptions } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import {
  type IpcNetConnectOpts,
  isIP,
  type NetConnectOpts,
  Socket,
  type SocketConstructorOpts,
  type TcpNetConnectOpts,
} from 'node:net';
import { NamespaceError } from './errors';
import type { NamespaceFile } from './internal/namespaceFile';
import { openSocket, type SocketRequest } from './internal/openSocket';
import { families, internetAddress, unixAddress } from './internal/socketAddress';
import * as validate from './internal/validate';

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
  const options = validate.options(given, 'options', [
    ...['port', 'host', 'path', 'backlog', 'ipv6Only', 'reusePort'],
  ]);
  const backlog = validate.integer(options.backlog ?? 511, 'options.backlog', 0, largestBacklog);
  if (options.path !== undefined) {
    const address = unixAddress(options.path, 'options.path');
    const request = { family: families.unix, type: stream, address, backlog } as const;
    return { fd: await openSocket(network, { ...request, shown: show(options.path) }) };
  }
  const request = {
    type: stream,
    backlog,
    // As libuv has it: a server may come back while connections of the old one time out.
    reuseAddress: true,
    ipv6Only: validate.boolean(options.ipv6Only ?? false, 'options.ipv6Only'),
    reusePort: validate.boolean(options.reusePort ?? false, 'options.reusePort'),
  } as const;
  const port = validate.integer(options.port ?? 0, 'options.port', 0, largestPort);
  if (options.host !== undefined) {
    const host = await addressOf(options.host, 'options.host', 0);
    return { fd: await openSocket(network, { ...request, ...bound(host, port) }) };
  }
  try {
    return { fd: await openSocket(network, { ...request, ...bound('::', port) }) };
  } catch (error) {
    if (!isWithoutIpv6(error)) throw error;
    const ipv4 = { ...request, ipv6Only: false, ...bound('0.0.0.0', port) };
    return { fd: await openSocket(network, ipv4) };
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return error instanceof NamespaceError && /^(EAFNOSUPPORT|EADDRNOTAVAIL)$/.test(error.code);
}

function bound(host: string, port: number): Pick<SocketRequest, 'family' | 'address' | 'shown'> {
  return { ...familyOf(host), address: internetAddress(host, port), shown: `${host}:${port}` };
}

function familyOf(host: string): { readonly family: number } {
  return { family: isIP(host) === 6 ? families.ipv6 : families.ipv4 };
}

// An abstract name begins with a NUL, which people write as @.
function show(path: unknown): string {
  return String(path).replace('\0', '@');
}

async function addressOf(host: unknown, name: string, family: number): Promise<string> {
  const text = validate.path(host, name);
  return isIP(text) === 0 ? (await lookup(text, { family })).address : text;
}

export async function connect(network: NamespaceFile, given: NetConnectOpts): Promise<Socket> {
  const options = validate.object(given, 'options') as unknown as NetConnectOpts;
  // http.Agent says that there is no path by a null.
  if ('path' in options && options.path != null) return connectUnix(network, options);
  return connectInternet(network, options as TcpNetConnectOpts);
}

// Connected by us, for Node 20 knows no abstract names.
async function connectUnix(network: NamespaceFile, options: IpcNetConnectOpts): Promise<Socket> {
  const address = unixAddress(options.path, 'options.path');
  const shown = show(options.path);
  const request = { family: families.unix, type: stream, address, shown, connects: true } as const;
  return new Socket({ ...options, fd: await openSocket(network, request) });
}

async function connectInternet(
  network: NamespaceFile,
  options: TcpNetConnectOpts,
): Promise<Socket> {
  const family = validate.integer(options.family ?? 0, 'options.family', 0, 6);
  const host = await addressOf(options.host ?? 'localhost', 'options.host', family);
  const port = validate.integer(Number(options.port), 'options.port', 0, largestPort);
  const request = { ...familyOf(host), type: stream, shown: `${host}:${port}` } as const;
  const fd = await openSocket(network, request);
  // Node starts to read from a socket that it adopts, and this one is not connected yet: `manualStart`, which its types
  // do not have. net.connect itself makes its sockets so.
  const adopted: SocketConstructorOpts & { manualStart: boolean } = {
    ...options,
    fd,
    manualStart: true,
  };
  const socket = new Socket(adopted);
  socket.connect({ ...options, host, port });
  await once(socket, 'connect');
  return socket;
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
  const everywhere = type === 'udp4' ? '0.0.0.0' : '::';
  const address = await addressOf(host ?? everywhere, 'options.host', type === 'udp4' ? 4 : 6);
  if (isIP(address) !== (type === 'udp4' ? 4 : 6))
    throw validate.invalidValue('options.host', `must be an address for ${type}`, host);
  const fd = await openSocket(network, {
    ...bound(address, validate.integer(port, 'options.port', 0, largestPort)),
    type: datagram,
    reuseAddress: validate.boolean(rest.reuseAddr ?? false, 'options.reuseAddr'),
    reusePort: validate.boolean(reusePort, 'options.reusePort'),
    ipv6Only: validate.boolean(rest.ipv6Only ?? false, 'options.ipv6Only'),
  });
  const socket = createSocket(rest);
  // It is bound: Node adopts it at once, and says so before it returns.
  return socket.bind({ fd });
}
