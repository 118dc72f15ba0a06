import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceHandle } from '../lib/index';
import { descriptors } from './hazards/fixtures/processes';
import { installed } from './hazards/fixtures/programs';
import { beside, composed, everything, linkOf, types, withoutLeak } from './support/handles';
import { asRoot, needs } from './support/needs';
import { output, permitted } from './support/script';

const uid = process.getuid?.() ?? 0;

test('is a namespace, and a frozen value', async () => {
  using uts = Namespace.current('uts');
  expect(uts).toBeInstanceOf(Namespace);
  expect(uts).toBeInstanceOf(NamespaceHandle);
  expect(Object.isFrozen(uts)).toBe(true);
  expect(uts.types).toEqual(['uts']);
});

test('inode and id are numbers of the kernel’s', async () => {
  await beside(everything, async (child) => {
    using whole = await Namespace.of(child);
    for (const handle of whole) {
      expect(typeof handle.inode).toBe('bigint');
      expect(typeof handle.id).toBe('bigint');
      expect(linkOf(child.pid, handle.type)).toContain(`:[${handle.inode}]`);
    }
    expect(new Set([...whole].map(({ id }) => id)).size).toBe(8);
  });
});

test('no id comes twice', async () => {
  const ids = new Set<bigint>();
  const inodes = new Set<bigint>();
  for (let round = 0; round < 30; round++) {
    using made = await Namespace.create(permitted(Namespace.uts()) as Namespace<'uts'>);
    const { id, inode } = made.get('uts');
    expect(ids.has(id)).toBe(false);
    ids.add(id);
    inodes.add(inode);
  }
  // Where the kernel has no ids they are the inodes, of which it takes the ones that are free again.
  using current = Namespace.current('uts');
  if (current.id !== current.inode) expect(ids.size).toBe(30);
  expect(inodes.size).toBeGreaterThan(0);
});

describe('owner, ownerUid, parent', () => {
  test('the user namespace of a box owns the rest of it', async () => {
    await beside(everything, async (child) => {
      await withoutLeak(async () => {
        using whole = await Namespace.of(child);
        using user = whole.get('user');
        for (const type of types.filter((one) => one !== 'user')) {
          using owner = whole.get(type).owner();
          expect(owner.type).toBe('user');
          expect(owner.equals(user)).toBe(true);
        }
        using outer = Namespace.current('user');
        using owner = user.owner();
        using parent = user.parent();
        expect(owner.equals(outer)).toBe(true);
        expect(parent.equals(outer)).toBe(true);
        using pid = Namespace.current('pid');
        using above = whole.get('pid').parent();
        expect(above.type).toBe('pid');
        expect(above.equals(pid)).toBe(true);
      });
    });
  });

  test('ownerUid is who made it', async () => {
    await beside(everything, async (child) => {
      using user = await Namespace.of(child, 'user');
      expect(user.ownerUid()).toBe(uid);
    });
  });

  asRoot('ownerUid of one that another user made', async () => {
    const maker = Namespace.none.spawn('unshare', ['--user', 'cat'], { uid: 65534, gid: 65534 });
    const outside = linkOf('self', 'user');
    const made = () => linkOf(maker.pid, 'user') !== outside;
    while (!made()) await new Promise(setImmediate);
    using user = await Namespace.of(maker, 'user');
    expect(user.ownerUid()).toBe(65534);
    maker.kill('SIGKILL');
    await once(maker, 'close');
  });
});

describe('equals', () => {
  test('two descriptors of one namespace', async () => {
    using one = Namespace.current('ipc');
    using other = await Namespace.open('/proc/self/ns/ipc');
    expect(one.fd).not.toBe(other.fd);
    expect(one.equals(other)).toBe(true);
  });

  test('another one, another type, no handle', async () => {
    using one = Namespace.current('ipc');
    using uts = Namespace.current('uts');
    using made = await Namespace.create(permitted(Namespace.ipc()) as Namespace<'ipc'>);
    expect(one.equals(made.get('ipc'))).toBe(false);
    expect(one.equals(uts)).toBe(false);
    expect(one.equals(undefined as unknown as NamespaceHandle)).toBe(false);
  });
});

describe('its descriptor', () => {
  test('is closed by close, dispose and asyncDispose', async () => {
    await withoutLeak(async () => {
      const closing = Namespace.current('uts');
      const { fd } = closing;
      expect(descriptors().get(fd)).toBe(`uts:[${closing.inode}]`);
      closing.close();
      expect(descriptors().get(fd)).not.toBe(`uts:[${closing.inode}]`);
      {
        using _one = Namespace.current('uts');
        await using _two = await Namespace.of(process.pid, 'uts');
        await using _three = await Namespace.of(process.pid, { cwd: true, root: true });
        using _four = await Namespace.of(process.pid);
      }
    });
  });

  test('closing twice does not close another’s', async () => {
    const first = Namespace.current('uts');
    first.close();
    using second = Namespace.current('ipc');
    first.close();
    first[Symbol.dispose]();
    await first[Symbol.asyncDispose]();
    expect(descriptors().get(second.fd)).toBe(`ipc:[${second.inode}]`);
  });

  test('keeps the namespace', async () => {
    const box = permitted(Namespace.uts({ hostname: 'kept' }), Namespace.network());
    const child = box.spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
    const closed = once(child, 'close');
    using whole = await Namespace.of(child);
    child.kill('SIGKILL');
    await closed;
    expect((await whole.run('hostname')).stdout).toBe('kept\n');
  });

  test('is no descriptor of the programs that run there', async () => {
    await beside(everything, async (child) => {
      using whole = await Namespace.of(child, { root: true, cwd: true });
      const said = await output(whole, 'ls', ['/proc/self/fd']);
      // 3 is that of ls for the folder.
      expect(said.split('\n')).toEqual(['0', '1', '2', '3']);
    });
  });
});

describe('the verbs of a handle alone', () => {
  const named = permitted(Namespace.uts({ hostname: 'there' }));

  async function joinable(use: (there: Namespace) => Promise<void>): Promise<void> {
    await beside(named, async (child) => {
      using uts = await Namespace.of(child, 'uts');
      if (uid === 0) return await use(uts);
      using owner = uts.owner();
      await use(composed(owner, uts));
    });
  }

  test('run, spawn and fork', async () => {
    await joinable(async (there) => {
      expect((await there.run('hostname')).stdout).toBe('there\n');
      const spawned = there.spawn('hostname', { stdio: ['ignore', 'pipe', 'ignore'] });
      const [data] = await once(spawned.stdout ?? spawned, 'data');
      expect(String(data)).toBe('there\n');
      const forked = there.fork(`${__dirname}/childProcess/fixtures/echo.js`);
      forked.send({ hello: 1 });
      const [message] = await once(forked, 'message');
      expect(message).toBeDefined();
      forked.kill();
      await once(forked, 'close');
    });
  });

  test('explain names it', async () => {
    await joinable(async (there) => {
      expect(there.explain('true')).toMatch(/setns\(uts:\[\d+\], CLONE_NEWUTS\)/);
    });
  });

  needs(installed('nsenter'), 'nsenter')('is where nsenter goes', async () => {
    await beside(everything, async (child) => {
      using whole = await Namespace.of(child);
      const all = types.map((type) => `/proc/self/ns/${linkName(type)}`);
      const ours = await output(whole, 'readlink', all);
      const theirs = await output(Namespace.none, 'nsenter', [
        ...['-t', String(child.pid), '-a', '--preserve-credentials', 'readlink'],
        ...all,
      ]);
      expect(ours).toBe(theirs);
    });
  });
});

const linkName = (type: string) => ({ mount: 'mnt', network: 'net' })[type] ?? type;
