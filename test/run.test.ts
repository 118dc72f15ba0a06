import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceError } from '../lib/index';
import { rejection } from './support/script';

const { none } = Namespace;

/** As JavaScript sees it: the types refuse what is tested here. */
const run = none.run.bind(none) as (...call: unknown[]) => Promise<unknown>;

interface Partial extends NodeJS.ErrnoException {
  stdout: string;
  stderr: string;
}

describe('the result', () => {
  test('of a program that did well', async () => {
    expect(await none.run('sh', ['-c', 'echo out; echo err >&2'])).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 0,
      signal: null,
      usage: expect.any(Object),
    });
  });

  test('of one that failed: no error', async () => {
    const { exitCode, signal, stdout } = await none.run('sh', ['-c', 'echo out; exit 7']);
    expect([exitCode, signal, stdout]).toEqual([7, null, 'out\n']);
  });

  test('of one that a signal ended', async () => {
    const { exitCode, signal } = await none.run('sh', ['-c', 'kill -HUP $$']);
    expect([exitCode, signal]).toEqual([null, 'SIGHUP']);
  });

  test('without arguments, with options in their place', async () => {
    expect((await none.run('pwd', { cwd: '/proc' })).stdout).toBe('/proc\n');
    expect((await none.run('cat')).stdout).toBe('');
  });

  test("spawn's options", async () => {
    const { stdout } = await none.run('echo $A; pwd', [], {
      shell: true,
      env: { A: 'b' },
      cwd: '/',
    });
    expect(stdout).toBe('b\n/\n');
    const { stdout: name } = await none.run('sh', ['-c', 'echo $0'], { argv0: 'other' });
    expect(name).toBe('other\n');
  });
});

describe('encoding', () => {
  test('utf8 by default, also where a chunk ends within a character', async () => {
    const { stdout } = await none.run('sh', ['-c', "printf 'a\\303'; sleep 0.05; printf '\\251b'"]);
    expect(stdout).toBe('aéb');
  });

  test('buffer: the bytes as they are', async () => {
    const { stdout, stderr } = await none.run('printf', ['\\377\\0x'], { encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.from([0xff, 0, 0x78]));
    expect(stderr).toEqual(Buffer.alloc(0));
  });

  test.each([
    ['hex', 'ff0078'],
    ['latin1', 'ÿ\0x'],
    ['base64', '/wB4'],
  ] as const)('%s', async (encoding, expected) => {
    expect((await none.run('printf', ['\\377\\0x'], { encoding })).stdout).toBe(expected);
  });
});

describe('input', () => {
  test('a string, bytes, nothing', async () => {
    expect((await none.run('cat', [], { input: 'with é' })).stdout).toBe('with é');
    const bytes = Uint8Array.of(0, 1, 255);
    const { stdout } = await none.run('cat', [], { input: bytes, encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.from(bytes));
    expect((await none.run('cat', [], { input: '' })).stdout).toBe('');
    expect((await none.run('readlink', ['/proc/self/fd/0'])).stdout).toBe('/dev/null\n');
  });

  test('more than a pipe holds', async () => {
    const input = 'x'.repeat(1_000_000);
    expect((await none.run('cat', [], { input })).stdout).toHaveLength(1_000_000);
  });

  test('a program that does not read it is no failure', async () => {
    const input = 'x'.repeat(1_000_000);
    expect((await none.run('sh', ['-c', 'exit 5'], { input })).exitCode).toBe(5);
  });
});

describe('maxBuffer', () => {
  const zeros = (count: number, stream = 1) => `head -c ${count} /dev/zero >&${stream}`;

  test('just as much is fine', async () => {
    const { stdout } = await none.run('sh', ['-c', zeros(1000)], { maxBuffer: 1000 });
    expect(stdout).toHaveLength(1000);
    expect((await none.run('sh', ['-c', zeros(1024 * 1024)])).stdout).toHaveLength(1024 * 1024);
  });

  test.each([
    ['stdout', 1],
    ['stderr', 2],
  ])('one byte more of %s is an error, with what came until then', async (name, stream) => {
    const program = ['-c', `${zeros(1001, stream)}; exec sleep 1000`];
    const error = await rejection<Partial>(none.run('sh', program, { maxBuffer: 1000 }));
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' });
    expect(error.message).toContain(name);
    expect(error[name as 'stdout']).toHaveLength(1000);
  });

  test('the default is 1 MiB', async () => {
    const error = await rejection(none.run('sh', ['-c', zeros(1024 * 1024 + 1)]));
    expect(error.code).toBe('ERR_CHILD_PROCESS_STDIO_MAXBUFFER');
  });

  test('the program is killed, and with it its pid namespace', async () => {
    const box = Namespace.compose(Namespace.user(), Namespace.pid());
    const endless = ['-c', 'yes & exec sleep 1000'];
    const error = await rejection<Partial>(box.run('sh', endless, { maxBuffer: 10 }));
    expect(error.stdout).toBe('y\ny\ny\ny\ny\n');
  });
});

describe('timeout', () => {
  test('is an error with what came until then', async () => {
    const program = ['-c', 'echo out; echo err >&2; exec sleep 1000'];
    const error = await rejection<Partial>(none.run('sh', program, { timeout: 1000 }));
    expect(error).toBeInstanceOf(NamespaceError);
    expect(error).toMatchObject({ code: 'ETIMEDOUT', stdout: 'out\n', stderr: 'err\n' });
  });

  test('also when somebody else has the pipes', async () => {
    const program = ['-c', 'sleep 1000 & echo $!; wait'];
    const error = await rejection<Partial>(none.run('sh', program, { timeout: 1000 }));
    expect(error.code).toBe('ETIMEDOUT');
    // No number would be 0: everybody in our process group.
    expect(error.stdout).toMatch(/^\d+\n$/);
    process.kill(Number(error.stdout), 'SIGKILL');
  });

  test('killSignal: a program that ends in time of its own is still too late', async () => {
    const program = [
      '-c',
      "trap 'echo trapped; exit 3' USR1; echo ready; while :; do sleep 0.01; done",
    ];
    const options = { timeout: 1000, killSignal: 'SIGUSR1' } as const;
    const error = await rejection<Partial>(none.run('sh', program, options));
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(error.stdout).toMatch(/^ready\n/);
  });

  test('one that is not reached is nothing', async () => {
    expect((await none.run('echo', ['x'], { timeout: 30_000 })).stdout).toBe('x\n');
  });
});

describe('signal', () => {
  test('aborted before: nothing is started', async () => {
    const reason = new Error('because');
    const signal = AbortSignal.abort(reason);
    const error = await rejection(none.run('/no/such/program', [], { signal }));
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason });
  });

  test('aborted while it runs', async () => {
    const controller = new AbortController();
    const running = none.run('sh', ['-c', 'echo out; exec sleep 1000'], {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort('enough'), 1000);
    expect(await rejection<Partial>(running)).toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: 'enough',
      stdout: 'out\n',
    });
  });

  test('aborted after the end: nothing happens', async () => {
    const controller = new AbortController();
    const { exitCode } = await none.run('true', [], { signal: controller.signal });
    controller.abort();
    expect(exitCode).toBe(0);
  });
});

test('a program that cannot be started', async () => {
  const error = await rejection(none.run('/no/such/program', ['a']));
  expect(error).toBeInstanceOf(NamespaceError);
  expect(error).toMatchObject({
    code: 'ENOENT',
    step: 'exec',
    path: '/no/such/program',
    spawnargs: ['a'],
  });
});

test.each<[string, object, string]>([
  ['stdio', { stdio: 'inherit' }, 'ERR_INVALID_ARG_VALUE'],
  ['input', { input: 5 }, 'ERR_INVALID_ARG_TYPE'],
  ['encoding', { encoding: 'utf9' }, 'ERR_INVALID_ARG_VALUE'],
  ['signal', { signal: {} }, 'ERR_INVALID_ARG_TYPE'],
  ['maxBuffer', { maxBuffer: -1 }, 'ERR_OUT_OF_RANGE'],
  ['maxBuffer', { maxBuffer: '5' }, 'ERR_INVALID_ARG_TYPE'],
  ['timeout', { timeout: Number.NaN }, 'ERR_OUT_OF_RANGE'],
  ['cwd', { cwd: 5 }, 'ERR_INVALID_ARG_TYPE'],
] satisfies [string, object, string][])(
  'the option %s: %p is refused',
  async (name, options, code) => {
    const error = await rejection(run('true', [], options));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(`options.${name}`);
  },
);

test.each([[5], ['x'], [true]])('options that are none: %p', async (options) => {
  expect(await rejection(run('true', [], options))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
});
