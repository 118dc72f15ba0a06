import { closeSync, openSync, readFileSync } from 'node:fs';
import { constants as os } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { clone, constants, pidfdOpen, pidfdSendSignal, waitid } from '../lib/syscall';
import { asOrdinaryUser } from './support/needs';
import { thrown } from './support/script';

describe('clone and waitid', () => {
  test('a child of the caller, to be reaped by the caller', () => {
    const { pid, pidfd } = clone({ file: 'sh', argv: ['sh', '-c', 'exit 7'] });
    expect(readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ')).toContain(
      `${pid}`,
    );
    expect(waitid(pidfd)).toEqual({ code: 7, signal: 0, usage: expect.any(Object) });
    closeSync(pidfd);
  });

  test('what can be reaped is reaped once, and only by its parent', () => {
    const { pidfd } = clone({ file: 'true' });
    waitid(pidfd);
    expect(thrown(() => waitid(pidfd))).toMatchObject({ code: 'ECHILD', syscall: 'waitid' });
    closeSync(pidfd);
    const parent = pidfdOpen(process.ppid);
    expect(thrown(() => waitid(parent, { nohang: true }))).toMatchObject({ code: 'ECHILD' });
    expect(thrown(() => waitid(parent))).toMatchObject({ code: 'ECHILD' });
    closeSync(parent);
  });

  test('what is no pidfd', () => {
    const nothing = openSync('/dev/null', 'r');
    expect(thrown(() => waitid(nothing))).toMatchObject({ code: 'EBADF', syscall: 'waitid' });
    closeSync(nothing);
    expect(thrown(() => waitid(nothing, { nohang: true }))).toMatchObject({ code: 'EBADF' });
  });

  test('nohang asks only', () => {
    const { pidfd } = clone({ file: 'sleep', argv: ['sleep', '1000'] });
    expect(waitid(pidfd, { nohang: true })).toBeNull();
    pidfdSendSignal(pidfd, os.signals.SIGKILL);
    expect(waitid(pidfd)).toMatchObject({ code: 0, signal: 9 });
    closeSync(pidfd);
  });

  test('descriptors, arguments and environment', () => {
    const nothing = openSync('/dev/null', 'r+');
    const test =
      'test "$0 $1" = "name word" && test "$A" = b && test -z "$HOME" && test ! -e /proc/self/fd/4 && cat <&3';
    const input = openSync('/proc/self/comm', 'r');
    const argv = ['sh', '-c', test, 'name', 'word'];
    const env = { A: 'b', PATH: process.env.PATH };
    const { pidfd } = clone({ file: 'sh', argv, env, stdio: [nothing, nothing, nothing, input] });
    expect(waitid(pidfd)).toMatchObject({ code: 0 });
    for (const fd of [pidfd, nothing, input]) closeSync(fd);
  });

  test('new namespaces: nobody is mapped, and the child is PID 1', () => {
    const flags = constants.CLONE_NEWUSER | constants.CLONE_NEWPID;
    const script = 'test $$ = 1 && test -z "$(cat /proc/self/uid_map)" && test $(id -u) = 65534';
    const { pidfd } = clone({ flags, file: 'sh', argv: ['sh', '-c', script] });
    expect(waitid(pidfd)).toMatchObject({ code: 0 });
    closeSync(pidfd);
  });

  test('a program that is not there', () => {
    const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    const before = children();
    expect(thrown(() => clone({ file: '/no/such/program' }))).toMatchObject({
      ...{ name: 'NamespaceError', code: 'ENOENT', step: 'exec', path: '/no/such/program' },
    });
    expect(children()).toBe(before);
  });

  asOrdinaryUser('without the right to', () => {
    expect(thrown(() => clone({ flags: constants.CLONE_NEWUTS, file: 'true' }))).toMatchObject({
      ...{ code: 'EPERM', step: 'clone', hint: expect.stringContaining('CAP_SYS_ADMIN') },
    });
  });
});
