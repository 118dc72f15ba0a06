import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../lib/index';
import { permitted, rejection } from './support/script';
import { inWorld } from './support/world';

describe('the processes of a handle', () => {
  test('are those in it, by rising numbers; a pid namespace has none of those within it', async () => {
    const { uts, outer, inner, own, child, grandchild, self } = await inWorld<
      Record<'uts' | 'outer' | 'inner' | 'own', number[]> &
        Record<'child' | 'grandchild' | 'self', number>
    >(`
      const { child } = await programIn(Namespace.compose(Namespace.pid(), Namespace.uts()), \`
        Namespace.pid().spawn('sleep', ['infinity'], { stdio: 'ignore' }).once('spawn', () => process.send('ready'));
      \`);
      const all = (await Namespace.list()).filter(({ type }) => type === 'pid');
      const outer = await Namespace.of(child, 'pid');
      const grandchild = all.find(({ parent }) => parent === outer.id).pid;
      const uts = await Namespace.of(child, 'uts');
      const inner = await Namespace.of(grandchild, 'pid');
      show({
        uts: await uts.pids(),
        outer: await outer.pids(),
        inner: await inner.pids(),
        own: await Namespace.current('pid').pids(),
        child: child.pid,
        grandchild,
        self: process.pid,
      });
    `);
    expect(uts).toEqual([child, grandchild]);
    expect(outer).toEqual([child]);
    expect(inner).toEqual([grandchild]);
    expect(own).toEqual([1, self]);
  });

  test('are none of a namespace that no process is in', async () => {
    const create = Namespace.create as unknown as (
      box: Namespace,
    ) => ReturnType<typeof Namespace.create<[Namespace<'uts'>]>>;
    using made = await create(permitted(Namespace.uts()));
    const pids = await made.get('uts').pids();
    expect(pids).toEqual([]);
    expect(Object.isFrozen(pids)).toBe(true);
  });

  test('are as many as the list says', async () => {
    const [listed, asked] = await inWorld<[number[], number[]]>(`
      for (const box of [Namespace.ipc(), Namespace.none, Namespace.user()]) await started(box, 'sleep');
      const entries = await Namespace.list();
      const asked = [];
      for (const { type, pid } of entries) asked.push((await (await Namespace.of(pid, type)).pids()).length);
      show([entries.map(({ processes }) => processes), asked]);
    `);
    expect(asked).toEqual(listed);
    expect(Math.max(...listed)).toBeGreaterThan(Math.min(...listed));
  });

  test('of many handles at once', async () => {
    const child = permitted(Namespace.uts()).spawn('sleep', ['infinity'], { stdio: 'ignore' });
    await once(child, 'spawn');
    using handle = await Namespace.of(child, 'uts');
    const all = await Promise.all(Array.from({ length: 20 }, () => handle.pids()));
    child.kill('SIGKILL');
    expect(all).toEqual(Array.from({ length: 20 }, () => [child.pid]));
  });
});

test('a closed handle has none, also when it is closed meanwhile', async () => {
  const closed = { name: 'Error', code: 'ERR_INVALID_STATE' };
  const handle = Namespace.current('uts');
  const asked = handle.pids();
  handle.close();
  expect(await rejection(asked)).toMatchObject(closed);
  expect(await rejection(handle.pids())).toMatchObject(closed);
});
