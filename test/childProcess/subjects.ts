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
  /** Before the first start; the returned function undoes it. */
  readonly prepare?: () => Promise<() => Promise<void>>;
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

// A process whose namespaces are joined by the last subject: all but its mounts, where our folders may be others. An init, so
// that what our programs leave behind is reaped.
const target = Namespace.compose(
  Namespace.user({ map: 'self' }),
  Namespace.pid({ init: true }),
  Namespace.network(),
  Namespace.uts(),
  Namespace.ipc(),
  Namespace.time(),
  Namespace.cgroup(),
);

let joined: Namespace = Namespace.none;

async function join(): Promise<() => Promise<void>> {
  const child = target.spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  const whole = await Namespace.of(child);
  const parts = [...whole].filter(({ type }) => type !== 'mount');
  joined = (Namespace.compose as unknown as (...all: unknown[]) => Namespace)(...parts);
  process.env.CONFORMANCE_TARGET = String(child.pid);
  return async () => {
    const closed = new Promise((resolve) => child.once('close', resolve));
    delete process.env.CONFORMANCE_TARGET;
    whole.close();
    child.kill('SIGKILL');
    await closed;
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
    name: 'in joined namespaces',
    spawn: (...call) => ours(joined).spawn(...call),
    fork: (...call) => ours(joined).fork(...call),
    samePid: false,
    orphansLiveOn: true,
    allIds: false,
    prepare: join,
  },
  {
    name: 'under our init',
    ...ours(Namespace.compose(Namespace.user({ map: 'self' }), Namespace.pid({ init: true }))),
    samePid: false,
    orphansLiveOn: false,
    allIds: false,
  },
];
