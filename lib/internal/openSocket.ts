import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { NamespaceError } from '../errors';
import type { Plan } from '../plan';
import { typeFacts } from '../types';
import { addon } from './addon';
import { socketHint } from './joinHints';
import { type Failure, requireChildPermission, startFailure } from './launch';
import type { NamespaceFile } from './namespaceFile';
import { steps } from './steps';
import { carryOut } from './task';

/** A socket as it is to be made. */
export interface SocketRequest {
  readonly family: number;
  /** SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_RAW 3. */
  readonly type: 1 | 2 | 3;
  /** What it is bound to, or connected. @default nothing */
  readonly address?: Uint8Array;
  /** The address, for errors. */
  readonly shown: string;
  /** Connections that wait for `accept`. @default it does not listen */
  readonly backlog?: number;
  readonly reuseAddress?: boolean;
  readonly reusePort?: boolean;
  readonly ipv6Only?: boolean;
  /** Number of the only interface that it uses. @default any */
  readonly interface?: number;
  /** To a unix socket, which answers at once. */
  readonly connects?: boolean;
}

const { EPERM } = constants.errno;
const nothing = new Uint8Array();
const doesNotListen = -1;
const anyInterface = 0;

/**
 * A socket made in a network namespace: its descriptor, the caller's. By a thread of this process that exists for that
 * only; where the right to the namespace lies in a user namespace, which no thread can join, by a child that joins both
 * and sends the socket. That child has its own memory and is not dumpable: who is in there cannot look into us through it.
 */
export async function openSocket(network: NamespaceFile, request: SocketRequest): Promise<number> {
  requireChildPermission();
  const { family, type, address = nothing, backlog = doesNotListen } = request;
  const report = new Float64Array(4);
  const descriptor = addon().openSocket(
    network.descriptor,
    family,
    type,
    request.interface ?? anyInterface,
    address,
    backlog,
    switches(request),
    report,
  );
  if (descriptor >= 0) return descriptor;
  const failure = startFailure(report);
  const owner =
    failure.syscall === 'setns' && failure.errno === EPERM ? joinableOwner(network) : undefined;
  if (owner === undefined) throw socketError(failure, request);
  try {
    return await openThroughChild(owner, network, request);
  } finally {
    owner.close();
  }
}

// The user namespace that gives the right to the network when it is joined: one below our own (setns(2)).
function joinableOwner(network: NamespaceFile): NamespaceFile | undefined {
  try {
    const owner = network.openOwner();
    if (!owner.isAt(statSync('/proc/thread-self/ns/user', { bigint: true }))) return owner;
    owner.close();
  } catch (error) {
    if (!(error instanceof NamespaceError && error.code === 'EPERM')) throw error;
  }
  return undefined;
}

function switches({
  reuseAddress = false,
  reusePort = false,
  ipv6Only = false,
  connects = false,
}: SocketRequest): number {
  return (reuseAddress ? 1 : 0) + (reusePort ? 2 : 0) + (ipv6Only ? 4 : 0) + (connects ? 8 : 0);
}

function socketError({ errno, syscall }: Failure, { shown }: SocketRequest): NamespaceError {
  const details = { step: 'socket.open', errno, syscall, path: shown };
  const { code } = new NamespaceError(details);
  return new NamespaceError({ ...details, hint: socketHint(code, syscall) });
}

async function openThroughChild(
  owner: NamespaceFile,
  network: NamespaceFile,
  request: SocketRequest,
): Promise<number> {
  let socket: number | undefined;
  try {
    await carryOut(socketPlan(owner, network, request), {
      onSocket: (descriptor) => {
        socket = descriptor;
      },
    });
  } catch (error) {
    if (socket !== undefined) addon().close(socket);
    throw error;
  }
  if (socket === undefined) throw new Error('the child has sent no socket');
  return socket;
}

function socketPlan(user: NamespaceFile, network: NamespaceFile, request: SocketRequest): Plan {
  const { family, type, address = nothing, backlog, shown } = request;
  const operands = [
    ...[family, type, request.interface ?? anyInterface].map(String),
    Buffer.from(address).toString('hex'),
    String(backlog ?? ''),
    String(switches(request)),
  ];
  return {
    birth: 0,
    descriptors: [user.descriptor, network.descriptor],
    setup: [
      steps.join(typeFacts.user.flag, 0, user.link),
      steps.join(typeFacts.network.flag, 1, network.link),
      steps.openSocket(operands, shown),
    ],
    program: [steps.done()],
  };
}
