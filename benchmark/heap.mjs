// @ts-check
// One process of part (c): holds so many megabytes of touched Buffers and, when asked, starts a child twice: once alone,
// and once in the eyes of the observer, whose watching is itself a load and must not lengthen the first figure.
//
//   node heap.mjs MEGABYTES     over IPC: a way to start in, then Blocked, in milliseconds, out
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import * as boxes from './boxes.mjs';
import { trivial } from './build.mjs';
import { longestStandstill, observing } from './standstill.mjs';

/** @typedef {'ours' | 'child_process'} Way */
/**
 * `call`: the call itself. `busy`: all that the event loop did from the call to the exit, by libuv's own account of its
 * idle time. `observed`: the longest standstill of the event loop, by the observer.
 * @typedef {{ call: number, busy: number, observed: number }} Blocked
 */

const ways = {
  ours: () => boxes.network.spawn(trivial, [], { stdio: 'ignore' }),
  child_process: () => spawn(trivial, [], { stdio: 'ignore' }),
};

const megabytes = Number(process.argv[2]);
/** Filled with ones: pages that are only reserved would not be there to be copied. */
const heap = Array.from({ length: megabytes / 10 }, () => Buffer.alloc(10 * 2 ** 20, 1));

/** @param {Promise<unknown[]>} exit */
async function mustBeRight(exit) {
  const [code, signal] = await exit;
  if (code !== 0) throw new Error(`a child ended with ${signal ?? code}`);
}

/** @param {Way} way */
async function startAlone(way) {
  const before = performance.eventLoopUtilization();
  const begin = process.hrtime.bigint();
  const child = ways[way]();
  const call = Number(process.hrtime.bigint() - begin) / 1e6;
  await mustBeRight(once(child, 'exit'));
  return { call, busy: performance.eventLoopUtilization(before).active };
}

/** @param {Way} way */
async function startObserved(way) {
  const { longest, result } = await longestStandstill(() => once(ways[way](), 'exit'));
  await mustBeRight(result);
  return { observed: longest };
}

/**
 * @param {Way} way
 * @returns {Promise<Blocked>}
 */
async function measure(way) {
  if (process.memoryUsage.rss() < megabytes * 2 ** 20)
    throw new Error(`${megabytes} MB are not resident`);
  // Nothing of what came before is left to the event loop.
  await turn();
  return { ...(await startAlone(way)), ...(await startObserved(way)) };
}

await observing;
process.on('message', async (way) => process.send?.(await measure(/** @type {Way} */ (way))));
// The mention of the heap here is what keeps it from being collected.
process.once('disconnect', () => process.exit(heap.length > 0 ? 0 : 1));
process.send?.('ready');
