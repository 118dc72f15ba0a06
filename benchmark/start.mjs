// @ts-check
// (a) Start to exit of a trivial static program in new namespaces, against the floor in C.
import { spawn } from 'node:child_process';
import * as boxes from './boxes.mjs';
import { trivial } from './build.mjs';
import { Floor } from './floor.mjs';
import { rounds, startToExit } from './rounds.mjs';
import { ratios, spread, undisturbed } from './statistics.mjs';

/** @typedef {import('./report.mjs').Row} Row */

const FLOOR = 1.35;

/** @param {{ samples: number }} options */
export async function start({ samples }) {
  const floor = new Floor();
  const times = await rounds(
    [
      { name: 'floor six', start: () => floor.start('six') },
      { name: 'floor network', start: () => floor.start('network') },
      {
        name: 'six',
        start: () => startToExit(() => boxes.six.spawn(trivial, [], { stdio: 'ignore' })),
      },
      {
        name: 'default',
        start: () => startToExit(() => boxes.sixByDefault.spawn(trivial, [], { stdio: 'ignore' })),
      },
      {
        name: 'network',
        start: () => startToExit(() => boxes.network.spawn(trivial, [], { stdio: 'ignore' })),
      },
      {
        name: 'child_process',
        start: () => startToExit(() => spawn(trivial, [], { stdio: 'ignore' })),
      },
    ],
    samples,
  );
  await floor.close();

  const of = (/** @type {string} */ name) => times.get(name) ?? [];
  const time = (/** @type {string} */ figure, /** @type {string} */ name) =>
    /** @type {const} */ ({ figure, unit: 'ms', spread: spread(of(name)) });
  /**
   * @param {string} figure
   * @param {string} a
   * @param {string} b
   * @param {number} [limit]
   * @returns {Row[]}
   */
  const against = (figure, a, b, limit) => {
    const limited = limit === undefined ? {} : { limit };
    const fastest = undisturbed(of(a), of(b));
    return [
      { figure, unit: 'times', spread: spread(ratios(of(a), of(b))), ...limited },
      { figure: `${figure}, fastest tenths`, unit: 'times', value: fastest, ...limited },
    ];
  };

  return {
    name: 'start',
    title: 'start to exit in new namespaces',
    rows: [
      time('floor in C, six namespaces', 'floor six'),
      time('linux-namespaces, six namespaces', 'six'),
      time('the same, /proc/sys read-only (default)', 'default'),
      time('floor in C, six and network', 'floor network'),
      time('linux-namespaces, six and network', 'network'),
      time('child_process.spawn, no namespaces', 'child_process'),
      ...against('six: ours / floor', 'six', 'floor six', FLOOR),
      ...against('six, /proc/sys read-only: ours / floor', 'default', 'floor six'),
      ...against('six and network: ours / floor', 'network', 'floor network', FLOOR),
      ...against('six: ours / child_process.spawn', 'six', 'child_process', 1),
    ],
    notes: [
      'Six: user, pid, mount (with a new /proc), uts (with a hostname), ipc, cgroup. Network: with loopback up.',
      "The floor's time is taken in C around clone and wait; ours is taken in JavaScript, from the call to the 'exit' event.",
      'A ratio is that of a pair measured in the same round; its median is not the quotient of two medians.',
      'Fastest tenths: p10 of ours by p10 of the other. On a busy machine both wait for a core, which draws the other ratios to 1.',
    ],
  };
}
