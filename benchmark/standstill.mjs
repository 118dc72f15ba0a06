// @ts-check
// For how long the event loop of this thread stands still, in the eyes of the observer.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ARMED, COUNTER, DISARMED, IDLE, LONGEST_NS, SEEN, STATE, WATCHING } from './slots.mjs';

const shared = new Int32Array(new SharedArrayBuffer(16));
const observer = new Worker(new URL('./observer.mjs', import.meta.url), { workerData: shared });

/** The observer is there. */
export const observing = once(observer, 'online');

/**
 * Keeps the event loop turning, visibly, until something is so.
 * @param {() => boolean} enough
 */
async function turnUntil(enough) {
  do {
    Atomics.add(shared, COUNTER, 1);
    await turn();
  } while (!enough());
}

const isSeen = () => Atomics.load(shared, SEEN) === Atomics.load(shared, COUNTER);

/**
 * The longest standstill, in milliseconds, from before the call of `action` to the turns behind it, or to those behind
 * the end of `until`; and what it returned.
 * @template R
 * @param {() => R} action
 * @param {(result: R) => Promise<unknown>} [until]
 */
export async function longestStandstill(action, until) {
  Atomics.store(shared, STATE, ARMED);
  Atomics.notify(shared, STATE);
  await turnUntil(() => Atomics.load(shared, STATE) === WATCHING);
  // The observer has a core and is looking: one that is held up itself would see nothing.
  await turnUntil(isSeen);
  const result = action();
  let over = until === undefined;
  until?.(result).then(() => {
    over = true;
  });
  // No longer than needed: with two cores, an observer that goes on leaves one to the child and to this thread.
  await turnUntil(() => over && isSeen());
  Atomics.store(shared, STATE, DISARMED);
  await turnUntil(() => Atomics.load(shared, STATE) === IDLE);
  return { longest: Atomics.load(shared, LONGEST_NS) / 1e6, result };
}
