import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import { permitted, shell } from './support/script';

/** As JavaScript sees it: the types refuse what is tested here. */
const compose = Namespace.compose as unknown as (...parts: unknown[]) => Namespace;

const invalidValue = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
const invalidType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });

describe('a composition', () => {
  test('has the types of its parts, in alphabetical order', () => {
    const box = Namespace.compose(Namespace.uts(), Namespace.user(), Namespace.cgroup());
    expect(box.types).toEqual(['cgroup', 'user', 'uts']);
  });

  test('of nothing is a plain child', async () => {
    expect(Namespace.compose().types).toEqual([]);
    expect(Namespace.compose().explain()).toBe(Namespace.none.explain());
    expect(await shell(Namespace.compose(), 'echo out')).toBe('out');
  });

  test('of one is that one', () => {
    const uts = Namespace.uts({ hostname: 'box' });
    expect(Namespace.compose(uts).explain()).toBe(uts.explain());
  });

  test('changes none of its parts', () => {
    const user = Namespace.user();
    const pid = Namespace.pid({ init: true });
    const before = [user.explain(), pid.explain()];
    const box = Namespace.compose(user, pid);
    expect(box).not.toBe(user);
    expect([user.explain(), pid.explain()]).toEqual(before);
    expect([user.types, pid.types]).toEqual([['user'], ['pid']]);
  });

  test('is frozen', () => {
    const box = Namespace.compose(Namespace.user(), Namespace.pid());
    expect(Object.isFrozen(box)).toBe(true);
    expect(Object.isFrozen(box.types)).toBe(true);
  });

  test('does not see what becomes of the options later', () => {
    const mounts: Mount[] = [Mount.proc()];
    const options = { hostname: 'before' };
    const map = {
      uid: [{ inside: 0, outside: 1, length: 1 }],
      gid: [{ inside: 0, outside: 1, length: 1 }],
    };
    const parts = [
      Namespace.mount(mounts),
      Namespace.uts(options),
      Namespace.user({ map }),
      Namespace.pid(),
    ];
    const box = compose(...parts);
    const before = box.explain();
    mounts.push(Mount.tmpfs('/tmp'));
    options.hostname = 'after';
    map.uid.push({ inside: 1, outside: 2, length: 1 });
    parts.pop();
    expect(box.explain()).toBe(before);
    expect(compose(...parts, Namespace.pid()).explain()).toBe(before);
  });

  test('is the same in every order', () => {
    const parts = [
      Namespace.user(),
      Namespace.pid(),
      Namespace.mount([Mount.proc()]),
      Namespace.network(),
      Namespace.uts({ hostname: 'box' }),
      Namespace.time({ boottime: 5 }),
    ];
    expect(compose(...parts.toReversed()).explain()).toBe(compose(...parts).explain());
    expect(compose(...parts.toReversed()).types).toEqual(compose(...parts).types);
  });

  test('can be a part of another', async () => {
    const inner = Namespace.compose(Namespace.user(), Namespace.uts({ hostname: 'nested' }));
    const box = Namespace.compose(Namespace.none, Namespace.compose(inner, Namespace.pid()));
    expect(box.types).toEqual(['pid', 'user', 'uts']);
    expect(await shell(box, 'echo $$ $(cat /proc/sys/kernel/hostname)')).toBe('1 nested');
  });
});

test('one value starts twenty children at once, each in namespaces of its own', async () => {
  const box = permitted(Namespace.pid(), Namespace.uts({ hostname: 'box' }));
  const look = 'echo $$ $(cat /proc/sys/kernel/hostname) $(readlink /proc/self/ns/uts); read line';
  const children = Array.from({ length: 20 }, () => box.spawn('sh', ['-c', look]));
  // All of them live while they are asked: the number of a namespace that is gone is used again.
  const said = await Promise.all(
    children.map(async ({ stdout }) => String((await once(stdout as Readable, 'data'))[0]).trim()),
  );
  for (const child of children) child.stdin?.end();
  await Promise.all(children.map((child) => once(child, 'close')));
  expect(said.every((line) => /^1 box uts:\[\d+\]$/.test(line))).toBe(true);
  expect(new Set(said).size).toBe(20);
});

describe('what does not go together', () => {
  test('two of one type: the error names both', () => {
    const make = () => compose(Namespace.uts(), Namespace.pid(), Namespace.uts());
    expect(make).toThrow(invalidValue);
    expect(make).toThrow(/parts\[2\].*uts.*parts\[0\]/);
  });

  test('also when one hides in a composition', () => {
    const inner = Namespace.compose(Namespace.ipc(), Namespace.pid());
    expect(() => compose(Namespace.pid(), inner)).toThrow(/parts\[1\].*pid.*parts\[0\]/);
    expect(() => compose(inner, inner)).toThrow(/parts\[1\].*parts\[0\]/);
  });

  test('a proc beside a user namespace, and no pid namespace', () => {
    const mount = Namespace.mount([Mount.tmpfs('/tmp'), Mount.proc()]);
    expect(() => compose(Namespace.user(), mount)).toThrow(invalidValue);
    expect(() => compose(Namespace.user(), mount)).toThrow(/mounts\[1\].*Namespace\.pid\(\)/);
    expect(compose(Namespace.user(), mount, Namespace.pid()).types).toHaveLength(3);
    expect(compose(mount).types).toEqual(['mount']);
  });

  test.each([
    [undefined],
    [null],
    ['pid'],
    [{}],
    [[Namespace.pid()]],
    [Namespace],
    [Namespace.pid],
  ])('what is no Namespace: %p', (part) => {
    expect(() => compose(Namespace.user(), part)).toThrow(invalidType);
    expect(() => compose(Namespace.user(), part)).toThrow('parts[1]');
  });
});
