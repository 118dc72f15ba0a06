import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { beforeAll, expect, test } from '@jest/globals';
import { Mount, Namespace, NamespaceError, type PidOptions } from '../lib/index';
import { temporaryFolder } from './support/script';

const file = temporaryFolder();

const box = (options?: PidOptions, mounts: Mount[] = []) =>
  Namespace.compose(
    Namespace.user(),
    Namespace.pid(options),
    Namespace.mount([Mount.proc(), ...mounts]),
    Namespace.uts({ hostname: 'box' }),
  ) as Namespace;

beforeAll(() => {
  mkdirSync(file('empty'));
  const worker = `
    const os = require('node:os');
    const { pid, ppid } = process;
    process.send({ pid, ppid, hostname: os.hostname(), uid: process.getuid(), args: process.argv.slice(2) });
    process.on('message', (message) => process.send({ back: message }));`;
  writeFileSync(file('worker.js'), worker);
});

async function message(child: ChildProcess): Promise<unknown> {
  return (await once(child, 'message'))[0];
}

test.each([
  [false, { pid: 1, ppid: 0 }],
  [true, { pid: 2, ppid: 1 }],
])('a Node program inside, and messages both ways (init: %p)', async (init, numbers) => {
  const child = box({ init }).fork(file('worker.js'), ['a', 'b']);
  expect(await message(child)).toEqual({ ...numbers, hostname: 'box', uid: 0, args: ['a', 'b'] });
  expect(child.pid).toBeGreaterThan(2);
  child.send({ say: ['hello', 1] });
  expect(await message(child)).toEqual({ back: { say: ['hello', 1] } });
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
  expect(hostname()).not.toBe('box');
});

test('messages that are more than JSON', async () => {
  const child = box().fork(file('worker.js'), { serialization: 'advanced' });
  await message(child);
  child.send(new Map([['key', 5n]]));
  expect(await message(child)).toEqual({ back: new Map([['key', 5n]]) });
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('one that is killed', async () => {
  const child = box({ init: true }).fork(file('worker.js'));
  await message(child);
  const events: string[] = [];
  for (const name of ['disconnect', 'exit', 'close']) child.on(name, () => events.push(name));
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  expect(await closed).toEqual([null, 'SIGTERM']);
  expect(events).toContain('disconnect');
  expect(events.filter((name) => name !== 'disconnect')).toEqual(['exit', 'close']);
});

test('the module is looked for inside', async () => {
  const hidden = box({}, [Mount.bind(file('empty'), file())]);
  const child = hidden.fork(file('worker.js'), { silent: true, cwd: '/' });
  expect(await once(child, 'close')).toEqual([1, null]);
});

test('a step that fails is an error of the child, and nothing is left of the channel', async () => {
  const child = box({}, [Mount.tmpfs(file('none'))]).fork(file('worker.js'));
  const [error] = await once(child, 'error');
  expect(error).toBeInstanceOf(NamespaceError);
  expect(error).toMatchObject({ step: 'mount.tmpfs', code: 'ENOENT' });
  expect(child.pid).toBeUndefined();
  if (child.connected) await once(child, 'disconnect');
  expect(child.connected).toBe(false);
});
