// Files that are not there or not what they should be: one error at the step that met them, with path and hint.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../../lib/index';
import { temporaryFolder } from '../hazards/fixtures/programs';
import { leavesNothing } from './fixtures/nothing';

const file = temporaryFolder();
const user = Namespace.user();
const boxes: Record<string, Namespace> = {
  'no namespace': Namespace.none,
  'a PID 1': Namespace.compose(user, Namespace.pid()),
  'our init': Namespace.compose(user, Namespace.pid({ init: true })),
};

beforeAll(() => {
  mkdirSync(file('folder'));
  writeFileSync(file('plain'), 'no program\n');
  writeFileSync(file('script'), 'echo no first line\n', { mode: 0o755 });
  writeFileSync(file('lost'), '#!/no/such/interpreter -x\n', { mode: 0o755 });
  writeFileSync(file('empty'), '', { mode: 0o755 });
  mkdirSync(file('bin'));
  writeFileSync(file('bin/denied'), '#!/bin/sh\n');
  chmodSync(file('bin/denied'), 0o644);
});

describe.each(Object.entries(boxes))('%s: a command', (name, box) => {
  const step = name === 'our init' ? 'init' : 'exec';

  test.each<[string, () => string, string, string | undefined]>([
    ['that is not there', () => file('nothing'), 'ENOENT', undefined],
    ['beneath a file', () => file('plain/nothing'), 'ENOTDIR', undefined],
    ['that may not be executed', () => file('plain'), 'EACCES', undefined],
    ['that is a folder', () => file('folder'), 'EACCES', undefined],
    ['without an interpreter', () => file('script'), 'ENOEXEC', '#!'],
    ['that is empty', () => file('empty'), 'ENOEXEC', '#!'],
    ['with an interpreter that is not there', () => file('lost'), 'ENOENT', '/no/such/interpreter'],
    ['with a name that is too long', () => `/${'x'.repeat(300)}`, 'ENAMETOOLONG', undefined],
  ])('%s', async (_name, path, code, hint) => {
    const error = await leavesNothing(() => box.run(path(), ['one']));
    expect(error).toMatchObject({
      name: 'NamespaceError',
      code,
      step,
      path: path(),
      syscall: `spawn ${path()}`,
    });
    expect(error).toMatchObject({ spawnargs: ['one'] });
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toContain(hint);
  });

  test('that is not in PATH, or not to be executed there', async () => {
    const env = { PATH: `${file('bin')}:/nowhere` };
    expect(await leavesNothing(() => box.run('nothing', [], { env }))).toMatchObject({
      code: 'ENOENT',
      step,
    });
    expect(await leavesNothing(() => box.run('denied', [], { env }))).toMatchObject({
      code: 'EACCES',
      step,
    });
    expect(await leavesNothing(() => box.run('x'.repeat(5000), [], { env }))).toMatchObject({
      step,
    });
  });

  test('in a folder that is not there, or is none', async () => {
    for (const [path, code] of [
      ['nothing', 'ENOENT'],
      ['plain', 'ENOTDIR'],
    ] as const) {
      const error = await leavesNothing(() => box.run('true', [], { cwd: file(path) }));
      expect(error).toMatchObject({
        code,
        step: 'process.cwd',
        path: file(path),
        hint: expect.any(String),
      });
    }
  });

  test('with an argument list that is too long', async () => {
    const error = await leavesNothing(() => box.run('true', ['x'.repeat(200_000)]));
    expect(error).toMatchObject({
      name: 'NamespaceError',
      code: 'E2BIG',
      hint: expect.stringContaining('too long'),
    });
    const many = new Array<string>(40).fill('x'.repeat(100_000));
    expect(
      await leavesNothing(() => box.run('true', [], { env: { A: many.join('') } })),
    ).toMatchObject({ code: 'E2BIG' });
    expect(await leavesNothing(() => box.run('true', many.concat(many, many)))).toMatchObject({
      code: 'E2BIG',
    });
  });
});

describe('a mount', () => {
  const mounting = (...mounts: readonly Mount[]) =>
    Namespace.compose(user, Namespace.mount(mounts));

  test('whose source is not there', async () => {
    const box = mounting(Mount.bind(file('nothing'), file('folder')));
    expect(await leavesNothing(() => box.run('true'))).toMatchObject({
      name: 'NamespaceError',
      code: 'ENOENT',
      step: 'mount.bind',
      syscall: 'open_tree',
      path: file('nothing'),
      dest: file('folder'),
      hint: expect.stringContaining('source'),
    });
  });

  test('whose target is not there', async () => {
    const box = mounting(Mount.bind(file('folder'), file('nothing')));
    expect(await leavesNothing(() => box.run('true'))).toMatchObject({
      code: 'ENOENT',
      step: 'mount.bind',
      path: file('folder'),
      dest: file('nothing'),
      hint: expect.stringContaining('target'),
    });
  });

  test('of a folder on a file', async () => {
    const box = mounting(Mount.bind(file('folder'), file('plain')));
    // EINVAL from move_mount(2); mount(2) says ENOTDIR.
    expect(await leavesNothing(() => box.run('true'))).toMatchObject({
      code: 'EINVAL',
      step: 'mount.bind',
    });
  });

  test('of a tmpfs where nothing is, after one that worked', async () => {
    const box = mounting(Mount.tmpfs(file('folder')), Mount.tmpfs(file('folder/deeper')));
    expect(await leavesNothing(() => box.run('true'))).toMatchObject({
      code: 'ENOENT',
      step: 'mount.tmpfs',
      path: file('folder/deeper'),
    });
  });
});
