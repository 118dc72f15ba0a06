import { setImmediate as turn } from 'node:timers/promises';

/** For how many milliseconds the event loop may wait for a scan, before what else there is to do gets its turn. */
const sliceLength = 1;

let last: Promise<void> = Promise.resolve();

/**
 * Does something with each item, in slices. Scans that are asked for at once run one after another, and each starts in
 * a turn of its own: in one turn together, their slices would add up.
 */
export function inSlices<T>(items: () => Iterable<T>, action: (item: T) => void): Promise<void> {
  const scan = last.then(() => slices(items, action));
  last = scan.catch(() => {});
  return scan;
}

async function slices<T>(items: () => Iterable<T>, action: (item: T) => void): Promise<void> {
  await turn();
  let end = performance.now() + sliceLength;
  for (const item of items()) {
    action(item);
    if (performance.now() < end) continue;
    await turn();
    end = performance.now() + sliceLength;
  }
}
