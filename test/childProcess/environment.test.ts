import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ending, failure, forEachSubject, host, temporaryFolder } from './fixtures/helpers';

/** A command that says `says`; not to be run without `mode`. */
function command(path: string, says: string, mode = 0o755): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${says}\n`);
  chmodSync(path, mode);
}

forEachSubject((subject) => {
  const { spawn } = subject;
  const file = temporaryFolder();

  /** What is in the environment of a child; env itself is found by its path. */
  async function environment(env: NodeJS.ProcessEnv): Promise<string[]> {
    const { stdout } = await ending(spawn('/usr/bin/env', ['-0'], { env }));
    return stdout
      .split('\0')
      .filter((pair) => pair !== '')
      .sort();
  }

  test('env is the whole environment', async () => {
    expect(await environment({ ONE: '1', TWO: 'two words\nand a line', THREE: '' })).toEqual([
      'ONE=1',
      'THREE=',
      'TWO=two words\nand a line',
    ]);
    expect(await environment({})).toEqual([]);
  });

  test('undefined leaves a name out, other values become strings', async () => {
    const env = { GONE: undefined, NUMBER: 1, NULL: null, FALSE: false };
    expect(await environment(env as unknown as NodeJS.ProcessEnv)).toEqual([
      'FALSE=false',
      'NULL=null',
      'NUMBER=1',
    ]);
  });

  test('inherited properties count', async () => {
    const env = Object.assign(Object.create({ BASE: 'base' }), { OWN: 'own' });
    expect(await environment(env)).toEqual(['BASE=base', 'OWN=own']);
  });

  test('names and values that are not ASCII', async () => {
    expect(await environment({ 'É😀': 'ß€' })).toEqual(['É😀=ß€']);
  });

  test('without env it is that of the process at this moment', async () => {
    const code = `
      process.env.SET_LATER = 'yes';
      delete process.env.CONFORMANCE_SUBJECT;
      spawn('sh', ['-c', 'echo $SET_LATER-$CONFORMANCE_SUBJECT'], { stdio: 'inherit' });`;
    expect(await ending(host(subject, code))).toMatchObject({ code: 0, stdout: 'yes-\n' });
  });

  test('NODE_V8_COVERAGE is passed on even to an environment without it', async () => {
    const code = `
      process.env.NODE_V8_COVERAGE = '/nowhere';
      const env = { ONE: '1' };
      spawn('/usr/bin/env', [], { env, stdio: 'inherit' });`;
    const { stdout } = await ending(host(subject, code));
    expect(stdout.trim().split('\n').sort()).toEqual(['NODE_V8_COVERAGE=/nowhere', 'ONE=1']);
  });

  test('PATH is that of the child', async () => {
    command(file('a/hello'), 'found');
    const { stdout } = await ending(spawn('hello', [], { env: { PATH: file('a') } }));
    expect(stdout).toBe('found\n');
    const [error] = await once(spawn('ls', [], { env: { PATH: file('a') } }), 'error');
    expect(error).toMatchObject({ code: 'ENOENT', path: 'ls' });
  });

  test('without a PATH the usual folders are searched', async () => {
    expect(await ending(spawn('true', [], { env: {} }))).toMatchObject({ code: 0 });
  });

  test('the first that can be run is taken', async () => {
    command(file('first/hello'), 'first');
    command(file('second/hello'), 'second');
    const PATH = [file('none'), '/etc/passwd', file('first'), file('second')].join(':');
    expect((await ending(spawn('hello', [], { env: { PATH } }))).stdout).toBe('first\n');
  });

  test('one that may not be run is passed over, and is EACCES when it was the only one', async () => {
    command(file('denied/hello'), 'denied', 0o644);
    command(file('allowed/hello'), 'allowed');
    mkdirSync(file('holds/hello'), { recursive: true });
    const env = { PATH: `${file('denied')}:${file('holds')}:${file('allowed')}` };
    expect((await ending(spawn('hello', [], { env }))).stdout).toBe('allowed\n');
    const [error] = await once(
      spawn('hello', [], { env: { PATH: `${file('denied')}:${file('none')}` } }),
      'error',
    );
    expect(error).toMatchObject({ code: 'EACCES', path: 'hello' });
  });

  test('a relative folder, and an empty one, is looked for in the cwd of the child', async () => {
    command(file('bin/hello'), 'relative');
    const relative = spawn('hello', [], { cwd: file(''), env: { PATH: 'bin' } });
    expect((await ending(relative)).stdout).toBe('relative\n');
    const empty = spawn('hello', [], { cwd: file('bin'), env: { PATH: '/none:' } });
    expect((await ending(empty)).stdout).toBe('relative\n');
  });

  test('a command with a slash is not searched, but is relative to the cwd of the child', async () => {
    command(file('bin/hello'), 'relative');
    const child = spawn('bin/hello', [], { cwd: file(''), env: { PATH: '/none' } });
    expect((await ending(child)).stdout).toBe('relative\n');
    const start = () => spawn('./hello', [], { cwd: '/', env: { PATH: file('bin') } });
    expect(await failure(start)).toMatchObject({ code: 'ENOENT', path: './hello' });
  });

  test('the script that is started learns its path as found', async () => {
    mkdirSync(file('path'), { recursive: true });
    writeFileSync(file('path/who'), '#!/bin/sh\necho "$0"\n');
    chmodSync(file('path/who'), 0o755);
    const { stdout } = await ending(spawn('who', [], { env: { PATH: file('path') } }));
    expect(stdout).toBe(`${join(file('path'), 'who')}\n`);
  });
});
