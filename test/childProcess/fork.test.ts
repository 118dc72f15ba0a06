import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import {
  closing,
  ending,
  failure,
  fixture,
  forEachSubject,
  host,
  present,
  temporaryFolder,
} from './fixtures/helpers';

/** What the program describe.js tells of itself. */
interface Description {
  argv: string[];
  argv0: string;
  cwd: string;
  env: Record<string, string>;
  execArgv: string[];
  execPath: string;
  connected: boolean;
}

forEachSubject((subject) => {
  const { fork } = subject;
  const file = temporaryFolder();

  async function described(child: ChildProcess): Promise<Description> {
    const [[description]] = await Promise.all([once(child, 'message'), closing(child)]);
    return description as Description;
  }

  test('a module and its arguments, with this Node', async () => {
    const child = fork(fixture('describe.js'), ['a', 'b c', '']);
    expect(child.spawnfile).toBe(process.execPath);
    expect(child.connected).toBe(true);
    const { argv, execPath, connected, env } = await described(child);
    expect(argv).toEqual(['a', 'b c', '']);
    expect(execPath).toBe(process.execPath);
    expect(connected).toBe(true);
    // Node takes these out of the environment of the program.
    expect(env.NODE_CHANNEL_FD).toBeUndefined();
    expect(env.NODE_CHANNEL_SERIALIZATION_MODE).toBeUndefined();
  });

  test('a module as URL, and the options in the place of the arguments', async () => {
    const { argv, env } = await described(
      fork(pathToFileURL(fixture('describe.js')), { env: { ONLY: 'this' } }),
    );
    expect(argv).toEqual([]);
    expect(env).toEqual({ ONLY: 'this' });
  });

  test('cwd, also for a relative module', async () => {
    mkdirSync(file('cwd'));
    writeFileSync(file('cwd/module.js'), "process.send(require('node:process').cwd())");
    const child = fork('./module.js', [], { cwd: file('cwd') });
    const [[cwd]] = await Promise.all([once(child, 'message'), closing(child)]);
    expect(cwd).toBe(realpathSync(file('cwd')));
  });

  test('execArgv', async () => {
    const execArgv = ['--no-warnings', '--stack-trace-limit=7'];
    const child = fork(fixture('describe.js'), ['x'], { execArgv });
    expect(child.spawnargs).toEqual([process.execPath, ...execArgv, fixture('describe.js'), 'x']);
    expect((await described(child)).execArgv).toEqual(execArgv);
  });

  test('without execArgv it is that of the parent, but for --eval', async () => {
    const module = JSON.stringify(fixture('describe.js'));
    const code = `
      fork(${module}).on('message', ({ execArgv }) => console.log(JSON.stringify(execArgv)))`;
    const { stdout } = await ending(host(subject, code));
    expect(JSON.parse(stdout)).toEqual(['--require', fixture('subject.js')]);
  });

  test('execPath', async () => {
    symlinkSync(process.execPath, file('another-node'));
    const child = fork(fixture('describe.js'), [], { execPath: file('another-node') });
    expect(child.spawnfile).toBe(file('another-node'));
    expect((await described(child)).argv0).toBe(file('another-node'));
    const start = () => fork(fixture('describe.js'), [], { execPath: '/no/such/node' });
    expect(await failure(start)).toMatchObject({ code: 'ENOENT', path: '/no/such/node' });
  });

  test('the streams are those of the parent unless it is silent', async () => {
    writeFileSync(file('says.js'), "console.log('out'); console.error('err')");
    const module = JSON.stringify(file('says.js'));
    const loud = host(subject, `console.log(fork(${module}).stdout)`);
    expect(await ending(loud)).toMatchObject({ code: 0, stdout: 'null\nout\n', stderr: 'err\n' });
    const silent = fork(file('says.js'), [], { silent: true });
    expect(await ending(silent)).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
  });

  test.each([
    ['pipe', [false, false, false, true]],
    ['ignore', [true, true, true, true]],
  ] as const)('stdio: %s as a word adds the channel', async (stdio, nulls) => {
    const child = fork(fixture('describe.js'), [], { stdio });
    expect(child.stdio.map((stream) => stream === null)).toEqual(nulls);
    expect((await described(child)).connected).toBe(true);
  });

  test('stdio as a list has the channel where it says', async () => {
    writeFileSync(
      file('four.js'),
      "process.stdin.on('data', (data) => process.send(String(data)))",
    );
    const child = fork(file('four.js'), [], {
      stdio: ['pipe', 'ignore', 'inherit', 'pipe', 'ipc'],
    });
    expect(child.stdio).toHaveLength(5);
    expect(child.stdio[4]).toBeNull();
    const exited = once(child, 'exit');
    (child.stdin as Writable).end('by stdin');
    expect((await once(child, 'message'))[0]).toBe('by stdin');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  test('a module that is not there: the child starts, and ends with 1', async () => {
    const child = fork(file('no-such-module.js'), [], { silent: true });
    const { code, stderr } = await ending(child);
    expect(code).toBe(1);
    expect(stderr).toContain('MODULE_NOT_FOUND');
  });

  test('shell is not used', async () => {
    const child = fork(fixture('describe.js'), ['$HOME; exit 3'], { shell: true } as object);
    expect((await described(child)).argv).toEqual(['$HOME; exit 3']);
  });

  test('serialization: advanced', async () => {
    const child = fork(fixture('echo.js'), [], { serialization: 'advanced' });
    child.send(new Map([['key', 1n]]));
    const [map] = await once(child, 'message');
    expect([...present(map as Map<string, bigint>)]).toEqual([['key', 1n]]);
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });
});
