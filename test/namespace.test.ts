import { ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceType } from '../lib/index';
import { ended, output, permitted } from './support/script';
import { root } from './support/sources';

const makers = {
  cgroup: () => Namespace.cgroup(),
  ipc: () => Namespace.ipc(),
  mount: () => Namespace.mount(),
  network: () => Namespace.network(),
  pid: () => Namespace.pid(),
  time: () => Namespace.time(),
  user: () => Namespace.user(),
  uts: () => Namespace.uts(),
};
const types = Object.keys(makers) as NamespaceType[];

// The files in /proc/PID/ns, where two have shorter names.
const file = (type: NamespaceType) => ({ mount: 'mnt', network: 'net' })[type as string] ?? type;

/** Which of the eight are others than ours. */
async function others(box: Namespace): Promise<string[]> {
  const paths = types.map((type) => `/proc/self/ns/${file(type)}`);
  const inside = (await output(box, 'readlink', paths)).split('\n');
  return types.filter((_, index) => inside[index] !== readlinkSync(paths[index] ?? ''));
}

describe.each(types)('%s', (type) => {
  const make = makers[type];

  test('is a value: frozen, with its type', () => {
    expect(make()).toBeInstanceOf(Namespace);
    expect(make().types).toEqual([type]);
    expect(Object.isFrozen(make())).toBe(true);
    expect(Object.isFrozen(make().types)).toBe(true);
    expect(Object.keys(make())).toEqual(['types']);
  });

  test('is another one inside, and the rest is the same', async () => {
    const box = permitted(
      ...(type === 'user' && process.getuid?.() !== 0 ? [] : [make()]),
    ) as Namespace;
    expect(await others(box)).toEqual(box.types);
    expect(box.types).toContain(type);
  });

  test.each([null, 5, 'x', true])('options that are none: %p', (options) => {
    const maker = Namespace[type] as (options: unknown) => Namespace;
    expect(() => maker(options)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  test('an option that it has not', () => {
    const maker = Namespace[type] as (options: unknown) => Namespace;
    expect(() => maker({ nonsense: 1 })).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }),
    );
    expect(() => maker({ nonsense: 1 })).toThrow('options.nonsense');
  });
});

test('all eight at once', async () => {
  const box = Namespace.compose(
    ...(Object.values(makers).map((make) => make()) as []),
  ) as Namespace;
  expect(box.types).toEqual(types);
  expect(await others(box)).toEqual(types);
});

describe('none', () => {
  test('has no types, and its children are where we are', async () => {
    expect(Namespace.none.types).toEqual([]);
    expect(await others(Namespace.none)).toEqual([]);
  });

  test('spawn gives a real ChildProcess', async () => {
    const child = Namespace.none.spawn('sh', ['-c', 'echo out; exit 3']);
    expect(child).toBeInstanceOf(ChildProcess);
    expect(await ended(child)).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: '' });
  });
});

describe('from inside the checkout, under its own name', () => {
  const node = (...args: string[]) => ended(spawn(process.execPath, args, { cwd: root }));
  const use = `
    console.log(Namespace.pid().types.join(), typeof syscall.unshare, new NamespaceError({
      step: 's', errno: 1, syscall: 'c' }).code);`;
  const expected = { code: 0, stdout: 'pid function EPERM\n', stderr: '' };

  test('require', async () => {
    const code = `
      const { Namespace, NamespaceError } = require('linux-namespaces');
      const syscall = require('linux-namespaces/syscall');`;
    expect(await node('--eval', code + use)).toMatchObject(expected);
  });

  test('import', async () => {
    const code = `
      import { Namespace, NamespaceError } from 'linux-namespaces';
      import * as syscall from 'linux-namespaces/syscall';`;
    expect(await node('--input-type=module', '--eval', code + use)).toMatchObject(expected);
  });

  test('what it exports', async () => {
    const code = `import * as all from 'linux-namespaces'; console.log(Object.keys(all).sort().join());`;
    const { stdout } = await node('--input-type=module', '--eval', code);
    expect(
      stdout
        .trim()
        .split(',')
        .filter((name) => /^[A-Z]/.test(name)),
    ).toEqual([...['Mount', 'Namespace', 'NamespaceError', 'NamespaceHandle', 'NamespaceHandles']]);
  });

  test('nothing else of it can be reached', async () => {
    const { stderr } = await node('--eval', "require('linux-namespaces/dist/lib/plan.js')");
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
