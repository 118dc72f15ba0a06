import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceError, type NamespaceHandle } from '../lib/index';
import { installed } from './hazards/fixtures/programs';
import { asRoot, needs, needsIds } from './support/needs';
import {
  ended,
  nodeArguments,
  permitted,
  rejection,
  scriptInside,
  temporaryFolder,
} from './support/script';
import { inWorld } from './support/world';

const file = temporaryFolder();
const withIds = needsIds();

/** As JavaScript sees it: the types refuse what is tested here. */
const byId = Namespace.byId as (id: unknown) => Promise<NamespaceHandle>;

/** That no process is in, and nobody but us may open. */
async function unseen(): Promise<NamespaceHandle> {
  const create = Namespace.create as unknown as (box: Namespace) => Promise<{
    get(type: string): NamespaceHandle;
    [Symbol.iterator](): Iterator<NamespaceHandle>;
  }>;
  const made = await create(permitted(Namespace.uts()));
  for (const handle of made) if (handle.type !== 'uts') handle.close();
  return made.get('uts');
}

describe('with type and inode', () => {
  withIds('one of our own, by a handle', async () => {
    using own = Namespace.current('network');
    using found = await Namespace.byId(own);
    expect(found.equals(own)).toBe(true);
    expect(found).toMatchObject({ type: 'network', id: own.id, inode: own.inode });
    expect(found.fd).not.toBe(own.fd);
  });

  withIds('every one in the list that is ours to open', async () => {
    const ids = await inWorld<[number, number][]>(`
      await started(Namespace.compose(Namespace.user(), Namespace.pid(), Namespace.mount(), Namespace.network()), 'sleep');
      await started(Namespace.compose(Namespace.ipc(), Namespace.time(), Namespace.cgroup(), Namespace.uts()), 'sleep');
      const pairs = [];
      for (const entry of await Namespace.list()) pairs.push([entry.id, (await Namespace.byId(entry)).id]);
      show(pairs);
    `);
    expect(ids).toHaveLength(16);
    expect(ids.map(([, found]) => found)).toEqual(ids.map(([asked]) => asked));
  });

  withIds('one that nobody sees, as long as it is there', async () => {
    const handle = await unseen();
    const { type, id, inode } = handle;
    (await Namespace.byId({ type, id, inode })).close();
    handle.close();
    let error: NamespaceError | undefined;
    // The kernel takes it down some time after the last descriptor is closed.
    while (error === undefined) {
      try {
        (await Namespace.byId({ type, id, inode })).close();
      } catch (failure) {
        error = failure as NamespaceError;
      }
    }
    expect(error).toBeInstanceOf(NamespaceError);
    expect(error).toMatchObject({ code: 'ESTALE', syscall: 'open_by_handle_at' });
    expect(error.hint).toMatch(/^it is gone/);
  });

  withIds('of two namespaces mixed up: none', async () => {
    using uts = Namespace.current('uts');
    using ipc = Namespace.current('ipc');
    const { type, id, inode } = uts;
    for (const mixed of [
      { type: 'ipc', id, inode },
      { type, id: ipc.id, inode },
      { type, id, inode: ipc.inode },
    ])
      expect(await rejection(byId(mixed))).toMatchObject({ code: 'ESTALE' });
  });
});

describe('by the number alone', () => {
  withIds('one that is in the list', async () => {
    using own = Namespace.current('mount');
    using found = await Namespace.byId(own.id);
    expect(found.equals(own)).toBe(true);
  });

  withIds('one that nobody sees: an error that says what more to give', async () => {
    using handle = await unseen();
    const error = await rejection<NamespaceError>(Namespace.byId(handle.id));
    expect(error).toMatchObject({ name: 'NamespaceError', code: 'ESTALE' });
    expect(error.hint).toContain('give its type and inode');
  });

  withIds('an inode instead: an error that says the id', async () => {
    using own = Namespace.current('uts');
    const error = await rejection<NamespaceError>(Namespace.byId(own.inode));
    expect(error).toMatchObject({ code: 'ESTALE' });
    expect(error.hint).toContain(`the id ${own.id}`);
  });
});

// Of root's namespaces alone: an ordinary user knows the numbers of no others than its own.
const rootWithIds = process.getuid?.() === 0 ? withIds : asRoot;

rootWithIds('not without rights in the user namespace that owns it', async () => {
  using handle = await unseen();
  const { type, id, inode } = handle;
  const code = `
    const { code, hint } = await Namespace.byId({ type: '${type}', id: ${id}n, inode: ${inode}n }).catch((error) => error);
    console.log(code, hint);
  `;
  const box = Namespace.user() as Namespace;
  expect(await scriptInside(box, code)).toMatch(/^ESTALE .*CAP_SYS_ADMIN/);
});

needs(installed('strace'), 'strace').each(['EBADF', 'EOPNOTSUPP'])(
  'a kernel without it, which says %s: an error that says since when',
  async (errno) => {
    const program = [
      process.execPath,
      ...nodeArguments(`
        const own = Namespace.current('uts');
        for (const id of [own, own.id, 1n << 60n]) {
          const { name, code, hint } = await Namespace.byId(id).catch((error) => error);
          console.log(name, code, hint);
        }
      `),
    ];
    const inject = [
      '-e',
      'trace=open_by_handle_at',
      '-e',
      `inject=open_by_handle_at:error=${errno}`,
    ];
    const child = Namespace.none.spawn('strace', ['-f', '-o', file(errno), ...inject, ...program]);
    const { stdout, stderr } = await ended(child);
    const line = 'NamespaceError ENOSYS namespaces are found by their ids from Linux 6.18 on';
    expect({ stderr, lines: stdout.match(/^.*6\.18 on/gm) }).toEqual({
      stderr: '',
      lines: [line, line, line],
    });
    expect(readFileSync(file(errno), 'utf8')).toContain('(INJECTED)');
  },
);

test.each([
  [0n, 'RangeError', 'ERR_OUT_OF_RANGE', '"id"'],
  [-1n, 'RangeError', 'ERR_OUT_OF_RANGE', '"id"'],
  [2n ** 64n, 'RangeError', 'ERR_OUT_OF_RANGE', '"id"'],
  [5, 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id"'],
  ['5', 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id"'],
  [null, 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id"'],
  [undefined, 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id"'],
  [{}, 'TypeError', 'ERR_INVALID_ARG_VALUE', "'id.type'"],
  [{ type: 'net', id: 1n, inode: 1n }, 'TypeError', 'ERR_INVALID_ARG_VALUE', "'id.type'"],
  [{ type: 'uts', inode: 1n }, 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id.id"'],
  [{ type: 'uts', id: 1n }, 'TypeError', 'ERR_INVALID_ARG_TYPE', '"id.inode"'],
  [{ type: 'uts', id: 0n, inode: 1n }, 'RangeError', 'ERR_OUT_OF_RANGE', '"id.id"'],
  [{ type: 'uts', id: 1n, inode: 2n ** 32n }, 'RangeError', 'ERR_OUT_OF_RANGE', '"id.inode"'],
])('what is no id: %p', async (id, name, code, where) => {
  const error = await rejection(byId(id));
  expect(error).toMatchObject({ name, code });
  expect(error.message).toContain(where);
});
