import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, writeSync } from 'node:fs';
import { constants as os } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import {
  clone,
  constants,
  pidfdGetfd,
  pidfdOpen,
  pidfdSendSignal,
  setns,
  unshare,
} from '../lib/syscall';
import { asOrdinaryUser, asRoot } from './support/needs';
import { script, thrown } from './support/script';

test("the constants are the kernel's", () => {
  // linux/sched.h
  expect(constants).toEqual({
    CLONE_NEWTIME: 0x80,
    CLONE_FS: 0x200,
    CLONE_FILES: 0x400,
    CLONE_NEWNS: 0x20000,
    CLONE_SYSVSEM: 0x40000,
    CLONE_NEWCGROUP: 0x02000000,
    CLONE_NEWUTS: 0x04000000,
    CLONE_NEWIPC: 0x08000000,
    CLONE_NEWUSER: 0x10000000,
    CLONE_NEWPID: 0x20000000,
    CLONE_NEWNET: 0x40000000,
  });
  expect(Object.isFrozen(constants)).toBe(true);
});

describe('refused before anything is asked of the kernel', () => {
  test.each([
    ['unshare(CLONE_NEWPID)', () => unshare(constants.CLONE_NEWPID), 'pid'],
    ['unshare(CLONE_FILES)', () => unshare(constants.CLONE_FILES), 'files'],
    ['setns to a pid namespace', () => setns(0, constants.CLONE_NEWPID), 'pid'],
    ['setns to who knows what', () => setns(0), 'pid'],
  ])('%s, which breaks Node', (_, call, permit) => {
    expect(thrown(call)).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(thrown(call).message).toContain(`{ permit: ['${permit}'] }`);
  });

  test('one permission is none for the other', () => {
    const both = constants.CLONE_NEWPID | constants.CLONE_FILES;
    expect(thrown(() => unshare(both, { permit: ['pid'] })).message).toContain("permit: ['files']");
  });

  test.each<[string, () => unknown, string]>([
    ['unshare of an unknown flag', () => unshare(1), 'ERR_OUT_OF_RANGE'],
    ['unshare of CLONE_VM', () => unshare(0x100), 'ERR_OUT_OF_RANGE'],
    ['unshare of a word', () => unshare('uts' as never), 'ERR_INVALID_ARG_TYPE'],
    ['unshare of a fraction', () => unshare(0.5), 'ERR_OUT_OF_RANGE'],
    ['setns of no descriptor', () => setns(-1, constants.CLONE_NEWUTS), 'ERR_OUT_OF_RANGE'],
    ['setns of CLONE_FS', () => setns(0, constants.CLONE_FS), 'ERR_OUT_OF_RANGE'],
    ['pidfdOpen of 0', () => pidfdOpen(0), 'ERR_OUT_OF_RANGE'],
    ['pidfdSendSignal of 65', () => pidfdSendSignal(0, 65), 'ERR_OUT_OF_RANGE'],
    [
      'clone with CLONE_FS',
      () => clone({ flags: constants.CLONE_FS, file: 'true' }),
      'ERR_OUT_OF_RANGE',
    ],
    ['clone of nothing', () => clone({} as never), 'ERR_INVALID_ARG_TYPE'],
    ['clone with a NUL', () => clone({ file: 'a\0b' }), 'ERR_INVALID_ARG_VALUE'],
    [
      'clone with another option',
      () => clone({ file: 'a', cwd: '/' } as never),
      'ERR_INVALID_ARG_VALUE',
    ],
  ])('%s', (_, call, code) => {
    expect(thrown(call)).toMatchObject({ code });
  });
});

describe('unshare and setns', () => {
  const prelude = `
    const { constants, unshare, setns } = syscall;
    const { openSync, readlinkSync, writeFileSync } = require('node:fs');
    const self = '/proc/thread-self/ns/';`;
  const run = (code: string) => script(prelude + code);

  asRoot('the calling thread is moved, and no other', async () => {
    const code = `
      const { Worker, isMainThread } = require('node:worker_threads');
      const outside = readlinkSync(self + 'uts');
      unshare(constants.CLONE_NEWUTS);
      const inside = readlinkSync(self + 'uts');
      const others = require('node:fs').readdirSync('/proc/self/task').filter((tid) => tid !== String(process.pid));
      const elsewhere = others.filter((tid) => readlinkSync('/proc/self/task/' + tid + '/ns/uts') === outside);
      console.log(inside !== outside, others.length > 4, elsewhere.length === others.length);`;
    expect(await run(code)).toMatchObject({ stdout: 'true true true\n', stderr: '' });
  });

  asRoot('setns goes there, and back', async () => {
    const code = `
      const home = openSync(self + 'uts');
      const before = readlinkSync(self + 'uts');
      unshare(constants.CLONE_NEWUTS);
      const there = openSync(self + 'uts');
      const inside = readlinkSync(self + 'uts');
      setns(home, constants.CLONE_NEWUTS);
      const back = readlinkSync(self + 'uts');
      setns(there, constants.CLONE_NEWUTS);
      console.log(inside !== before, back === before, readlinkSync(self + 'uts') === inside);`;
    expect(await run(code)).toMatchObject({ stdout: 'true true true\n', stderr: '' });
  });

  asRoot('permitted: the next child is PID 1, and the caller stays', async () => {
    const code = `
      const before = readlinkSync(self + 'pid');
      unshare(constants.CLONE_NEWPID, { permit: ['pid'] });
      const said = require('node:child_process').execFileSync('sh', ['-c', 'echo $$']);
      console.log(String(said).trim(), readlinkSync(self + 'pid') === before);
      // The thread pool was started before: without that, its first use would abort now.
      console.log((await require('node:fs/promises').readFile('/proc/sys/kernel/ostype', 'utf8')).trim());`;
    expect(await run(code)).toMatchObject({ stdout: '1 true\nLinux\n', code: 0 });
  });

  const failure = (call: string) => `
    try { ${call}; console.log('no error'); }
    catch ({ name, code, step, syscall, hint }) { console.log(JSON.stringify({ name, code, step, syscall, hint })); }`;

  test('a user namespace is not for a process with several threads', async () => {
    const { stdout } = await run(failure('unshare(constants.CLONE_NEWUSER)'));
    expect(JSON.parse(stdout)).toEqual({
      ...{ name: 'NamespaceError', code: 'EINVAL', step: 'unshare', syscall: 'unshare' },
      hint: expect.stringContaining('Namespace.user()'),
    });
  });

  asRoot('a mount namespace needs CLONE_FS first', async () => {
    const join = "setns(openSync(self + 'mnt'), constants.CLONE_NEWNS)";
    const { stdout } = await run(failure(join));
    expect(JSON.parse(stdout)).toMatchObject({ code: 'EINVAL', step: 'setns' });
    expect(JSON.parse(stdout).hint).toContain('unshare(CLONE_FS)');
    expect(await run(`unshare(constants.CLONE_FS); ${failure(join)}`)).toMatchObject({
      stdout: 'no error\n',
    });
  });

  asOrdinaryUser('an ordinary user may not', async () => {
    const { stdout } = await run(failure('unshare(constants.CLONE_NEWUTS)'));
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'EPERM',
      hint: expect.stringContaining('CAP_SYS_ADMIN'),
    });
  });

  test('what is no namespace', async () => {
    const { stdout } = await run(failure("setns(openSync('/dev/null'), constants.CLONE_NEWUTS)"));
    expect(JSON.parse(stdout)).toMatchObject({ code: 'EINVAL', step: 'setns' });
  });
});

describe('pidfd', () => {
  test('names a process, also when its number is nobody', async () => {
    const child = spawn('sleep', ['1000']);
    const pidfd = pidfdOpen(child.pid ?? 0);
    pidfdSendSignal(pidfd, 0);
    pidfdSendSignal(pidfd, os.signals.SIGTERM);
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    expect(thrown(() => pidfdSendSignal(pidfd, 0))).toMatchObject({ code: 'ESRCH' });
    expect(thrown(() => pidfdOpen(child.pid ?? 0))).toMatchObject({
      ...{ name: 'NamespaceError', code: 'ESRCH', syscall: 'pidfd_open', step: 'pidfd_open' },
    });
    closeSync(pidfd);
  });

  test('getfd: a descriptor of another process', async () => {
    const child = spawn('cat');
    const pidfd = pidfdOpen(child.pid ?? 0);
    const output = pidfdGetfd(pidfd, 1);
    writeSync(output, 'by us');
    expect(String((await once(child.stdout, 'data'))[0])).toBe('by us');
    expect(thrown(() => pidfdGetfd(pidfd, 99))).toMatchObject({ code: 'EBADF' });
    for (const fd of [output, pidfd]) closeSync(fd);
    child.stdin.end();
    await once(child, 'close');
  });
});
