import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace, NamespaceError } from '../lib/index';
import { permitted, rejection, script, scriptInside, temporaryFolder } from './support/script';

const file = temporaryFolder();

describe('NamespaceError', () => {
  test("has the fields of Node's system errors, and the step", () => {
    const error = new NamespaceError({ step: 'a.step', errno: 2, syscall: 'open', path: '/a' });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error }).toEqual({
      name: 'NamespaceError',
      code: 'ENOENT',
      errno: -2,
      syscall: 'open',
      step: 'a.step',
      path: '/a',
    });
    expect(error.message).toBe("open ENOENT '/a' at step a.step");
  });

  test('names both files, where there are two, and says what to do', () => {
    const files = { path: '/a', dest: '/b' };
    const error = new NamespaceError({
      step: 's',
      errno: 13,
      syscall: 'c',
      ...files,
      hint: 'do it',
    });
    expect(error).toMatchObject({ ...files, code: 'EACCES', hint: 'do it' });
    expect(error.message).toBe("c EACCES '/a' -> '/b' at step s (do it)");
  });

  test('has no fields of which nothing is known', () => {
    const error = new NamespaceError({ step: 's', errno: 1, syscall: 'c', path: undefined });
    for (const name of ['path', 'dest', 'hint', 'spawnargs'])
      expect(error).not.toHaveProperty(name);
  });

  test('its stack begins with what it is', () => {
    const error = new NamespaceError({ step: 's', errno: 1, syscall: 'c' });
    expect(error.stack).toMatch(/^NamespaceError: c EPERM at step s\n/);
    expect(String(error)).toBe('NamespaceError: c EPERM at step s');
    expect(inspect(error)).toContain("step: 's'");
  });
});

describe('a start that fails', () => {
  const missing = permitted(Namespace.mount([Mount.tmpfs('/no/such/folder')]));

  test('is an error event: no spawn, no exit, no pid', async () => {
    const child = missing.spawn('true', ['argument']);
    const events: string[] = [];
    for (const name of ['spawn', 'exit', 'error', 'close']) child.on(name, () => events.push(name));
    // Asked for now: it may come in the same turn as the error.
    const closed = new Promise((resolve) => child.once('close', resolve));
    const [error] = await new Promise<unknown[]>((resolve) => {
      child.once('error', (...all) => resolve(all));
    });
    expect(error).toBeInstanceOf(NamespaceError);
    expect(error).toMatchObject({
      ...{ step: 'mount.tmpfs', code: 'ENOENT', errno: -2, syscall: 'move_mount' },
      ...{ path: '/no/such/folder', spawnargs: ['argument'] },
    });
    expect(child.pid).toBeUndefined();
    await closed;
    expect(events).toEqual(['error', 'close']);
  });

  test('nothing was executed', async () => {
    const error = await rejection<{ stdout: string }>(missing.run('echo', ['out']));
    expect(error.stdout).toBe('');
  });

  test('nobody listens: an uncaught exception, as with child_process', async () => {
    const { code, stderr } = await script(`
      Namespace.compose(Namespace.user(), Namespace.mount([Mount.tmpfs('/no/such/folder')])).spawn('true');`);
    expect(code).not.toBe(0);
    expect(stderr).toContain('NamespaceError: move_mount ENOENT');
  });

  test('every step is undone: a thousand of them leave no process and no descriptor', async () => {
    const code = `
      const { readdirSync, readFileSync } = require('node:fs');
      const count = () => [readdirSync('/proc/self/fd').length,
        readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8')];
      const box = Namespace.compose(Namespace.user(), Namespace.mount([Mount.tmpfs('/no/such/folder')]));
      const fail = () => box.run('true').then(() => { throw new Error('no failure'); }, () => {});
      await fail();
      const before = count();
      for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 20 }, fail));
      console.log(JSON.stringify([before, count()]));`;
    const { stdout, stderr } = await script(code);
    expect(stderr).toBe('');
    const [before, after] = JSON.parse(stdout);
    expect(after).toEqual(before);
    expect(before[1]).toBe('');
  });
});

// What programs and the steps come across, and libuv has no names for.
test.each([
  [8, 'ENOEXEC'],
  [10, 'ECHILD'],
  [40, 'ELOOP'],
  [87, 'EUSERS'],
  [116, 'ESTALE'],
  [122, 'EDQUOT'],
])('errno %d is %s', (errno, code) => {
  expect(new NamespaceError({ step: 's', errno, syscall: 'c' }).code).toBe(code);
});

describe('hints', () => {
  test('no right to create: which one is needed, and how to do without', async () => {
    const code = `
      const error = await Namespace.uts().run('true').catch((error) => error);
      console.log(error.code, error.hint);`;
    // Uid 5 of a user namespace has no capability in it.
    const one = (outside = 0) => [{ inside: 5, outside, length: 1 }];
    const map = { uid: one(process.getuid?.()), gid: one(process.getgid?.()) };
    const said = await scriptInside(Namespace.user({ map }), code);
    expect(said).toMatch(/^EPERM .*CAP_SYS_ADMIN.*Namespace\.user\(\)/);
  });

  test('a script whose interpreter is not there', async () => {
    writeFileSync(file('script'), '#!/no/such/interpreter\n', { mode: 0o755 });
    const error = await rejection(Namespace.none.run(file('script')));
    expect(error).toMatchObject({ code: 'ENOENT', step: 'exec' });
    expect(error).toHaveProperty('hint', expect.stringContaining('/no/such/interpreter'));
  });

  test('what is no program', async () => {
    writeFileSync(file('garbage'), 'garbage', { mode: 0o755 });
    const error = await rejection(Namespace.none.run(file('garbage')));
    expect(error).toMatchObject({ code: 'ENOEXEC', step: 'exec' });
    expect(error).toHaveProperty('hint', expect.stringContaining('shell'));
  });
});
