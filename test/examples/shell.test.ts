import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { runExample } from './support';

test('shell: the commands of stdin run in a box of their own', async () => {
  const input = 'echo "number $$"; hostname; id -u; ls -A /tmp; set -- /proc/[0-9]*; echo $#\n';
  const { code, stdout, stderr } = await runExample('shell', { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [number, name, uid, processes] = stdout.split('\n');
  expect([number, name, uid]).toEqual(['number 2', 'box', '0']);
  expect(name).not.toBe(hostname());
  // Our init and the shell; /tmp is empty, so its list has no line.
  expect(Number(processes)).toBe(2);
});

test('shell: ends as the shell ends', async () => {
  expect(await runExample('shell', { input: 'exit 7\n' })).toMatchObject({ code: 7 });
  const killed = await runExample('shell', { input: 'kill -9 $$\n' });
  expect(killed).toEqual({ code: 1, stdout: '', stderr: 'the shell was ended by SIGKILL\n' });
});
