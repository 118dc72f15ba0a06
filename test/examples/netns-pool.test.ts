import { beforeAll, describe, expect, test } from '@jest/globals';
import { outputOf } from './support';

describe('netns-pool', () => {
  let output = '';
  beforeAll(async () => {
    output = await outputOf('netns-pool');
  });

  test('three networks are pinned', () => {
    expect(output).toMatch(/^pinned, and no process in them: pool-0, pool-1, pool-2\n/);
  });

  test('nine jobs each had port 80 for themselves', () => {
    const jobs = [...output.matchAll(/^job (\d) in (pool-\d): served$/gm)];
    expect(jobs.map(([, number]) => Number(number))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(jobs.map(([, , name]) => name)).size).toBe(3);
  });

  test('nothing is left', () => {
    expect(output).toMatch(/^left in \/run\/netns: 0$/m);
  });
});
