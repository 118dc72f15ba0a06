import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Namespace } from '../lib/index';
import { needs } from './support/needs';
import { output, permitted } from './support/script';

/** The paths in /proc/PID/cgroup. */
const paths = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(':').slice(2).join(':'));

const outside = paths(readFileSync('/proc/self/cgroup', 'utf8'));
const below = needs(
  outside.some((path) => path !== '/'),
  'a cgroup that is not the root',
);

below("the child's own cgroup is the root of what it sees", async () => {
  const inside = paths(await output(permitted(Namespace.cgroup()), 'cat', ['/proc/self/cgroup']));
  expect(inside).toEqual(outside.map(() => '/'));
});

test('it stays in the cgroup of the caller', async () => {
  const child = permitted(Namespace.cgroup()).spawn('sleep', ['1000']);
  expect(paths(readFileSync(`/proc/${child.pid}/cgroup`, 'utf8'))).toEqual(outside);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
});

test('it takes no options', () => {
  const make = () => Namespace.cgroup({ path: '/a' } as unknown as Record<string, never>);
  expect(make).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
  expect(make).toThrow('options.path');
});
