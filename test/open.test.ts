import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceError } from '../lib/index';
import { until } from './hazards/fixtures/processes';
import {
  beside,
  everything,
  linkOf,
  procName,
  statOf,
  types,
  withoutLeak,
} from './support/handles';
import { asOrdinaryUser, asRoot } from './support/needs';
import { nodeArguments, rejection, script, temporaryFolder } from './support/script';

const inFolder = temporaryFolder();

describe.each(types)('%s', (type) => {
  test('current, open, of: the same namespace, as /proc has it', async () => {
    const path = `/proc/self/ns/${procName(type)}`;
    await withoutLeak(async () => {
      using current = Namespace.current(type);
      using opened = await Namespace.open(path, type);
      using untyped = await Namespace.open(path);
      using own = await Namespace.of(process.pid, type);
      for (const handle of [current, opened, untyped, own]) {
        expect(handle).toMatchObject({ type, types: [type] });
        expect(`${procName(type)}:[${handle.inode}]`).toBe(readlinkSync(path));
        expect(handle.inode).toBe(statSync(path, { bigint: true }).ino);
        expect(handle.id).toBe(current.id);
        expect(handle.equals(current)).toBe(true);
      }
    });
  });

  test('of a child of ours, right after its start', async () => {
    await beside(everything, async (child) => {
      using handle = await Namespace.of(child, type);
      using current = Namespace.current(type);
      expect(handle.type).toBe(type);
      expect(`${procName(type)}:[${handle.inode}]`).toBe(linkOf(child.pid, type));
      expect(handle.equals(current)).toBe(false);
    });
  });

  test('another type is an error that names both', async () => {
    const other = type === 'uts' ? 'ipc' : 'uts';
    await withoutLeak(async () => {
      const error = await rejection<NamespaceError>(
        Namespace.open(`/proc/self/ns/${procName(type)}`, other),
      );
      expect(error).toBeInstanceOf(NamespaceError);
      expect(error).toMatchObject({ code: 'EINVAL', step: 'namespace.open' });
      expect(error.hint).toContain(`a ${type} namespace`);
      expect(error.hint).toContain(`a ${other} namespace was asked for`);
    });
  });
});

describe('a path that is no namespace', () => {
  const none = (path: string) => rejection<NamespaceError>(Namespace.open(path));

  test('a file, a folder, a device, a link to nowhere', async () => {
    const file = inFolder('file');
    writeFileSync(file, '');
    await withoutLeak(async () => {
      for (const path of [file, inFolder(), '/dev/null', '/proc/self/status']) {
        const error = await none(path);
        expect(error).toMatchObject({ name: 'NamespaceError', code: 'EINVAL', path });
        expect(error.hint).toContain('/proc/PID/ns');
      }
      expect(await none(inFolder('nothing'))).toMatchObject({ code: 'ENOENT', syscall: 'open' });
      expect(await none(`${file}/x`)).toMatchObject({ code: 'ENOTDIR' });
      expect(await rejection(Namespace.open('a\0b'))).toMatchObject({
        code: 'ERR_INVALID_ARG_VALUE',
      });
      expect(await rejection(Namespace.open(5 as unknown as string))).toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      });
    });
  });

  test('a FIFO, whose writer goes on waiting for a reader', async () => {
    const fifo = inFolder('fifo');
    const made = spawn('mkfifo', [fifo]);
    await once(made, 'close');
    const writer = spawn('sh', ['-c', 'echo opening; exec 3>"$1"; echo opened', 'sh', fifo]);
    await once(writer.stdout, 'data');
    await until('it waits', () => /\) S /.test(statOf(writer.pid)));
    await withoutLeak(async () => {
      expect(await none(fifo)).toMatchObject({ code: 'EINVAL' });
    });
    let opened = false;
    writer.stdout.once('data', () => {
      opened = true;
    });
    // Longer than it took to see it wait: every turn of the loop would tell.
    await Namespace.none.run('true');
    expect(opened).toBe(false);
    writer.kill('SIGKILL');
    await once(writer, 'close');
  });

  asOrdinaryUser('one that may not be looked for', async () => {
    expect(await none('/root/x')).toMatchObject({ code: 'EACCES' });
  });
});

describe('in a Worker', () => {
  /** A program whose Worker runs `code`, which has the package's exports and `tell`. */
  function inWorker(code: string): string {
    const [, preparation = ''] = nodeArguments('');
    const [, loader, sources] = /^require\((".*?")\)\((".*?")\)/.exec(preparation) ?? [];
    const inside = `
      require(${loader})(${sources});
      const tell = (value) => require('node:worker_threads').parentPort.postMessage(value);
      (async () => {${code}})();`;
    return `
      const worker = new (require('node:worker_threads').Worker)(${JSON.stringify(inside)}, { eval: true });
      worker.on('message', (message) => console.log(JSON.stringify(message)));`;
  }

  test('handles are opened, joined and closed', async () => {
    const { stdout, stderr } = await script(
      inWorker(`
        const box = Namespace.compose(Namespace.user(), Namespace.uts({ hostname: 'worker' }));
        const child = box.spawn('cat');
        const whole = await Namespace.of(child);
        const { stdout } = await whole.run('hostname');
        whole.close();
        child.kill('SIGKILL');
        tell(stdout);
      `),
    );
    expect({ stdout, stderr }).toEqual({ stdout: '"worker\\n"\n', stderr: '' });
  });

  asRoot('current is that of the calling thread, and so is what need not be joined', async () => {
    const { stdout, stderr } = await script(
      inWorker(`
        const main = await Namespace.of(process.pid, 'uts');
        syscall.unshare(syscall.constants.CLONE_NEWUTS);
        const own = Namespace.current('uts');
        const linkIn = async (box) =>
          (await box.run('readlink', ['/proc/self/ns/uts'])).stdout.trim() === 'uts:[' + own.inode + ']';
        tell([main.equals(own), await linkIn(own), await linkIn(main), await linkIn(Namespace.none)]);
      `),
    );
    expect({ stdout, stderr }).toEqual({ stdout: '[false,true,false,true]\n', stderr: '' });
  });
});
