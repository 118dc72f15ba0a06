import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { closing, ending, fixture, forEachSubject, present, record } from './fixtures/helpers';

/** The next message; the type says what the test expects to be in it. */
async function message<T = unknown>(child: ChildProcess): Promise<T> {
  const [received] = await once(child, 'message');
  return received as T;
}

/**
 * Disconnects and waits for 'exit': where the parent itself disconnects, Node emits no 'close', since the
 * end of the channel is never read.
 */
async function leave(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
}

forEachSubject(({ spawn }) => {
  function echo(serialization?: 'json' | 'advanced'): ChildProcess {
    return spawn(process.execPath, [fixture('echo.js')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...(serialization === undefined ? {} : { serialization }),
    });
  }

  test('the channel is no stream, but has its place', async () => {
    const child = echo();
    expect(child.stdio).toEqual([null, null, null, null]);
    expect(child.connected).toBe(true);
    expect(child.channel).toMatchObject({ fd: expect.any(Number) });
    await leave(child);
    expect(child.channel).toBeNull();
  });

  test('json: each value comes back', async () => {
    const child = echo();
    for (const value of ['word', '', 0, 1.5, true, null, [1, [2]], { a: { b: 'ü😀\n\0' } }]) {
      child.send(value as object);
      expect(await message(child)).toEqual(value);
    }
    await leave(child);
  });

  test('json: undefined, dates and maps become what JSON makes of them', async () => {
    const child = echo('json');
    child.send({ gone: undefined, date: new Date(0), map: new Map([[1, 2]]) });
    expect(await message(child)).toEqual({ date: '1970-01-01T00:00:00.000Z', map: {} });
    await leave(child);
  });

  test('advanced: what structured clone keeps', async () => {
    const child = echo('advanced');
    const circle: { big: bigint; self?: unknown } = { big: 10n ** 30n };
    circle.self = circle;
    const sent = {
      undefined: undefined,
      date: new Date(0),
      map: new Map([[1, new Set(['a'])]]),
      bytes: Buffer.from([0, 255]),
      pattern: /a+/g,
      circle,
    };
    child.send(sent);
    const got = await message<typeof sent>(child);
    await leave(child);
    expect('undefined' in got).toBe(true);
    expect([...got.map].map(([key, value]) => [key, [...value]])).toEqual([[1, ['a']]]);
    expect(Buffer.from(got.bytes).toString('hex')).toBe('00ff');
    expect(String(got.pattern)).toBe('/a+/g');
    expect(got.date.getTime()).toBe(0);
    expect(got.circle.big).toBe(10n ** 30n);
    expect(got.circle.self === got.circle).toBe(true);
  });

  test.each(['json', 'advanced'] as const)('%s: many messages keep their order', async (mode) => {
    const child = echo(mode);
    const got: number[] = [];
    const done = new Promise<void>((resolve) => {
      child.on('message', (value: number) => {
        got.push(value);
        if (value === 999) resolve();
      });
    });
    for (let i = 0; i < 1000; i += 1) child.send(i);
    await done;
    expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    await leave(child);
  });

  test('a message of several megabytes, with the callback of send', async () => {
    const child = echo();
    const large = { text: 'x'.repeat(5 << 20) };
    const [got, error] = await Promise.all([
      message<typeof large>(child),
      new Promise((resolve) => child.send(large, resolve)),
    ]);
    expect(error).toBeNull();
    expect(got.text === large.text).toBe(true);
    await leave(child);
  });

  test('messages wait until somebody listens', async () => {
    const code = "process.send('early', () => console.log('sent')); process.stdin.resume()";
    const child = spawn(process.execPath, ['-e', code], {
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    });
    await once(present(child.stdout), 'data');
    await new Promise(setImmediate);
    expect(await message(child)).toBe('early');
    present(child.stdin).end();
    expect(await closing(child)).toEqual([0, null]);
  });

  test('the last message before the end still arrives, before disconnect', async () => {
    const code = "process.send('last', () => process.exit(5))";
    const child = spawn(process.execPath, ['-e', code], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const events = record(child);
    expect(await closing(child)).toEqual([5, null]);
    expect(events.filter((event) => event !== 'exit')).toEqual([
      'spawn',
      'message',
      'disconnect',
      'close',
    ]);
  });

  test('disconnect here: connected is false at once, the child ends by itself', async () => {
    const child = echo();
    child.send(1);
    await message(child);
    const events = record(child);
    const exited = once(child, 'exit');
    child.disconnect();
    expect(child.connected).toBe(false);
    expect(events).toEqual([]);
    expect(await exited).toEqual([0, null]);
    expect(events).toEqual(['disconnect', 'exit']);
  });

  test('after disconnect: send and disconnect are errors', async () => {
    const child = echo();
    // Not `once` of node:events, which would reject at 'error'.
    const exited = new Promise((resolve) => child.on('exit', resolve));
    child.disconnect();
    const failed = once(child, 'error');
    expect(child.send('too late')).toBe(false);
    expect((await failed)[0]).toMatchObject({ code: 'ERR_IPC_CHANNEL_CLOSED' });
    const error = await new Promise((resolve) => child.send('too late', resolve));
    expect(error).toMatchObject({ code: 'ERR_IPC_CHANNEL_CLOSED' });
    const again = once(child, 'error');
    child.disconnect();
    expect((await again)[0]).toMatchObject({ code: 'ERR_IPC_DISCONNECTED' });
    await exited;
  });

  test('messages that cannot be', async () => {
    const child = echo();
    const send = (...call: unknown[]) => Reflect.apply(child.send, child, call);
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => send()).toThrow(code('ERR_MISSING_ARGS'));
    expect(() => send(Symbol('s'))).toThrow(code('ERR_INVALID_ARG_TYPE'));
    expect(() => send('a', {})).toThrow(code('ERR_INVALID_HANDLE_TYPE'));
    expect(() => send('a', undefined, 1)).toThrow(code('ERR_INVALID_ARG_TYPE'));
    await leave(child);
  });

  test('a program that is not Node learns the channel by its environment', async () => {
    const script = 'echo $NODE_CHANNEL_FD $NODE_CHANNEL_SERIALIZATION_MODE; echo \'"hi"\' >&4';
    const child = spawn('sh', ['-c', script], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH },
      serialization: 'json',
    });
    const [{ stdout }, said] = await Promise.all([ending(child), message(child)]);
    expect(stdout).toBe('4 json\n');
    expect(said).toBe('hi');
  });

  test('a start that failed ends the channel, too', async () => {
    const child = spawn('/no/such/command', [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const events = record(child);
    const disconnected = new Promise((resolve) => child.on('disconnect', resolve));
    await Promise.all([closing(child), disconnected]);
    expect(events.sort()).toEqual(['close', 'disconnect', 'error']);
    expect(child.connected).toBe(false);
  });
});
