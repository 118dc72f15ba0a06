import { describe, expect, test } from '@jest/globals';
import { Namespace, type PidOptions } from '../lib/index';

const box = (options?: PidOptions) => Namespace.compose(Namespace.user(), Namespace.pid(options));

/** Works until it has used that much of the processor, in milliseconds: how long that takes is of no matter. */
const burn = (milliseconds: number) => `
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const used = () => { const now = process.resourceUsage(); return now.userCPUTime + now.systemCPUTime; };
  while (used() < userCPUTime + systemCPUTime + ${milliseconds * 1000});`;

async function usage(namespace: Namespace, code: string) {
  const { usage, exitCode } = await namespace.run(process.execPath, ['-e', code]);
  expect(exitCode).toBe(0);
  return usage;
}

describe.each([
  ['no namespace', Namespace.none],
  ['a pid namespace', box()],
  ['a pid namespace with an init', box({ init: true })],
] as [string, Namespace][])('%s', (_, namespace) => {
  test('time of the processor', async () => {
    const idle = await usage(namespace, 'setTimeout(() => {}, 100)');
    const busy = await usage(namespace, burn(200));
    const time = (one: typeof idle) => one.userCPUTime + one.systemCPUTime;
    expect(time(busy)).toBeGreaterThan(200_000);
    expect(time(idle)).toBeLessThan(time(busy) - 100_000);
  });

  test('that of the children counts, too', async () => {
    const code = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn(200))}])`;
    const { userCPUTime, systemCPUTime } = await usage(namespace, code);
    expect(userCPUTime + systemCPUTime).toBeGreaterThan(200_000);
  });
});

test('user and system', async () => {
  const calls = 'const fs = require("node:fs"); for (let i = 0; i < 3e5; i++) fs.fstatSync(0);';
  const inKernel = await usage(Namespace.none, calls);
  const counting = await usage(Namespace.none, 'let i = 0; while (i < 3e8) i++;');
  const share = ({ userCPUTime, systemCPUTime }: typeof counting) => systemCPUTime / userCPUTime;
  expect(share(counting)).toBeLessThan(share(inKernel));
});

describe('peak memory, in kilobytes', () => {
  const allocate = 'Buffer.alloc(100 * 1024 * 1024, 1)';

  test('under an init: of the program, and not of us', async () => {
    const { maxRSS: small } = (await box({ init: true }).run('true')).usage;
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(20 * 1024);
    const { maxRSS } = await usage(box({ init: true }) as Namespace, allocate);
    expect(maxRSS).toBeGreaterThan(100 * 1024);
    expect(maxRSS).toBeLessThan(300 * 1024);
  });

  test('of the largest of its processes', async () => {
    const code = `require('node:child_process').execFileSync(process.execPath, ['-e', '${allocate}'])`;
    const { maxRSS } = await usage(box({ init: true }) as Namespace, code);
    expect(maxRSS).toBeGreaterThan(100 * 1024);
  });

  test('without an init it is never less than that', async () => {
    const { maxRSS } = await usage(Namespace.none, allocate);
    expect(maxRSS).toBeGreaterThan(100 * 1024);
  });
});

test('of a program that was killed', async () => {
  const { usage: used } = await Namespace.none.run('sh', ['-c', 'kill -KILL $$']);
  expect(Object.values(used).every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
});
