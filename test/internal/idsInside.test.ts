import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { idsInside } from '../../lib/internal/idsInside';

test('of this process: what proc says', () => {
  const [, numbers = ''] = /^NSpid:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  expect(idsInside(process.pid).join('\t')).toBe(numbers);
});

test('of a process that has ended: none', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(idsInside(child.pid ?? 0)).toEqual([]);
});
