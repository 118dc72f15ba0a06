import { once } from 'node:events';
import { closeSync } from 'node:fs';
import {
  type IpcNetConnectOpts,
  type NetConnectOpts,
  Socket,
  type SocketConstructorOpts,
  type TcpNetConnectOpts,
} from 'node:net';
import type { NamespaceFile } from './internal/namespaceFile';
import { openSocket } from './internal/openSocket';
import { addressesOf } from './internal/resolveHost';
import { familyOf, shownPath, unixAddress } from './internal/socketAddress';
import * as validate from './internal/validate';
import { numericScope } from './scope';
import { AbortError } from './spawn';

const stream = 1;

/** `manualStart`, which the types do not have: Node is not to read from an adopted socket at once. */
type Adoption = SocketConstructorOpts & { readonly manualStart?: boolean };

export async function connect(network: NamespaceFile, given: NetConnectOpts): Promise<Socket> {
  const options = validate.object(given, 'options') as unknown as NetConnectOpts;
  requireNoAbort(options);
  // http.Agent says that there is no path by a null.
  const isUnix = 'path' in options && options.path != null;
  const socket = isUnix
    ? await connectUnix(network, options)
    : await connectInternet(network, options as TcpNetConnectOpts);
  return options.timeout === undefined ? socket : socket.setTimeout(options.timeout);
}

function requireNoAbort({ signal }: SocketConstructorOpts): void {
  if (signal?.aborted) throw new AbortError(signal.reason);
}

// Connected by us, for Node 20 knows no abstract names.
async function connectUnix(network: NamespaceFile, options: IpcNetConnectOpts): Promise<Socket> {
  const address = unixAddress(options.path, 'options.path');
  const shown = shownPath(options.path);
  const request = { family: familyOf(), type: stream, address, shown, connects: true } as const;
  return adopt(await openSocket(network, request), options);
}

// As net.connect does: all addresses of a name, one after the other.
async function connectInternet(
  network: NamespaceFile,
  options: TcpNetConnectOpts,
): Promise<Socket> {
  const port = validate.integer(Number(options.port), 'options.port', 0, 65_535);
  const addresses = await addressesOf(options.host ?? 'localhost', 'options.host', options);
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await connectTo(network, address, port, options);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connectTo(
  network: NamespaceFile,
  address: string,
  port: number,
  options: TcpNetConnectOpts,
): Promise<Socket> {
  // Node would take the scope for an interface of its own network.
  const [host = '', scope] = (await numericScope(network, address)).split('%');
  const request = { family: familyOf(host), type: stream, shown: `${address}:${port}` } as const;
  const fd = await openSocket(network, { ...request, interface: Number(scope ?? 0) });
  const socket = adopt(fd, { ...options, manualStart: true });
  try {
    socket.connect({ ...options, host, port });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  await once(socket, 'connect');
  return socket;
}

function adopt(fd: number, options: Adoption): Socket {
  try {
    requireNoAbort(options);
    return new Socket({ ...options, fd });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
