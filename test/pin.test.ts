// Namespaces that are kept by a mount. All of it happens in a mount namespace of its own, where /run is empty.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import { installed } from './hazards/fixtures/programs';
import { asOrdinaryUser, needs } from './support/needs';
import { permitted, rejection, scriptInside, temporaryFolder, thrown } from './support/script';

const inFolder = temporaryFolder();
const isRoot = process.getuid?.() === 0;
const place = permitted(
  Namespace.mount([Mount.tmpfs('/run'), Mount.tmpfs('/mnt')]),
  Namespace.network(), // `ip netns add` comes back to it, which takes a right over it
);

const prelude = `
  const { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } = require('node:fs');
  const { execFileSync, spawn } = require('node:child_process');
  const net = async (options) => (await Namespace.create(Namespace.network(options))).get('network');
  const said = (promise) => promise.then(() => 'done', (error) => [error.code, error.step, error.path, error.hint ?? error.message]);
  const mounts = () => readFileSync('/proc/self/mountinfo', 'latin1').split('\\n').filter((line) => line.includes(' - nsfs ')).length;
  const linkIn = async (box) => (await box.run('readlink', ['/proc/self/ns/net'])).stdout.trim();
  const tell = (value) => console.log(JSON.stringify(value));
  const open = () => readdirSync('/proc/self/fd').length;`;

const inside = async (code: string): Promise<unknown[]> =>
  (await scriptInside(place, prelude + code))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('pin keeps it, open finds it, unpin lets go', async () => {
  const found = await inside(`
    const one = await net();
    const before = open();
    await one.pin('/mnt/one');
    tell([mounts(), open() - before]);
    const { inode, id } = one;
    one.close();
    const again = await Namespace.open('/mnt/one', 'network');
    tell([again.inode === inode, again.id === id, (await linkIn(again)) === 'net:[' + inode + ']']);
    again.close();
    await Namespace.unpin('/mnt/one');
    tell([mounts(), existsSync('/mnt/one')]);`);
  expect(found).toEqual([
    [1, 0],
    [true, true, true],
    [0, false],
  ]);
});

test('each type', async () => {
  const found = await inside(`
    for (const type of ['cgroup', 'ipc', 'network', 'pid', 'time', 'user', 'uts', 'mount']) {
      // The kernel takes no mount namespace that it numbers below its own, and numbers by processor: then the next one.
      let whole;
      do whole = await Namespace.create(Namespace[type]());
      while ((await said(whole.get(type).pin('/mnt/' + type)))[0] === 'ELOOP');
      const again = await Namespace.open('/mnt/' + type, type);
      tell([again.equals(whole.get(type))]);
      await Namespace.unpin('/mnt/' + type);
    }
    tell(readdirSync('/mnt'));`);
  expect(found).toEqual([...Array(8).fill([true]), []]);
});

describe('twice', () => {
  test('pin and unpin: the same as once', async () => {
    const found = await inside(`
      const one = await net();
      await one.pin('/mnt/one');
      await one.pin('/mnt/one');
      tell(mounts());
      await Namespace.unpin('/mnt/one');
      await Namespace.unpin('/mnt/one');
      await Namespace.unpin('/mnt/no/such/folder');
      tell(mounts());`);
    expect(found).toEqual([1, 0]);
  });

  test('on two paths: each its own', async () => {
    const found = await inside(`
      const one = await net();
      await Promise.all([one.pin('/mnt/a'), one.pin('/mnt/b')]);
      await Namespace.unpin('/mnt/a');
      const b = await Namespace.open('/mnt/b');
      tell([mounts(), b.equals(one), existsSync('/mnt/a')]);`);
    expect(found).toEqual([[1, true, false]]);
  });

  test('by many at once: one namespace is there, and all others are told', async () => {
    const found = await inside(`
      const all = await Promise.all(Array.from({ length: 12 }, () => net()));
      const ended = await Promise.all(all.map((one) => said(one.pin('/mnt/one'))));
      const winner = await Namespace.open('/mnt/one');
      const won = all.filter((one) => one.equals(winner)).length;
      tell([won, ended.filter((end) => end === 'done').length, ended.filter(([code]) => code === 'EEXIST').length, mounts()]);
      const same = await Promise.all(Array.from({ length: 12 }, () => said(all[0].pin('/mnt/same'))));
      tell([new Set(same).size, mounts()]);
      await Promise.all(Array.from({ length: 12 }, () => Namespace.unpin('/mnt/same')));
      tell(mounts());`);
    expect(found).toEqual([[1, 1, 11, 1], [1, 2], 1]);
  });

  test('pin and unpin in turns by many: never half of it', async () => {
    const found = await inside(`
      const one = await net();
      const rounds = Array.from({ length: 40 }, (_, i) => i % 2 ? one.pin('/mnt/one') : Namespace.unpin('/mnt/one'));
      await Promise.all(rounds);
      tell(existsSync('/mnt/one') === (mounts() === 1));
      await Namespace.unpin('/mnt/one');
      tell([mounts(), readdirSync('/mnt')]);`);
    expect(found).toEqual([true, [0, []]]);
  });
});

describe('a path that will not do', () => {
  test('something else is there', async () => {
    const found = await inside(`
      const one = await net();
      writeFileSync('/mnt/file', 'precious');
      mkdirSync('/mnt/folder');
      for (const path of ['/mnt/file', '/mnt/folder']) {
        tell(await said(one.pin(path)));
        tell(await said(Namespace.unpin(path)));
      }
      const other = await net();
      await other.pin('/mnt/other');
      tell(await said(one.pin('/mnt/other')));
      tell([readFileSync('/mnt/file', 'utf8'), mounts()]);`);
    const exists = (path: string) => [
      'EEXIST',
      'namespace.pin',
      path,
      expect.stringContaining('unpin'),
    ];
    const none = (path: string) => [
      'EINVAL',
      'namespace.unpin',
      path,
      expect.stringContaining('no namespace'),
    ];
    expect(found).toEqual([
      ...[exists('/mnt/file'), none('/mnt/file')],
      ...[exists('/mnt/folder'), none('/mnt/folder')],
      ...[exists('/mnt/other'), ['precious', 1]],
    ]);
  });

  test('a folder that is not there, or none', async () => {
    const found = await inside(`
      const one = await net();
      writeFileSync('/mnt/file', '');
      tell(await said(one.pin('/mnt/none/one')));
      tell(await said(one.pin('/mnt/file/one')));
      tell(open());
      await said(one.pin('/mnt/none/one'));
      tell(open());`);
    expect(found[0]).toEqual(['ENOENT', 'namespace.pin', '/mnt/none', expect.any(String)]);
    expect(found[1]).toEqual(['ENOTDIR', 'namespace.pin', '/mnt/file', expect.any(String)]);
    expect(found[2]).toBe(found[3]);
  });

  test.each(['relative', '/', '/mnt/..', '', 5, null])('%p', async (path) => {
    const uts = Namespace.current('uts');
    const code = { code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/) };
    expect(await rejection(uts.pin(path as string))).toMatchObject(code);
    expect(await rejection(Namespace.unpin(path as string))).toMatchObject(code);
    uts.close();
    expect(thrown(() => uts.fd)).toMatchObject({ code: 'ERR_INVALID_STATE' });
  });

  test('a mount namespace on a shared mount', async () => {
    const found = await inside(`
      execFileSync('mount', ['--make-shared', '/mnt']);
      let end;
      do {
        const whole = await Namespace.create(Namespace.mount({ propagation: 'shared' }));
        end = await said(whole.get('mount').pin('/mnt/one'));
      } while (end[0] === 'ELOOP');
      tell(end);
      tell([mounts(), readdirSync('/mnt')]);`);
    expect(found).toEqual([
      ['EINVAL', 'namespace.pin', '/mnt/one', expect.stringContaining('private')],
      [0, []],
    ]);
  });

  asOrdinaryUser(
    'without the right to mount: which one is missing, and nothing is left',
    async () => {
      using uts = Namespace.current('uts');
      const path = inFolder('pinned');
      const error = await rejection(uts.pin(path));
      expect(error).toMatchObject({ code: 'EPERM', step: 'namespace.pin', path });
      expect((error as { hint?: string }).hint).toContain('CAP_SYS_ADMIN');
      await Namespace.unpin(path);
    },
  );
});

describe('a failure half way leaves nothing', () => {
  const strace = needs(installed('strace'), 'strace');

  strace.each([
    'open_tree:error=ENOMEM:when=1',
    'move_mount:error=ENOSPC:when=1',
    'flock:error=EBADF:when=1',
  ])('%s', async (inject) => {
    const found = await inside(`
      const one = await net();
      const script = \`(async () => {
        const one = await Namespace.of(\${process.pid}, 'network');
        await one.pin('/mnt/one');
      })().catch((error) => { console.log(error.code); process.exit(3); })\`;
      const loader = process.execArgv.at(-1).split(';')[0] + ';';
      const traced = require('node:child_process').spawnSync('strace', ['-f', '-o', '/mnt/log', '-e', 'trace=open_tree,move_mount,flock', '-e', 'inject=${inject}',
        process.execPath, '--eval', loader + script], { encoding: 'utf8' });
      tell([traced.stdout.trim(), /INJECTED/.test(readFileSync('/mnt/log', 'utf8'))]);
      tell([mounts(), existsSync('/mnt/one')]);
`);
    const errno = /error=(\w+)/.exec(inject)?.[1];
    expect(found).toEqual([
      [errno, true],
      [0, false],
    ]);
  });
});

describe('with the programs of others', () => {
  const ip = needs(installed('nsenter') && hasIp(), 'ip and nsenter');

  ip('ip netns sees ours, and goes there', async () => {
    const found = await inside(`
      const one = await net();
      await one.pin('/run/netns/blue');
      tell(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).trim().split(' ')[0]);
      const link = 'net:[' + one.inode + ']';
      tell(execFileSync('nsenter', ['--net=/run/netns/blue', 'readlink', '/proc/self/ns/net'], { encoding: 'utf8' }).trim() === link);
      ${isRoot ? "tell(execFileSync('ip', ['netns', 'exec', 'blue', 'readlink', '/proc/self/ns/net'], { encoding: 'utf8' }).trim() === link);" : 'tell(true);'}
      execFileSync('ip', ['netns', 'delete', 'blue']);
      tell([mounts(), readdirSync('/run/netns')]);`);
    expect(found).toEqual(['blue', true, true, [0, []]]);
  });

  ip('ours finds what ip netns made, and lets go of it', async () => {
    const found = await inside(`
      execFileSync('ip', ['netns', 'add', 'red']);
      const red = await Namespace.open('/run/netns/red', 'network');
      tell((await linkIn(red)) === 'net:[' + red.inode + ']');
      const green = await net();
      await green.pin('/var/run/netns/green');
      tell(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\\n').map((line) => line.split(' ')[0]).filter(Boolean).sort());
      await Namespace.unpin('/run/netns/red');
      await Namespace.unpin('/run/netns/green');
      tell([mounts(), execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })]);`);
    expect(found).toEqual([true, ['green', 'red'], [0, '']]);
  });

  needs(installed('unshare'), 'unshare')('ours goes into what unshare made', async () => {
    const flags = [
      '--mount',
      '--pid',
      '--fork',
      '--mount-proc',
      ...(isRoot ? [] : ['--map-root-user']),
    ];
    const maker = Namespace.none.spawn('unshare', [...flags, 'sh', '-c', 'echo $$; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const closed = new Promise((resolve) => maker.once('close', resolve));
    await new Promise((resolve) => maker.stdout?.once('data', resolve));
    const { stdout: children } = await Namespace.none.run('cat', [
      `/proc/${maker.pid}/task/${maker.pid}/children`,
    ]);
    const init = Number(children);
    using whole = await Namespace.of(init);
    const { stdout } = await whole.run('sh', [
      '-c',
      'cat /proc/1/comm; ls -d /proc/[0-9]* | wc -l',
    ]);
    expect(stdout).toMatch(/^cat\n[34]\n$/);
    process.kill(init, 'SIGKILL');
    await closed;
  });
});

function hasIp(): boolean {
  return spawnSync('ip', ['-V']).status === 0;
}
