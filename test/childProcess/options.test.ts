import { once } from 'node:events';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { ending, failure, forEachSubject, present, temporaryFolder } from './fixtures/helpers';

/** Process group and session of a process, as this side sees them. */
function sessionOf(pid: number | 'self'): { group: number; session: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), session: Number(fields[3]) };
}

const root = process.getuid?.() === 0;

forEachSubject(({ spawn, allIds }) => {
  const file = temporaryFolder();
  const onlyAsRoot = root && allIds ? test : test.skip;
  const onlyAsUser = !root && allIds ? test : test.skip;

  test('cwd: path, URL, relative path, none', async () => {
    mkdirSync(file('a folder'));
    const folder = realpathSync(file('a folder'));
    for (const cwd of [folder, pathToFileURL(folder), relative(process.cwd(), folder)]) {
      expect((await ending(spawn('pwd', [], { cwd }))).stdout).toBe(`${folder}\n`);
    }
    expect((await ending(spawn('pwd'))).stdout).toBe(`${process.cwd()}\n`);
  });

  test('arguments arrive as they are', async () => {
    const args = ['', ' ', 'a b', "it's", '"', '\n', 'é😀', '*', '$HOME', '-', '--', '\\'];
    const code = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { stdout } = await ending(spawn(process.execPath, ['-e', code, '--', ...args]));
    expect(JSON.parse(stdout)).toEqual(args);
  });

  test('arguments of a megabyte', async () => {
    const args = Array.from({ length: 10 }, (_, i) => String(i).repeat(100_000));
    const { stdout } = await ending(spawn('sh', ['-c', 'echo $#; printf %s "$@"', 'sh', ...args]));
    expect(stdout).toBe(`10\n${args.join('')}`);
  });

  test('arguments that are not strings become strings', async () => {
    const args = [1, true, null] as unknown as string[];
    expect((await ending(spawn('echo', args))).stdout).toBe('1 true null\n');
  });

  test('the second argument may be the options', async () => {
    expect((await ending(spawn('pwd', { cwd: '/' }))).stdout).toBe('/\n');
  });

  test('argv0 replaces the name that the program sees, not the program', async () => {
    const child = spawn('cat', ['/proc/self/cmdline'], { argv0: 'other name' });
    expect(child.spawnfile).toBe('cat');
    expect(child.spawnargs).toEqual(['other name', '/proc/self/cmdline']);
    expect((await ending(child)).stdout).toBe('other name\0/proc/self/cmdline\0');
  });

  test('shell: true is /bin/sh', async () => {
    const child = spawn('echo "$0" && echo two | cat', { shell: true });
    expect(child.spawnfile).toBe('/bin/sh');
    expect(child.spawnargs).toEqual(['/bin/sh', '-c', 'echo "$0" && echo two | cat']);
    expect((await ending(child)).stdout).toBe('/bin/sh\ntwo\n');
  });

  test('shell: a path is that shell', async () => {
    const child = spawn('echo "$0"', { shell: '/usr/bin/sh' });
    expect(child.spawnargs).toEqual(['/usr/bin/sh', '-c', 'echo "$0"']);
    expect((await ending(child)).stdout).toBe('/usr/bin/sh\n');
  });

  test('detached: a session of its own', async () => {
    const child = spawn('cat', [], { detached: true });
    await once(child, 'spawn');
    const pid = present(child.pid);
    expect(sessionOf(pid)).toEqual({ group: pid, session: pid });
    present(child.stdin).end();
    await once(child, 'close');
  });

  test('not detached: the session and the group of the parent', async () => {
    const child = spawn('cat');
    await once(child, 'spawn');
    expect(sessionOf(present(child.pid))).toEqual(sessionOf('self'));
    present(child.stdin).end();
    await once(child, 'close');
  });

  test('a detached child and its own children are one group to kill', async () => {
    // Both processes hold stdout, so close tells that both have ended.
    const child = spawn('sh', ['-c', 'echo ready; sleep 1000 & wait'], { detached: true });
    await once(present(child.stdout), 'data');
    const closed = once(child, 'close');
    process.kill(-present(child.pid), 'SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  });

  test('no signal is blocked or ignored in the child', async () => {
    const { stdout } = await ending(spawn('cat', ['/proc/self/status']));
    const signals = [...stdout.matchAll(/^(Sig(?:Blk|Ign|Cgt)):\s*(\w+)/gm)];
    expect(signals.map(([, name, mask]) => [name, Number.parseInt(present(mask), 16)])).toEqual([
      ['SigBlk', 0],
      ['SigIgn', 0],
      ['SigCgt', 0],
    ]);
  });

  test('the umask is that of the parent', async () => {
    const { stdout } = await ending(spawn('sh', ['-c', 'umask']));
    expect(Number.parseInt(stdout, 8)).toBe(process.umask());
  });

  test('the ids are those of the parent', async () => {
    const { stdout } = await ending(spawn('sh', ['-c', 'id -u; id -g']));
    expect(stdout).toBe(`${process.getuid?.()}\n${process.getgid?.()}\n`);
  });

  onlyAsRoot.each([
    ['uid and gid', { uid: 65534, gid: 65533 }, '65534\n65533\n65533\n'],
    ['gid alone', { gid: 65533 }, '0\n65533\n65533\n'],
    ['uid alone', { uid: 65534 }, '65534\n0\n0\n'],
  ])('%s, with no other group left', async (_what, ids, expected) => {
    // From a folder that everybody may enter.
    const child = spawn('sh', ['-c', 'id -u; id -g; id -G'], { ...ids, cwd: '/' });
    expect(await ending(child)).toMatchObject({ code: 0, stdout: expected });
  });

  onlyAsRoot('the cwd is entered before the ids change, the program is found after', async () => {
    mkdirSync(file('private'), { mode: 0o700 });
    writeFileSync(file('private/program'), '#!/bin/sh\n', { mode: 0o755 });
    const cwd = file('private');
    expect(await ending(spawn('true', [], { cwd, uid: 65534 }))).toMatchObject({ code: 0 });
    const start = () => spawn(file('private/program'), [], { cwd, uid: 65534 });
    expect(await failure(start)).toMatchObject({ code: 'EACCES' });
  });

  onlyAsUser.each([{ uid: 0 }, { gid: 0 }])('%o is EPERM for an ordinary user', async (ids) => {
    expect(await failure(() => spawn('true', [], ids))).toMatchObject({ code: 'EPERM' });
  });

  test('options of other platforms change nothing', async () => {
    const options = { windowsHide: true, windowsVerbatimArguments: true, unknown: 1 };
    expect((await ending(spawn('echo', ['a b'], options))).stdout).toBe('a b\n');
  });

  test('what the caller passed is not changed', async () => {
    const options = Object.freeze({
      env: Object.freeze({ PATH: process.env.PATH }),
      stdio: Object.freeze(['ignore', 'pipe', 'pipe', 'ipc']) as unknown as ['ignore', 'pipe'],
    });
    const args = Object.freeze(['word']);
    expect((await ending(spawn('echo', args, options))).stdout).toBe('word\n');
    expect(options.stdio).toEqual(['ignore', 'pipe', 'pipe', 'ipc']);
  });
});
