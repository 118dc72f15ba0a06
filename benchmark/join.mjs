// @ts-check
// (g) Namespaces that exist, those of a child: joined, and a trivial program run in them, beside a floor in C and nsenter.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Namespace } from 'linux-namespaces';
import { existing, trivial } from './build.mjs';
import { Floor } from './floor.mjs';
import { rounds, startToExit } from './rounds.mjs';
import { ratios, spread } from './statistics.mjs';

const FLOOR = 1.35;

/** The namespaces that all contenders join. Made without a user namespace: root. */
export const target = Namespace.compose(
  Namespace.pid({ init: true }),
  Namespace.mount(),
  Namespace.network(),
  Namespace.uts(),
  Namespace.ipc(),
  Namespace.cgroup(),
);

/** @param {{ samples: number }} options */
export async function join({ samples }) {
  if (process.getuid?.() !== 0)
    return {
      name: 'join',
      title: 'namespaces that exist',
      rows: [],
      notes: ['Not measured: for root.'],
    };
  const child = target.spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
  await once(child, 'spawn');
  const pid = String(child.pid);
  const whole = await Namespace.of(child);
  const three = Namespace.compose(whole.get('network'), whole.get('uts'), whole.get('ipc'));
  const floor = new Floor(existing, [pid, trivial]);
  /** @type {number[]} */
  const blocked = [];
  const run = (/** @type {Namespace} */ box, /** @type {number[]} */ calls) =>
    startToExit(() => {
      const begin = process.hrtime.bigint();
      const started = box.spawn(trivial, [], { stdio: 'ignore' });
      calls.push(Number(process.hrtime.bigint() - begin) / 1e6);
      return started;
    });
  const nsenter = (/** @type {string[]} */ ...types) =>
    startToExit(() => spawn('nsenter', ['-t', pid, ...types, trivial], { stdio: 'ignore' }));
  const times = await rounds(
    [
      { name: 'floor all', start: () => floor.start('all') },
      { name: 'all', start: () => run(whole, blocked) },
      { name: 'nsenter all', start: () => nsenter('-m', '-u', '-i', '-n', '-p', '-C') },
      { name: 'floor three', start: () => floor.start('three') },
      { name: 'three', start: () => run(three, []) },
      { name: 'nsenter three', start: () => nsenter('-u', '-i', '-n') },
      {
        name: 'child_process',
        start: () => startToExit(() => spawn(trivial, [], { stdio: 'ignore' })),
      },
    ],
    samples,
  );
  await floor.close();
  whole.close();
  child.kill('SIGKILL');

  const of = (/** @type {string} */ name) => times.get(name) ?? [];
  const time = (/** @type {string} */ figure, /** @type {string} */ name) =>
    /** @type {const} */ ({ figure, unit: 'ms', spread: spread(of(name)) });
  const against = (
    /** @type {string} */ figure,
    /** @type {string} */ a,
    /** @type {string} */ b,
    limit = 1,
  ) =>
    /** @type {const} */ ({ figure, unit: 'times', spread: spread(ratios(of(a), of(b))), limit });
  return {
    name: 'join',
    title: 'namespaces that exist, start to exit',
    rows: [
      time('floor in C, six of a process', 'floor all'),
      time('linux-namespaces, Namespace.of(child)', 'all'),
      time('nsenter from Node, the same', 'nsenter all'),
      time('floor in C, network, uts and ipc', 'floor three'),
      time('linux-namespaces, three handles', 'three'),
      time('nsenter from Node, the same', 'nsenter three'),
      time('child_process.spawn, no namespaces', 'child_process'),
      against('six: ours / floor', 'all', 'floor all', FLOOR),
      against('six: ours / nsenter', 'all', 'nsenter all'),
      against('three: ours / floor', 'three', 'floor three', FLOOR),
      against('three: ours / nsenter', 'three', 'nsenter three'),
      /** @type {const} */ ({
        figure: 'event loop blocked by the call, six',
        unit: 'ms',
        spread: spread(blocked),
      }),
    ],
    notes: [
      'Six: mount, network, uts, ipc, pid, cgroup. With pid, the call waits until the second process is there.',
    ],
  };
}
