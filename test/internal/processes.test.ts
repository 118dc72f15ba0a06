import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { linksOf, readArguments, readStat, readUid } from '../../lib/internal/processes';
import { temporaryFolder } from '../support/script';

const file = temporaryFolder();

test('a name that looks like the fields behind it', async () => {
  const name = 'a) S 1 (b';
  symlinkSync('/bin/sleep', file(name));
  const child = spawn(file(name), ['infinity'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const own = readStat(process.pid);
  const stat = readStat(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(stat?.name).toBe(name);
  // In hundredths of a second since the boot; 20719.44 * 100 is not quite 2071944.
  const now = Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);
  expect(own?.start).toBeGreaterThan(0);
  expect(stat?.start).toBeGreaterThanOrEqual(own?.start ?? Number.NaN);
  expect(stat?.start).toBeLessThanOrEqual(now);
});

test('of this process', () => {
  expect(linksOf(process.pid)).toHaveLength(8);
  expect(readUid(process.pid)).toBe(process.geteuid?.());
  expect(readArguments(process.pid)).toContain(process.argv0);
});

test('of a process that has ended: nothing', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  const pid = child.pid ?? 0;
  expect(linksOf(pid)).toEqual([]);
  expect([readStat(pid), readArguments(pid), readUid(pid)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
