// Which namespaces a program is in that joins some and creates others: held against /proc, for every combination.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Mount,
  Namespace,
  type NamespaceError,
  type NamespaceHandles,
  type NamespaceType,
} from '../lib/index';
import { beside, composed, everything, linkOf, procName, types } from './support/handles';
import { asOrdinaryUser, asRoot } from './support/needs';
import { output, permitted, rejection } from './support/script';

const isRoot = process.getuid?.() === 0;
const paths = types.map((type) => `/proc/self/ns/${procName(type)}`);

let target: ChildProcess;
let there: NamespaceHandles;

beforeAll(async () => {
  target = everything.spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  there = await Namespace.of(target);
});

afterAll(async () => {
  const closed = once(target, 'close');
  there.close();
  target.kill('SIGKILL');
  await closed;
});

type Place = 'here' | 'there' | 'new';

/** Where a program in `box` is, type by type. */
async function places(box: Namespace): Promise<Record<string, Place>> {
  const inside = (await output(box, 'readlink', paths)).split('\n');
  const placeOf = (type: NamespaceType, link: string | undefined): Place => {
    if (link === linkOf('self', type)) return 'here';
    return link === linkOf(target.pid, type) ? 'there' : 'new';
  };
  return Object.fromEntries(types.map((type, index) => [type, placeOf(type, inside[index])]));
}

/** Where it should be. */
function expected(joined: readonly NamespaceType[], created: readonly NamespaceType[] = []) {
  const placeOf = (type: NamespaceType): Place => {
    if (joined.includes(type)) return 'there';
    return created.includes(type) ? 'new' : 'here';
  };
  return Object.fromEntries(types.map((type) => [type, placeOf(type)]));
}

/** With what an ordinary user needs to join: the owner. */
const withRights = (joined: readonly NamespaceType[]): readonly NamespaceType[] =>
  isRoot || joined.includes('user') ? joined : [...joined, 'user'];

const handles = (joined: readonly NamespaceType[]) => joined.map((type) => there.get(type));
const make = (type: NamespaceType) => (Namespace[type] as () => Namespace)();

describe.each(types)('join %s', (type) => {
  test('alone', async () => {
    const joined = withRights([type]);
    expect(await places(composed(...handles(joined)))).toEqual(expected(joined));
  });

  const others = types.filter((other) => other !== type);

  test.each(others)('and create %s', async (other) => {
    const joined = other === 'user' ? [type] : withRights([type]);
    const created = withoutRights(other) ? [] : [other];
    if (joined.includes(other)) return;
    const box = composed(...handles(joined), make(other));
    if (withoutRights(other)) {
      // Whoever makes a user namespace cannot join another's rights besides.
      expect(await rejection(box.run('true'))).toMatchObject({ code: 'EPERM', syscall: 'setns' });
    } else {
      expect(await places(box)).toEqual(expected(joined, created));
    }
  });

  const withoutRights = (other: NamespaceType) => !isRoot && other === 'user';

  test('and create all others', async () => {
    const joined = withRights([type]);
    const created = types.filter((other) => !joined.includes(other));
    const makable = isRoot ? created : created.filter((other) => other !== 'user');
    const box = composed(...handles(joined), ...makable.map(make));
    expect(await places(box)).toEqual(expected(joined, makable));
  });
});

test('every set of types', async () => {
  const sets = Array.from({ length: 256 }, (_, bits) =>
    types.filter((_type, index) => (bits & (1 << index)) !== 0),
  ).filter((set) => set.length > 0 && withRights(set) === set);
  for (let first = 0; first < sets.length; first += 8) {
    const some = sets.slice(first, first + 8);
    const found = await Promise.all(some.map((set) => places(composed(...handles(set)))));
    expect(found).toEqual(some.map((set) => expected(set)));
  }
  expect(sets.length).toBe(isRoot ? 255 : 128);
});

test('all of a process, whatever the order they are named in', async () => {
  expect(await places(there)).toEqual(expected(types));
  const backwards = [...there].reverse();
  expect(await places(composed(...backwards))).toEqual(expected(types));
});

describe('those that this process is in', () => {
  test('alone and all: nothing to do, and no error', async () => {
    using own = await Namespace.of(process.pid);
    expect(await places(own)).toEqual(expected([]));
    for (const handle of own) expect(await places(handle)).toEqual(expected([]));
    expect(own.explain()).not.toContain('setns');
  });

  test('beside others to join and to create', async () => {
    using own = await Namespace.of(process.pid);
    const parts = [own.get('user'), own.get('pid'), own.get('mount')];
    expect(await places(composed(own.get('uts'), Namespace.user()))).toEqual(
      expected([], ['user']),
    );
    if (isRoot)
      expect(await places(composed(...parts, there.get('uts')))).toEqual(expected(['uts']));
  });
});

describe('what is made in namespaces that are joined', () => {
  const joinedUser = () => composed(there.get('user'), there.get('network'));

  test('offsets of clocks', async () => {
    const box = composed(joinedUser(), Namespace.time({ boottime: 500_000 }));
    const uptime = Number.parseFloat(await output(box, 'cat', ['/proc/uptime']));
    expect(uptime).toBeGreaterThan(500_000);
  });

  test('offsets of clocks in mounts that are joined, whose proc may be anything', async () => {
    const hidden = permitted(Namespace.mount([Mount.tmpfs('/proc')]));
    await beside(hidden, async (child) => {
      using whole = await Namespace.of(child);
      const rights = isRoot ? [] : [whole.get('user')];
      const box = composed(...rights, whole.get('mount'), Namespace.time({ monotonic: 1000 }));
      expect((await box.run('true')).exitCode).toBe(0);
    });
  });

  asRoot('id maps in mounts that are joined, whose proc may be anything', async () => {
    await beside(composed(Namespace.mount([Mount.tmpfs('/proc')])), async (child) => {
      using mounts = await Namespace.of(child, 'mount');
      const one = (outside: number) => [{ inside: 7, outside, length: 1 }];
      const maps = [
        { uid: one(0), gid: one(0) },
        { uid: one(100_000), gid: one(100_000) },
      ];
      for (const map of maps)
        expect(await output(composed(mounts, Namespace.user({ map })), 'id', ['-u'])).toBe('7');
    });
  });

  test('mounts, with the proc of the joined pid namespace', async () => {
    const box = composed(
      ...handles(['user', 'pid']),
      Namespace.mount([Mount.proc(), Mount.tmpfs('/mnt')]),
    );
    const said = await output(box, 'sh', ['-c', 'cat /proc/1/comm; echo x > /mnt/x; ls /mnt']);
    expect(said).toBe('cat\nx');
  });

  test('a pid namespace belongs to the joined user namespace', async () => {
    const box = composed(joinedUser(), Namespace.pid(), Namespace.mount([Mount.proc()]));
    expect(await output(box, 'sh', ['-c', 'echo $$; ls -d /proc/[0-9]*'])).toMatch(/^1\n\/proc\/1/);
  });

  test('a host name', async () => {
    const box = composed(joinedUser(), Namespace.uts({ hostname: 'made' }));
    expect(await output(box, 'hostname')).toBe('made');
  });

  test('a pid namespace with our init, beside a network', async () => {
    const rights = withRights(['network']);
    const box = composed(...handles(rights), Namespace.pid({ init: true }));
    expect(await output(box, 'sh', ['-c', 'echo $$; readlink /proc/self/ns/net'])).toBe(
      `2\nnet:[${there.get('network').inode}]`,
    );
  });
});

describe('who one is in a joined user namespace', () => {
  test('whom it maps, and else its root', async () => {
    // `everything` maps the caller to its root.
    expect(await output(there.get('user'), 'id', ['-u'])).toBe('0');
    await beside(composed(Namespace.user({ map: 'self' })), async (child) => {
      using self = await Namespace.of(child, 'user');
      expect(await output(self, 'id', ['-u'])).toBe(String(process.getuid?.()));
    });
  });

  asRoot('of another user’s: its root, with its rights, and without any outside', async () => {
    const maker = Namespace.none.spawn('unshare', ['--user', '--map-root-user', 'cat'], {
      uid: 65534,
      gid: 65534,
    });
    const outside = linkOf('self', 'user');
    while (linkOf(maker.pid, 'user') === outside) await new Promise(setImmediate);
    const idMap = () => readFileSync(`/proc/${maker.pid}/gid_map`, 'latin1');
    while (idMap() === '') await new Promise(setImmediate);
    using user = await Namespace.of(maker, 'user');
    const said = await output(user, 'sh', [
      '-c',
      'id -u; id -g; id -G; sed -n "s/^CapEff:.0*//p" /proc/self/status | tr -d "\\n"; touch /etc/lns-x 2>/dev/null || echo -none',
    ]);
    expect(said).toMatch(/^0\n0\n0\n[0-9a-f]+-none$/);
    maker.kill('SIGKILL');
    await once(maker, 'close');
  });

  test('uid and gid as asked, and an error where they are nobody there', async () => {
    const error = await rejection<NamespaceError>(there.get('user').run('true', { uid: 4242 }));
    expect(error).toMatchObject({
      name: 'NamespaceError',
      code: 'EINVAL',
      syscall: 'setresuid',
      step: 'process.identity',
    });
    const ids = await there.get('user').run('id', ['-u'], { uid: 0, gid: 0 });
    expect(ids.stdout).toBe('0\n');
  });
});

describe('the user namespace comes', () => {
  const order = (box: Namespace) =>
    [...box.explain().matchAll(/setns\((\w+):\[/g)].map(([, name]) => name);

  test('before what it owns', () => {
    expect(order(composed(...handles(['network', 'user', 'uts'])))[0]).toBe('user');
  });

  asRoot('after what it does not own', async () => {
    await beside(composed(Namespace.network()), async (child) => {
      using network = await Namespace.of(child, 'network');
      const box = composed(there.get('user'), network, there.get('uts'));
      expect(order(box)).toEqual(['net', 'user', 'uts']);
      const links = await output(box, 'readlink', ['/proc/self/ns/net', '/proc/self/ns/user']);
      expect(links).toBe(`net:[${network.inode}]\nuser:[${there.get('user').inode}]`);
    });
  });
});

asOrdinaryUser('what is not one’s own is an error that says which right is missing', async () => {
  const error = await rejection<NamespaceError>(there.get('network').run('true'));
  expect(error).toMatchObject({ code: 'EPERM', path: `net:[${there.get('network').inode}]` });
  expect(error.hint).toContain('CAP_SYS_ADMIN');
});
