// The init program runs from a sealed copy in memory: what is inside cannot change it (CVE-2019-5736).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Mount, Namespace } from '../../lib/index';
import { asRoot } from '../support/needs';
import { descriptors, until } from './fixtures/processes';
import { run, temporaryFolder } from './fixtures/programs';

const file = temporaryFolder();
const own = join(__dirname, '..', '..', 'build', 'Release', 'lns-init');
const pid = Namespace.pid({ init: true });

/** Writes to a program through a descriptor that was opened for reading while it ran. */
function overwrite(fd: number): string {
  try {
    const writable = openSync(`/proc/self/fd/${fd}`, 'r+');
    try {
      writeSync(writable, 'overwritten');
      ftruncateSync(writable, 11);
      return 'overwritten';
    } finally {
      closeSync(writable);
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

test('a program that runs from a file is overwritten through /proc/PID/exe', async () => {
  const copy = file('sleep');
  copyFileSync((await run('sh', ['-c', 'readlink -f "$(command -v sleep)"'])).stdout.trim(), copy);
  chmodSync(copy, 0o755);
  const child = spawn(copy, ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const fd = openSync(`/proc/${child.pid}/exe`, 'r');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(overwrite(fd)).toBe('overwritten');
  closeSync(fd);
  expect(readFileSync(copy, 'latin1')).toBe('overwritten');
});

test('our copy is one a process, and no owner of it can write to it', async () => {
  await Namespace.none.run('true');
  const copies = [...descriptors()].filter(([, link]) => link === '/memfd:lns-init (deleted)');
  expect(copies).toHaveLength(1);
  const fd = copies[0]?.[0] ?? -1;
  expect(overwrite(fd)).toBe('EPERM');
  expect(readFileSync(`/proc/self/fd/${fd}`)).toEqual(readFileSync(own));
});

asRoot('a live init is that copy, and stays it when it has ended', async () => {
  const child = pid.spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const exe = `/proc/${child.pid}/exe`;
  expect(readlinkSync(exe)).toBe('/memfd:lns-init (deleted)');
  const fd = openSync(exe, 'r');
  expect(overwrite(fd)).toMatch(/^(EPERM|ETXTBSY)$/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(overwrite(fd)).toBe('EPERM');
  closeSync(fd);
});

/** What a program inside gets when it opens its init for writing. */
async function attack(box: Namespace): Promise<string> {
  const script = '(exec 3<>/proc/1/exe) 2>/dev/null && echo open || echo refused';
  return (await box.run('sh', ['-c', script])).stdout;
}

test('from inside it cannot be opened for writing', async () => {
  const box = Namespace.compose(Namespace.user(), pid, Namespace.mount([Mount.proc()]));
  expect(await attack(box)).toBe('refused\n');
});

asRoot('from inside, by a root that is root outside, neither', async () => {
  const box = Namespace.compose(pid, Namespace.mount([Mount.proc()]));
  expect(await attack(box)).toBe('refused\n');
});

test('the stages have their names', async () => {
  const child = Namespace.compose(Namespace.user(), pid).spawn('sleep', ['600'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const name = () => readFileSync(`/proc/${child.pid}/comm`, 'latin1');
  await until('it is the init', () => name() === 'lns:[1:INIT]\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
});
