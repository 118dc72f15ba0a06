import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { beside } from '../support/handles';
import { permitted } from '../support/script';
import { exampleFile, outputOf } from './support';

test('without arguments it shows itself', async () => {
  const output = await outputOf('enter');
  expect(output).toMatch(/^the box has its own: mount, pid, user, uts\n/);
  expect(output).toMatch(/^I am process [2-9]\d* and uid 0 on box$/m);
  expect(output).toMatch(/^beside me run: .*\bsleep\b/m);
  expect(output).toMatch(/^I am process 1 on box$/m);
});

test('with a process and a program: it runs there, with its exit code', async () => {
  await beside(permitted(Namespace.uts({ hostname: 'entered' })), async (target) => {
    await once(target, 'spawn');
    const child = spawn(process.execPath, [
      ...[exampleFile('enter'), String(target.pid)],
      ...['sh', '-c', 'hostname; exit 7'],
    ]);
    const [[code], stdout] = await Promise.all([once(child, 'close'), text(child.stdout)]);
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'entered\n' });
  });
});

test('with a process that is not there: what is wrong, in one line', async () => {
  const child = spawn(process.execPath, [exampleFile('enter'), '2147483647']);
  const [[code], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pidfd_open ESRCH .*\n$/);
});
