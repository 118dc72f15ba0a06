// @ts-check
// The independent witness of part (c), in a Worker thread: while armed it reads the counter that the main thread's
// event loop keeps raising, and with its own clock notes the longest time for which the counter stood still.
import { workerData } from 'node:worker_threads';
import { ARMED, COUNTER, IDLE, LONGEST_NS, SEEN, STATE, WATCHING } from './slots.mjs';

const shared = /** @type {Int32Array} */ (workerData);

function watch() {
  let longest = 0n;
  let seen = Atomics.load(shared, COUNTER);
  let since = process.hrtime.bigint();
  Atomics.store(shared, STATE, WATCHING);
  while (Atomics.load(shared, STATE) === WATCHING) {
    const counter = Atomics.load(shared, COUNTER);
    if (counter === seen) continue;
    // To the first sight of the next value: a fork of a large parent holds this thread up as well (it waits for the
    // same address space), and that must count.
    const now = process.hrtime.bigint();
    if (now - since > longest) longest = now - since;
    seen = counter;
    since = now;
    Atomics.store(shared, SEEN, seen);
  }
  Atomics.store(shared, LONGEST_NS, Number(longest));
  Atomics.store(shared, STATE, IDLE);
}

for (;;) {
  Atomics.wait(shared, STATE, IDLE);
  if (Atomics.load(shared, STATE) === ARMED) watch();
}
