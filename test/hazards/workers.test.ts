// Workers come and go, and their children with them: a process-wide reaper waits for those that nobody waits for.
import { describe, expect, test } from '@jest/globals';
import { report } from './fixtures/programs';

interface Fates {
  /** State of each child that had to end with its Worker. */
  ended: string[];
  /** Whether those that were to stay ran on. */
  alive: boolean[];
  /** Their state once they were killed. */
  afterwards: string[];
}

describe('a Worker that is terminated', () => {
  test('leaves a zombie with child_process', async () => {
    expect(await report<Fates>('workers.cjs', ['naive'])).toMatchObject({ afterwards: ['Z'] });
  });

  test('takes our children along; detached ones stay, and are reaped when they end', async () => {
    expect(await report<Fates>('workers.cjs', ['ours'])).toEqual({
      ended: ['gone', 'gone', 'gone', 'gone'],
      alive: [true, true],
      afterwards: ['gone', 'gone'],
    });
  });
});
