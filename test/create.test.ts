import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace, type NamespaceError } from '../lib/index';
import { childrenOf } from './hazards/fixtures/processes';
import { composed, everything, linkOf, types, withoutLeak } from './support/handles';
import { output, permitted, rejection } from './support/script';

/** Links of the processes that are in a namespace. */
function whoIsIn(link: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readdirSync(`/proc/${pid}/ns`).some(
          (name) => readlinkSync(`/proc/${pid}/ns/${name}`) === link,
        );
      } catch {
        return false;
      }
    });
}

test.each(types)('%s: a handle, and no process', async (type) => {
  const make = Namespace[type] as () => Namespace;
  const box = type === 'user' ? make() : permitted(make());
  await withoutLeak(async () => {
    using made = await Namespace.create(box as Namespace<'uts'>);
    expect(made.types).toEqual(box.types);
    const handle = (made as unknown as { get(type: string): (typeof made)[never] }).get(
      type,
    ) as unknown as { inode: bigint; type: string };
    expect(handle.type).toBe(type);
    const name = { mount: 'mnt', network: 'net' }[type as string] ?? type;
    expect(linkOf('self', type)).not.toBe(`${name}:[${handle.inode}]`);
    expect(whoIsIn(`${name}:[${handle.inode}]`)).toEqual([]);
    expect(childrenOf(process.pid)).toEqual([]);
    expect(await output(made, 'readlink', [`/proc/self/ns/${name}`])).toBe(
      `${name}:[${handle.inode}]`,
    );
  });
});

test('all eight at once, with what was asked of them', async () => {
  using made = await Namespace.create(
    composed(
      Namespace.user(),
      Namespace.network(),
      Namespace.uts({ hostname: 'made' }),
      Namespace.time({ boottime: 86_400 }),
      Namespace.mount([Mount.tmpfs('/mnt')]),
      Namespace.ipc(),
      Namespace.cgroup(),
    ) as never,
  );
  const there = made as unknown as Namespace;
  const first = await output(there, 'sh', ['-c', 'hostname; id -u; echo kept > /mnt/file']);
  expect(first).toBe('made\n0');
  expect(await output(there, 'cat', ['/mnt/file'])).toBe('kept');
  const uptime = Number.parseFloat(await output(there, 'cat', ['/proc/uptime']));
  expect(uptime).toBeGreaterThan(86_400);
});

test('its user namespace owns the others', async () => {
  using made = await Namespace.create(everything as Namespace<'user' | 'pid' | 'network'>);
  for (const type of ['pid', 'network'] as const) {
    using owner = made.get(type).owner();
    expect(owner.equals(made.get('user'))).toBe(true);
  }
});

describe('a pid namespace', () => {
  test('its first program is PID 1, and the last', async () => {
    using made = await Namespace.create(permitted(Namespace.pid()) as Namespace<'pid'>);
    expect(await output(made, 'sh', ['-c', 'echo $$'])).toBe('1');
    const error = await rejection<NamespaceError>(made.run('true'));
    expect(error).toMatchObject({ code: 'ENOMEM', step: 'process.fork' });
  });

  test('several while the first one lives, which is killed as a PID 1 is', async () => {
    using made = await Namespace.create(permitted(Namespace.pid()) as Namespace<'pid'>);
    const first = made.spawn('sleep', ['600'], { stdio: 'ignore' });
    const exit = new Promise((resolve) => first.once('exit', (...end) => resolve(end)));
    await new Promise((resolve) => first.once('spawn', resolve));
    expect(first.idsInside().at(-1)).toBe(1);
    expect(await output(made, 'sh', ['-c', 'echo $$'])).toMatch(/^\d+$/);
    // No handler: the kernel would drop it.
    first.kill('SIGTERM');
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  test('an init has nowhere to be', async () => {
    const error = await rejection(Namespace.create(permitted(Namespace.pid({ init: true }))));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(error.message).toContain('init');
  });

  test('nor a proc', async () => {
    const box = permitted(Namespace.pid(), Namespace.mount([Mount.proc()]));
    const error = await rejection(Namespace.create(box));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(error.message).toContain('proc');
  });

  test('one that exists is left alone', async () => {
    using made = await Namespace.create(permitted(Namespace.pid()) as Namespace<'pid'>);
    const error = await rejection(
      Namespace.create(composed(made.get('pid'), Namespace.ipc()) as never),
    );
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(await output(made, 'sh', ['-c', 'echo $$'])).toBe('1');
  });
});

test('beside namespaces that are joined: the owner is the joined one', async () => {
  using lab = await Namespace.create(Namespace.user());
  using made = await Namespace.create(composed(lab.get('user'), Namespace.network()) as never);
  const network = (
    made as unknown as { get(type: 'network'): ReturnType<typeof Namespace.current<'network'>> }
  ).get('network');
  using owner = network.owner();
  expect(owner.equals(lab.get('user'))).toBe(true);
});

test('nothing', async () => {
  await withoutLeak(async () => {
    using made = await Namespace.create(Namespace.none);
    expect(made.types).toEqual([]);
    expect((await made.run('true')).exitCode).toBe(0);
  });
});

test('a step that fails leaves nothing', async () => {
  await withoutLeak(async () => {
    const box = permitted(
      Namespace.mount([Mount.bind('/no/such/folder', '/mnt')]),
      Namespace.uts(),
    );
    const error = await rejection<NamespaceError>(Namespace.create(box));
    expect(error).toMatchObject({ name: 'NamespaceError', code: 'ENOENT', step: 'mount.bind' });
    expect(childrenOf(process.pid)).toEqual([]);
  });
});

test('many at once', async () => {
  await withoutLeak(async () => {
    const box = permitted(Namespace.uts()) as Namespace<'uts'>;
    const all = await Promise.all(Array.from({ length: 20 }, () => Namespace.create(box)));
    expect(new Set(all.map((made) => made.get('uts').id)).size).toBe(20);
    for (const made of all) made.close();
  });
});
