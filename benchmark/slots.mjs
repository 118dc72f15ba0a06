// @ts-check
// What heap.mjs and its observer share: the slots of their array, and the states of one of them.

/** Raised by every turn of the main thread's event loop. */
export const COUNTER = 0;
export const STATE = 1;
/** The last value of the counter that the observer has seen. */
export const SEEN = 3;
/** The longest time for which the counter stood still. */
export const LONGEST_NS = 2;

export const IDLE = 0;
/** Asked for by the main thread, ... */
export const ARMED = 1;
/** ... and answered by the observer. */
export const WATCHING = 2;
/** Asked for by the main thread, answered with IDLE. */
export const DISARMED = 3;
