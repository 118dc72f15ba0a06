import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceChild } from '../lib/index';
import { permitted } from './support/script';

const started = new Set<ChildProcess>();

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});

/** A shell that stays, when it has told its own number. */
async function shell(box: Namespace): Promise<{ child: NamespaceChild; own: number }> {
  const child = box.spawn('sh', ['-c', 'echo $$; read line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.add(child);
  const [line] = await once(createInterface(child.stdout as Readable), 'line');
  return { child, own: Number(line) };
}

describe('idsInside', () => {
  test('without a pid namespace: the one number', async () => {
    const { child, own } = await shell(Namespace.none);
    expect(child.idsInside()).toEqual([child.pid]);
    expect(own).toBe(child.pid);
  });

  test('of a PID 1: our number for it, and 1', async () => {
    const { child, own } = await shell(permitted(Namespace.pid()));
    expect(child.idsInside()).toEqual([child.pid, 1]);
    expect(own).toBe(1);
  });

  test('with an init: those of the init', async () => {
    const { child, own } = await shell(permitted(Namespace.pid({ init: true })));
    expect(child.idsInside()).toEqual([child.pid, 1]);
    expect(own).toBe(2);
  });

  test('three namespaces deep: one number more for each, as it sees itself last', async () => {
    const nested = ['--pid', '--fork'];
    const args = [...nested, 'unshare', ...nested, 'sh', '-c', 'echo; read line'];
    const outermost = permitted(Namespace.pid()).spawn('unshare', args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    started.add(outermost);
    await once(outermost.stdout as Readable, 'data');
    const entries = await Namespace.list();
    using outer = await Namespace.of(outermost, 'pid');
    const below = (id: bigint) => entries.find(({ parent }) => parent === id);
    const pid = below(below(outer.id)?.id ?? 0n)?.pid ?? 0;
    using inner = await Namespace.of(pid, 'pid');
    using user = await Namespace.of(pid, 'user');
    const { child, own } = await shell(Namespace.compose(user, inner));
    const numbers = child.idsInside();
    expect(numbers).toHaveLength(4);
    expect([numbers[0], numbers[3]]).toEqual([child.pid, own]);
    expect(own).toBeGreaterThan(1);
  });

  test('after the end: none', async () => {
    const { child } = await shell(permitted(Namespace.pid()));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(child.idsInside()).toEqual([]);
  });

  test('of a child that never was: none', async () => {
    const child = Namespace.none.spawn('/no/such/program');
    const error = once(child, 'error');
    await error;
    expect(child.idsInside()).toEqual([]);
  });
});
