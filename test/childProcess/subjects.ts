import * as node from 'node:child_process';
import { Namespace } from '../../lib/index';

/** `child_process.spawn`, its two shapes as one signature. */
export type Spawn = (
  command: string,
  args?: readonly string[] | node.SpawnOptions,
  options?: node.SpawnOptions,
) => node.ChildProcess;

/** `child_process.fork`, likewise. */
export type Fork = (
  module: string | URL,
  args?: readonly string[] | node.ForkOptions,
  options?: node.ForkOptions,
) => node.ChildProcess;

export interface Subject {
  readonly name: string;
  readonly spawn: Spawn;
  readonly fork: Fork;
  /** The number a child sees as its own is `child.pid`. Not so in a pid namespace. */
  readonly samePid: boolean;
  /** Processes that the program started live on when the program ends. Not so in a pid namespace. */
  readonly orphansLiveOn: boolean;
  /** Every uid and gid of the host exists inside. Not so in a user namespace that maps only the caller. */
  readonly allIds: boolean;
}

// The types of Node and ours know the two shapes as overloads, hence the assertions: what the tests
// pass arrives as it is.
function ours(namespace: Namespace): { spawn: Spawn; fork: Fork } {
  return {
    spawn: (command, args, options) =>
      namespace.spawn(command, args as readonly string[], options as node.SpawnOptions),
    fork: (module, args, options) => namespace.fork(module, args as readonly string[], options),
  };
}

/** What Node itself does on the version that runs the tests. */
export const reference: Subject = {
  name: 'node:child_process',
  spawn: (command, args, options) =>
    node.spawn(command, args as readonly string[], options as node.SpawnOptions),
  fork: (module, args, options) => node.fork(module, args as readonly string[], options),
  samePid: true,
  orphansLiveOn: true,
  allIds: true,
};

export const subjects: readonly Subject[] = [
  reference,
  {
    name: 'Namespace.none',
    ...ours(Namespace.none),
    samePid: true,
    orphansLiveOn: true,
    allIds: true,
  },
  {
    name: 'in namespaces',
    ...ours(Namespace.compose(Namespace.user({ map: 'self' }), Namespace.uts(), Namespace.ipc())),
    samePid: true,
    orphansLiveOn: true,
    allIds: false,
  },
  {
    name: 'under our init',
    ...ours(Namespace.compose(Namespace.user({ map: 'self' }), Namespace.pid({ init: true }))),
    samePid: false,
    orphansLiveOn: false,
    allIds: false,
  },
];
