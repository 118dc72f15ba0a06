// Handles on the namespaces of a process, and what becomes of the process meanwhile.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  Mount,
  Namespace,
  type NamespaceError,
  type NamespaceHandles,
  type ProcessOptions,
} from '../lib/index';
import { descriptors, until } from './hazards/fixtures/processes';
import {
  beside,
  everything,
  linkOf,
  procName,
  statOf,
  types,
  withoutLeak,
} from './support/handles';
import { asOrdinaryUser, needs } from './support/needs';
import { nodeArguments, permitted, rejection, temporaryFolder } from './support/script';

const inFolder = temporaryFolder();

/** The pidfd that a handle on all namespaces of `child` keeps. */
async function kept(child: ChildProcess): Promise<[NamespaceHandles, number]> {
  await once(child, 'spawn');
  const before = descriptors();
  const whole = await Namespace.of(child);
  const [fd = -1] =
    [...descriptors()].find(([fd, link]) => /pidfd/.test(link) && !before.has(fd)) ?? [];
  return [whole, fd];
}

describe('of', () => {
  test('a process as a whole: eight types, each its own', async () => {
    await beside(everything, async (child) => {
      await withoutLeak(async () => {
        using all = await Namespace.of(child);
        expect(all.types).toEqual(types);
        for (const handle of all)
          expect(`${procName(handle.type)}:[${handle.inode}]`).toBe(linkOf(child.pid, handle.type));
      });
    });
  });

  test('a pidfd, which stays its owner’s', async () => {
    await beside(everything, async (child) => {
      const [whole, pidfd] = await kept(child);
      using handle = await Namespace.of({ pidfd }, 'uts');
      expect(handle.equals(whole.get('uts'))).toBe(true);
      using again = await Namespace.of({ pidfd });
      expect(again.get('pid').equals(whole.get('pid'))).toBe(true);
      whole.close();
      expect((await again.run('true')).exitCode).toBe(0);
    });
  });

  test('a child of child_process', async () => {
    const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
    using handle = await Namespace.of(child, 'uts');
    using current = Namespace.current('uts');
    expect(handle.equals(current)).toBe(true);
    child.stdin.end();
    await once(child, 'close');
    expect(await rejection(Namespace.of(child, 'uts'))).toMatchObject({ code: 'ESRCH' });
  });

  test('root and cwd of the process', async () => {
    const folder = inFolder('cwd');
    mkdirSync(folder, { recursive: true });
    const child = permitted(Namespace.mount()).spawn('cat', [], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const closed = once(child, 'close');
    await withoutLeak(async () => {
      using there = await Namespace.of(child, { cwd: true, root: true });
      expect((await there.run('pwd')).stdout).toBe(`${folder}\n`);
      using without = await Namespace.of(child);
      expect((await without.run('pwd')).stdout).toBe('/\n');
    });
    child.kill('SIGKILL');
    await closed;
  });

  test('the root folder of a process that has another than its mounts', async () => {
    const box = permitted(Namespace.mount([Mount.bind('/', '/mnt'), Mount.tmpfs('/srv')]));
    const command = ['sh', '-c', 'touch /srv/marker; exec chroot /mnt cat'];
    await beside(
      box,
      async (child) => {
        await until('it has its root', () => statOf(child.pid).includes('(cat)'));
        const seen = async (options: ProcessOptions) => {
          using whole = await Namespace.of(child, options);
          return (await whole.run('test', ['-e', '/srv/marker'])).exitCode === 0;
        };
        expect(await seen({})).toBe(true);
        expect(await seen({ root: true })).toBe(false);
      },
      command,
    );
  });

  test('a child that was killed before its program ran', async () => {
    await withoutLeak(async () => {
      const child = everything.spawn('cat');
      const closed = once(child, 'close');
      const found = Namespace.of(child, 'uts');
      child.kill('SIGKILL');
      const error = await rejection<NamespaceError>(found);
      expect(error).toMatchObject({ name: 'NamespaceError', code: 'ESRCH' });
      expect(error.hint).toContain('no such process');
      await closed;
    });
  });

  test('a child that never comes to its program: its own error', async () => {
    const child = everything.spawn('/no/such/program');
    const [own, found] = await Promise.all([
      once(child, 'error').then(([error]) => error as Error),
      rejection<NamespaceError>(Namespace.of(child)),
    ]);
    expect(found).toBe(own);
    expect(found).toMatchObject({ code: 'ENOENT', step: 'exec' });
  });

  test('a child that was waited for, and one that could not be started', async () => {
    await withoutLeak(async () => {
      const child = Namespace.none.spawn('true', { stdio: 'ignore' });
      await once(child, 'close');
      for (const target of [child, await unstarted()]) {
        expect(await rejection(Namespace.of(target))).toMatchObject({ code: 'ESRCH' });
        expect(await rejection(Namespace.of(target, 'pid'))).toMatchObject({ code: 'ESRCH' });
      }
    });
  });

  async function unstarted(): Promise<ChildProcess> {
    const child = spawn('/no/such/program');
    await once(child, 'error');
    return child;
  }

  test('a number that is nobody’s', async () => {
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(Namespace.of(0x7fff_ffff, 'uts'));
      expect(error).toMatchObject({ code: 'ESRCH', path: '/proc/2147483647' });
      expect(await rejection(Namespace.of(0x7fff_ffff))).toMatchObject({ code: 'ESRCH' });
    });
  });

  test('a zombie has no namespaces any more', async () => {
    // A parent that knows nothing of its child, and does not wait for it.
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec cat']);
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    await until('the shell is cat', () => statOf(parent.pid).includes('(cat)'));
    process.kill(pid, 'SIGKILL');
    await until('it is a zombie', () => /\) Z /.test(statOf(pid)));
    await withoutLeak(async () => {
      expect(await rejection(Namespace.of(pid, 'network'))).toMatchObject({ code: 'ESRCH' });
      expect(await rejection(Namespace.of(pid))).toMatchObject({ code: 'ESRCH' });
    });
    parent.kill('SIGKILL');
    await once(parent, 'close');
  });

  test.each([
    ['a descriptor that is no pidfd', () => openSync('/dev/null', 'r'), 'EINVAL'],
    ['a descriptor that is not open', () => 1_000_000, 'EBADF'],
  ])('%s', async (_, open, code) => {
    const pidfd = open();
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(Namespace.of({ pidfd }, 'uts'));
      expect(error).toMatchObject({ name: 'NamespaceError', code });
    });
    if (pidfd < 1_000_000) closeSync(pidfd);
  });

  test('the pidfd of a process that has ended', async () => {
    const child = everything.spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const closed = once(child, 'close');
    const [whole, pidfd] = await kept(child);
    child.kill('SIGKILL');
    await closed;
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(Namespace.of({ pidfd }, 'uts'));
      expect(error).toMatchObject({ name: 'NamespaceError', code: 'ESRCH' });
      expect(await rejection(Namespace.of({ pidfd }))).toMatchObject({ code: 'ESRCH' });
    });
    whole.close();
  });

  asOrdinaryUser('a process of root’s: which right is missing', async () => {
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(Namespace.of(1, 'network'));
      expect(error.code).toMatch(/^E(ACCES|PERM)$/);
      expect(error.path).toBe('/proc/1/ns/net');
      expect(error.hint).toContain('ptrace');
      expect((await rejection(Namespace.of(1))).code).toMatch(/^E(ACCES|PERM)$/);
    });
  });
});

describe('numbers that come again', () => {
  // In a pid namespace of one's own one may say which number comes next.
  const code = `
    const { readFileSync, readdirSync, readlinkSync, writeFileSync } = require('node:fs');
    const { once } = require('node:events');
    const ended = Namespace.compose(Namespace.uts({ hostname: 'old' })).spawn('cat');
    const pidfds = () => readdirSync('/proc/self/fd').map(Number).filter((fd) => {
      try { return /pidfd/.test(readlinkSync('/proc/self/fd/' + fd)); } catch { return false; }
    });
    await once(ended, 'spawn');
    const before = pidfds();
    const whole = await Namespace.of(ended);
    const number = ended.pid;
    const pidfd = pidfds().find((fd) => !before.includes(fd));
    ended.kill('SIGKILL');
    await once(ended, 'close');
    let other;
    for (let tries = 0; tries < 2000 && other === undefined; tries++) {
      writeFileSync('/proc/sys/kernel/ns_last_pid', String(number - 1));
      const next = Namespace.uts({ hostname: 'new' }).spawn('cat');
      await once(next, 'spawn');
      if (next.pid === number) other = next;
      else { next.kill('SIGKILL'); await once(next, 'close'); }
    }
    const said = (promise) => promise.then(() => 'found', (error) => error.code);
    console.log(JSON.stringify({
      again: other?.pid === number,
      child: await said(Namespace.of(ended, 'uts')),
      pidfd: await said(Namespace.of({ pidfd }, 'uts')),
      hostname: (await whole.run('hostname').catch((error) => error.code)).stdout ?? 'gone',
      uts: (await whole.get('uts').run('hostname')).stdout,
    }));
    whole.close();
    other?.kill('SIGKILL');
  `;

  const canChoose = existsSync('/proc/sys/kernel/ns_last_pid');

  needs(canChoose, 'ns_last_pid')('are never taken for the old one’s', async () => {
    const box = permitted(
      Namespace.pid({ init: true }),
      Namespace.mount([Mount.proc('/proc', { sys: 'writable' })]),
    );
    const { stdout, stderr, exitCode } = await box.run(process.execPath, nodeArguments(code));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({
      again: true,
      child: 'ESRCH',
      pidfd: 'ESRCH',
      hostname: 'old\n',
      uts: 'old\n',
    });
  });
});
