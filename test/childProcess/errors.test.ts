import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import {
  closing,
  ending,
  failure,
  forEachSubject,
  host,
  present,
  record,
  temporaryFolder,
} from './fixtures/helpers';

const { ENOENT, EACCES, E2BIG, ENOTDIR, ELOOP, ENAMETOOLONG, EBADF } = constants.errno;

forEachSubject((subject) => {
  const { spawn } = subject;
  const file = temporaryFolder();

  test.each(['no-such-command', '/no/such/command'])('%s is not there', async (command) => {
    // A folder of PATH that may not be read would make it EACCES.
    const child = spawn(command, ['one', 'two'], { env: { PATH: '/usr/bin:/bin' } });
    const [error] = await once(child, 'error');
    expect(error).toMatchObject({
      code: 'ENOENT',
      errno: -ENOENT,
      syscall: `spawn ${command}`,
      path: command,
      spawnargs: ['one', 'two'],
      message: expect.stringContaining(`spawn ${command} ENOENT`),
    });
    expect(child.pid).toBeUndefined();
  });

  test('a start that failed: error and close, never spawn or exit', async () => {
    const child = spawn('/no/such/command');
    const events = record(child);
    let atError: unknown;
    child.on('error', () => {
      const { pid, exitCode, signalCode, killed } = child;
      atError = { pid, exitCode, signalCode, killed };
    });
    const closed = await closing(child);
    expect(events).toEqual(['error', 'close']);
    expect(atError).toEqual({
      pid: undefined,
      exitCode: -ENOENT,
      signalCode: null,
      killed: false,
    });
    expect(closed).toEqual([-ENOENT, null]);
    expect(child.kill()).toBe(false);
    expect(child.killed).toBe(false);
  });

  test('the streams of a start that failed end by themselves', async () => {
    const child = spawn('/no/such/command');
    child.on('error', () => {});
    expect(child.stdio).toHaveLength(3);
    present(child.stdin).on('error', () => {});
    present(child.stdin).write('nobody');
    await closing(child);
    for (const stream of child.stdio) expect(stream).toMatchObject({ destroyed: true });
  });

  test.each([
    ['a file that may not be run', () => writeFileSync(file('plain'), '#!/bin/sh\n'), 'plain'],
    ['a folder', () => mkdirSync(file('folder')), 'folder'],
  ])('%s: EACCES', async (_what, make, name) => {
    make();
    const path = file(name);
    const [error] = await once(spawn(path, ['x']), 'error');
    expect(error).toMatchObject({
      code: 'EACCES',
      errno: -EACCES,
      syscall: `spawn ${path}`,
      path,
      spawnargs: ['x'],
    });
  });

  test('a script whose interpreter is not there: ENOENT, with the name of the script', async () => {
    writeFileSync(file('script'), '#!/no/such/interpreter\n');
    chmodSync(file('script'), 0o755);
    const [error] = await once(spawn(file('script')), 'error');
    expect(error).toMatchObject({ code: 'ENOENT', path: file('script') });
  });

  // Node names the command; ours names the folder, which is what is wrong (docs/running.md).
  test('a cwd that is not there: ENOENT', async () => {
    const child = spawn('pwd', [], { cwd: file('no-such-folder') });
    const [error] = await once(child, 'error');
    expect(error).toMatchObject({
      code: 'ENOENT',
      errno: -ENOENT,
      spawnargs: [],
    });
    expect(child.pid).toBeUndefined();
  });

  test('an empty argv0 and a shell do not hide the name of the command', async () => {
    const [error] = await once(spawn('/no/such/command', [], { argv0: 'other' }), 'error');
    expect(error).toMatchObject({ path: '/no/such/command', syscall: 'spawn /no/such/command' });
    const [shell] = await once(spawn('anything', { shell: '/no/such/shell' }), 'error');
    expect(shell).toMatchObject({ path: '/no/such/shell', spawnargs: ['-c', 'anything'] });
  });

  test('an argument, and an environment, that is too long', async () => {
    // The kernel takes at most 128 KB in one string.
    const long = 'x'.repeat(200_000);
    for (const start of [
      () => spawn('true', [long]),
      () => spawn('true', [], { env: { PATH: process.env.PATH, LONG: long } }),
    ]) {
      expect(await failure(start)).toMatchObject({ code: 'E2BIG', errno: -E2BIG });
    }
  });

  test.each([
    ['a file where a folder should be', () => '/etc/passwd/x', ENOTDIR, 'ENOTDIR'],
    ['a name that is too long', () => `/${'x'.repeat(300)}`, ENAMETOOLONG, 'ENAMETOOLONG'],
    [
      'a link to itself',
      () => {
        symlinkSync(file('loop'), file('loop'));
        return file('loop');
      },
      ELOOP,
      'ELOOP',
    ],
  ])('%s', async (_what, path, errno, code) => {
    const command = path();
    expect(await failure(() => spawn(command))).toMatchObject({ code, errno: -errno });
  });

  test('a cwd that is a file', async () => {
    const start = () => spawn('true', [], { cwd: '/etc/passwd' });
    expect(await failure(start)).toMatchObject({ code: 'ENOTDIR', errno: -ENOTDIR });
  });

  test('a descriptor that is not open', async () => {
    const number = openSync('/dev/null', 'r');
    closeSync(number);
    const start = () => spawn('true', [], { stdio: ['ignore', 'ignore', 'ignore', number + 1000] });
    expect(await failure(start)).toMatchObject({ code: 'EBADF', errno: -EBADF });
  });

  test('no descriptors left: EMFILE, and well again when there are some', async () => {
    const code = `
      const fs = require('node:fs');
      spawn('true').on('close', () => {
        const held = [];
        try { for (;;) held.push(fs.openSync('/dev/null')); } catch {}
        const child = spawn('true', ['x']);
        child.on('error', ({ code, path, spawnargs }) => {
          for (const fd of held) fs.closeSync(fd);
          console.log(code, path, spawnargs, child.pid);
          spawn('true').on('close', (code) => console.log('then', code));
        });
      });`;
    const parent = host(subject, code, { through: ['prlimit', '--nofile=200'] });
    expect(await ending(parent)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: "EMFILE true [ 'x' ] undefined\nthen 0\n",
    });
  });

  test('failed starts, many at once', async () => {
    const errors = await Promise.all(
      Array.from({ length: 50 }, (_, i) => failure(() => spawn(`/no/such/command-${i}`))),
    );
    expect(errors.map(({ path }) => path)).toEqual(
      Array.from({ length: 50 }, (_, i) => `/no/such/command-${i}`),
    );
  });
});
