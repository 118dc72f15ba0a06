import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace, type TimeOptions } from '../lib/index';
import { output, permitted, rejection } from './support/script';

const day = 86_400;

const box = (options?: TimeOptions) => permitted(Namespace.time(options));

async function offsets(options?: TimeOptions): Promise<string[][]> {
  const text = await output(box(options), 'cat', ['/proc/self/timens_offsets']);
  return text.split('\n').map((line) => line.trim().split(/\s+/));
}

/** Seconds of a clock outside before, inside, and outside after. */
async function monotonic(options?: TimeOptions): Promise<number[]> {
  const now = () => Number(process.hrtime.bigint()) / 1e9;
  const code = 'console.log(Number(process.hrtime.bigint()) / 1e9)';
  const before = now();
  const inside = Number(await output(box(options), process.execPath, ['-e', code]));
  return [before, inside, now()];
}

async function boottime(options?: TimeOptions): Promise<number[]> {
  const seconds = (text: string) => Number(text.split(' ')[0]);
  const before = seconds(readFileSync('/proc/uptime', 'utf8'));
  const inside = seconds(await output(box(options), 'cat', ['/proc/uptime']));
  return [before, inside, seconds(readFileSync('/proc/uptime', 'utf8'))];
}

// Between what the clock outside said before and after: however long the start took, that is so.
describe.each([
  ['monotonic', monotonic],
  ['boottime', boottime],
] as const)('%s', (clock, read) => {
  test.each([0, day, 1e9, 1.25 * day, -1, -0.5])('%d seconds', async (offset) => {
    const [before = 0, inside = 0, after = 0] = await read({ [clock]: offset });
    // proc shows hundredths.
    expect(inside).toBeGreaterThanOrEqual(before + offset - 0.011);
    expect(inside).toBeLessThanOrEqual(after + offset + 0.011);
  });

  test('the other clock stays', async () => {
    const other = clock === 'monotonic' ? boottime : monotonic;
    const [before = 0, inside = 0, after = 0] = await other({ [clock]: day });
    expect(inside).toBeGreaterThanOrEqual(before);
    expect(inside).toBeLessThanOrEqual(after);
  });
});

describe('what the kernel is told', () => {
  test.each<[TimeOptions | undefined, string, string]>([
    [undefined, '0 0', '0 0'],
    [{ monotonic: day }, `${day} 0`, '0 0'],
    [{ boottime: 2.5 }, '0 0', '2 500000000'],
    [{ monotonic: -1.25, boottime: 1 }, '-2 750000000', '1 0'],
    [{ monotonic: 0.000_000_001 }, '0 1', '0 0'],
    [{ monotonic: -0.000_000_001 }, '-1 999999999', '0 0'],
    [{ boottime: 1e9 + 0.125 }, '0 0', '1000000000 125000000'],
  ])('%j', async (options, monotonic, boottime) => {
    const said = await offsets(options);
    expect(said).toEqual([
      ['monotonic', ...monotonic.split(' ')],
      ['boottime', ...boottime.split(' ')],
    ]);
  });
});

test('both, and all that the program starts', async () => {
  const options = { monotonic: day, boottime: 2 * day };
  const [before = 0, inside = 0, after = 0] = await boottime(options);
  expect(inside).toBeGreaterThanOrEqual(before + 2 * day);
  expect(inside).toBeLessThanOrEqual(after + 2 * day);
  const grandchild = ['-c', "sh -c 'cat /proc/self/timens_offsets'"];
  expect(await output(box(options), 'sh', grandchild)).toMatch(
    new RegExp(`^monotonic +${day} +0\\nboottime +${2 * day} +0$`),
  );
});

test.each(['monotonic', 'boottime'])('%s before the start of the clock', async (clock) => {
  const error = await rejection(box({ [clock]: -1e9 }).run('true'));
  expect(error).toMatchObject({ name: 'NamespaceError', step: 'time.offsets', code: 'ERANGE' });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 5e9, -5e9])('%d is out of range', (offset) => {
  const expected = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
  expect(() => Namespace.time({ monotonic: offset })).toThrow(expected);
  expect(() => Namespace.time({ boottime: offset })).toThrow(expected);
});
