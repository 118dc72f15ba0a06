// @ts-check
// The process of part `list`: starts 500 children in two new namespaces each, lists while all live, and sends the times.
//
//   node inventory.mjs ROUNDS
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { Namespace } from 'linux-namespaces';
import { rounds } from './rounds.mjs';
import { longestStandstill, observing } from './standstill.mjs';
import { spread } from './statistics.mjs';

/** @typedef {{ listed: number, processes: number, ours: number[], lsns: number[], blocked: number[], control: number[] }} Listed */

const CHILDREN = 500;
const EACH = 2;

const count = Number(process.argv[2]);
const box = Namespace.compose(Namespace.user(), Namespace.uts());
const hasLsns = spawnSync('lsns', ['--version']).status === 0;

/** @param {() => Promise<number>} list how many it lists */
async function timed(list) {
  // Nothing of what came before is left to the event loop.
  await turn();
  const begin = process.hrtime.bigint();
  const length = await list();
  const time = Number(process.hrtime.bigint() - begin) / 1e6;
  if (length < CHILDREN * EACH) throw new Error(`${length} namespaces are too few`);
  return time;
}

const ours = { name: 'ours', start: () => timed(async () => (await Namespace.list()).length) };

async function fromLsns() {
  const child = spawn('lsns', ['--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { namespaces } = /** @type {{ namespaces: unknown[] }} */ (await json(child.stdout));
  return namespaces.length;
}
const lsns = { name: 'lsns', start: () => timed(fromLsns) };

/** @param {() => Promise<unknown>} action */
async function standstill(action) {
  const { longest } = await longestStandstill(action, (promise) => promise);
  return longest;
}

/**
 * A program that never does more than a millisecond's work in a turn: how long that seems to the observer is the noise of
 * the machine.
 * @param {number} milliseconds
 */
async function computing(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const pause = performance.now() + 1;
    while (performance.now() < pause);
    await turn();
  }
}

const children = Array.from({ length: CHILDREN }, () =>
  box.spawn('sleep', ['infinity'], { stdio: 'ignore' }),
);
await Promise.all(children.map((child) => once(child, 'spawn')));
await observing;

const { length } = await Namespace.list();
const processes = await Namespace.current('pid').pids();
const times = await rounds(hasLsns ? [ours, lsns] : [ours], count);
const blocked = await rounds(
  [
    { name: 'ours', start: () => standstill(() => Namespace.list()) },
    {
      name: 'nothing',
      start: () => standstill(() => computing(spread(times.get('ours') ?? []).median)),
    },
  ],
  count,
);

/** @type {Listed} */
const listed = {
  listed: length,
  processes: processes.length,
  ours: times.get('ours') ?? [],
  lsns: times.get('lsns') ?? [],
  blocked: blocked.get('ours') ?? [],
  control: blocked.get('nothing') ?? [],
};
for (const child of children) child.kill('SIGKILL');
await Promise.all(children.map((child) => once(child, 'exit')));
process.send?.(listed, () => process.exit());
