import { expect, test } from '@jest/globals';
import { inSlices } from '../../lib/internal/slices';
import { rejection } from '../support/script';

// Longer than a slice, however slow the machine.
function work(): void {
  const end = performance.now() + 5;
  while (performance.now() < end);
}

/** Counts the turns of the event loop until it is told to stop. */
function turns() {
  let count = 0;
  let immediate = setImmediate(function turn() {
    count += 1;
    immediate = setImmediate(turn);
  });
  return { now: () => count, stop: () => clearImmediate(immediate) };
}

test('each item once, in its order', async () => {
  const seen: number[] = [];
  await inSlices(
    () => [3, 1, 2],
    (item) => seen.push(item),
  );
  expect(seen).toEqual([3, 1, 2]);
});

test('the event loop turns between items that take long', async () => {
  const turn = turns();
  const at: number[] = [];
  await inSlices(
    () => [1, 2, 3],
    () => {
      at.push(turn.now());
      work();
    },
  );
  turn.stop();
  expect(new Set(at).size).toBe(3);
});

test('scans that are asked for at once share no turn', async () => {
  const turn = turns();
  const at: number[] = [];
  const scan = () =>
    inSlices(
      () => [1],
      () => at.push(turn.now()),
    );
  await Promise.all([scan(), scan(), scan()]);
  turn.stop();
  expect(new Set(at).size).toBe(3);
});

test('one that fails does not stop the next', async () => {
  const failing = inSlices(
    () => {
      throw new Error('no items');
    },
    () => {},
  );
  const seen: number[] = [];
  const next = inSlices(
    () => [1],
    (item) => seen.push(item),
  );
  expect((await rejection(failing)).message).toBe('no items');
  await next;
  expect(seen).toEqual([1]);
});
