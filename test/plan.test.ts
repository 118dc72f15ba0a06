import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import { addon } from '../lib/internal/addon';
import { encodePlan } from '../lib/internal/encode';
import { type Exit, isFailure, launch } from '../lib/internal/launch';
import { steps } from '../lib/internal/steps';
import { mountSpec } from '../lib/mount';
import { planProgram, planSetup, type ResolvedSpec } from '../lib/plan';
import { typeFacts } from '../lib/types';

const caller = { uid: 1000, gid: 100 };
const program = {
  file: 'program',
  cwd: undefined,
  uid: undefined,
  gid: undefined,
  detached: false,
};

const user = {
  map: 'root',
  setgroups: 'deny',
  uid: undefined,
  gid: undefined,
  helpers: true,
} as const;
const all: ResolvedSpec = {
  cgroup: {},
  ipc: {},
  mount: mountSpec([Mount.proc(), Mount.bind('/a', '/b', { nosuid: true }), Mount.tmpfs('/c')]),
  network: { loopback: true },
  pid: { init: true },
  time: { monotonic: 1, boottime: 0 },
  user,
  uts: { hostname: 'box', domainname: 'example.org' },
};

const names = (spec: ResolvedSpec, more = {}) => [
  ...planSetup(spec, caller).setup.map(({ name }) => name),
  ...planProgram(spec, { ...program, ...more }, caller, 0).map(({ name }) => name),
];

describe('the order of the steps', () => {
  test('all that there is', () => {
    expect(names(all, { cwd: '/' })).toEqual([
      ...['user.map', 'namespace.create', 'time.offsets', 'time.enter', 'uts.hostname'],
      ...[
        'uts.domainname',
        'network.loopback',
        'mount.propagation',
        'mount.proc',
        'mount.bind',
        'mount.tmpfs',
      ],
      ...['process.cwd', 'process.rights', 'process.lifeline', 'init'],
    ]);
  });

  test('nothing but the program', () => {
    expect(names({})).toEqual(['process.lifeline', 'exec']);
    expect(names({}, { detached: true })).toEqual(['session.create', 'exec']);
    expect(names({ user, pid: { init: false } })).toEqual([
      ...['user.map', 'process.rights', 'process.lifeline', 'exec'],
    ]);
  });

  test('ids change after all that needs rights, and the lifeline comes last', () => {
    const steps = names({
      ...all,
      user: {
        ...user,
        map: {
          uid: [{ inside: 0, outside: 5, length: 9 }],
          gid: [{ inside: 0, outside: 5, length: 9 }],
        },
      },
    });
    expect(steps[0]).toBe('launcher.await');
    expect(steps.slice(-5)).toEqual([
      ...['process.cwd', 'process.credentials', 'process.rights', 'process.lifeline', 'init'],
    ]);
  });

  test('user and pid are there at birth, the others are made inside', () => {
    const { birth, setup } = planSetup(all, caller);
    expect(birth).toBe(typeFacts.user.flag + typeFacts.pid.flag);
    const others = (['cgroup', 'ipc', 'mount', 'network', 'time', 'uts'] as const).map(
      (type) => typeFacts[type].flag,
    );
    const made = setup.find(({ name }) => name === 'namespace.create');
    expect(made?.operands).toEqual([String(others.reduce((sum, flag) => sum + flag, 0))]);
  });
});

test("the init program's steps and ours are the same, in names, operands and order", () => {
  const made = [
    steps.joinAll(0, 0, 0),
    steps.join(0, 0, 'x'),
    steps.fork(0),
    steps.awaitLauncher(),
    steps.mapUser('0 1 1', '0 1 1', 'deny'),
    steps.createSession(),
    steps.createNamespaces(1),
    steps.offsetTime('x'),
    steps.enterTime(),
    steps.setHostname('x'),
    steps.setDomainname('x'),
    steps.bringLoopbackUp(),
    steps.setPropagation('private'),
    steps.bind('/a', '/b', ['readonly']),
    steps.mountProc('/proc', ['sys']),
    steps.mountTmpfs('/a', '1', '2', ['nodev']),
    steps.changeRoot(0, '/'),
    steps.enterFolder(0, '/'),
    steps.changeFolder('/'),
    steps.setCredentials(1, 2, 'drop'),
    steps.takeIdentity(1, undefined),
    steps.dropRights(),
    steps.armLifeline(),
    steps.exec('x'),
    steps.init('x', 0),
    steps.sendNamespaces(1),
    steps.pin(0, '/a', 'b', true),
    steps.unpin('/a', 'b'),
    steps.openSocket(['2', '1', '0', '', '', '0'], 'x'),
    steps.done(),
  ];
  expect(made.map(({ name, operands }) => `${name} ${operands.length}\n`).join('')).toBe(
    addon().steps,
  );
  expect(made).toHaveLength(Object.keys(steps).length);
});

test('the bytes: every word with its NUL, the program and its arguments last', () => {
  const plan = {
    birth: 0,
    descriptors: [],
    setup: [steps.setHostname('bücher')],
    program: [steps.exec('echo')],
  };
  expect(encodePlan(plan, ['echo', '', 'a b']).toString()).toBe(
    'uts.hostname\0bücher\0exec\0echo\0echo\0\0a b\0',
  );
  expect(encodePlan({ birth: 0, descriptors: [], setup: [], program: [] }, [])).toHaveLength(0);
});

test('the steps of a composition are made once', () => {
  const box = Namespace.uts({ hostname: 'x' });
  expect(box.explain('a')).not.toBe(box.explain('b'));
  expect(box.explain('a')).toBe(box.explain('a'));
});

describe('a plan that is none', () => {
  function start(words: readonly string[]): Promise<Exit> {
    const nothing = addon().nullDevice();
    return new Promise((onExit) => {
      const child = launch({
        plan: { birth: 0, descriptors: [], setup: [], program: [] },
        argv: words,
        environment: [],
        inheritsEnvironment: false,
        descriptors: Int32Array.of(nothing, nothing, nothing),
        detached: false,
        onStarted() {},
        onExit,
      });
      if (isFailure(child)) throw new Error(`no child: ${child.errno}`);
    });
  }

  test('a plan that is one', async () => {
    expect(await start(['done'])).toMatchObject({ code: 0, signal: 0, known: true });
    expect(await start(['done'])).not.toHaveProperty('failure');
  });

  test.each<[string, string[], number, number]>([
    ['nothing at all', [], 0, 0],
    ['no last step', ['process.lifeline'], 1, 0],
    ['no such step', ['process.lifeline', 'nonsense'], 1, 0],
    ['the beginning of a name', ['don'], 0, 0],
    ['more than a name', ['done.'], 0, 0],
    ['an empty name', [''], 0, 0],
    ['operands missing', ['mount.bind', '/a', '/b'], 0, 0],
    ['all operands missing', ['exec'], 0, 0],
    ['no number', ['namespace.create', 'uts'], 0, 0],
    ['an empty number', ['namespace.create', ''], 0, 0],
    ['a negative number', ['namespace.create', '-1'], 0, 0],
    ['a number too large', ['namespace.create', '18446744073709551616'], 0, 0],
    ['a uid too large', ['process.credentials', '4294967296', '0', 'keep'], 0, 0],
    ['a gid that is none', ['process.credentials', '0', '0x1', 'keep'], 0, 1],
    ['a propagation that is none', ['mount.propagation', 'Private'], 0, 0],
  ])('%s', async (_, words, step, operand) => {
    const { failure } = await start(words);
    expect(failure).toEqual({ step, operand, syscall: 'none', errno: 22 });
  });

  test('flags that the kernel does not know', async () => {
    const { failure } = await start(['namespace.create', '1', 'done']);
    expect(failure).toEqual({ step: 0, operand: 0, syscall: 'unshare', errno: 22 });
  });

  test('words behind the last step are the arguments of nobody', async () => {
    expect(await start(['done', 'nonsense', ''])).toMatchObject({ code: 0 });
  });

  test('many steps', async () => {
    const { failure } = await start([...Array(2000).fill('process.lifeline'), 'nonsense']);
    expect(failure).toMatchObject({ step: 2000, syscall: 'none' });
  });
});
