import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { ending, fixture, forEachSubject, present, record } from './fixtures/helpers';
import { reference } from './subjects';

forEachSubject(({ spawn, samePid, orphansLiveOn }) => {
  test('spawn, exit, close, in this order and once', async () => {
    const child = spawn('true');
    const events = record(child);
    expect(events).toEqual([]);
    await once(child, 'close');
    expect(events).toEqual(['spawn', 'exit', 'close']);
  });

  test('spawn comes before anything that the child says', async () => {
    const orders = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const child = spawn('echo', ['word']);
        const events: string[] = [];
        child.on('spawn', () => events.push('spawn'));
        present(child.stdout).on('data', () => events.push('data'));
        await once(child, 'close');
        return events;
      }),
    );
    expect(orders).toEqual(new Array(20).fill(['spawn', 'data']));
  });

  test('a caller may put an emit of his own in front', async () => {
    const child = spawn('true');
    const events: string[] = [];
    const { emit } = child;
    child.emit = (event: string, ...args: unknown[]) => {
      events.push(event);
      return Reflect.apply(emit, child, [event, ...args]);
    };
    await once(child, 'close');
    expect(events.filter((event) => event !== 'newListener' && event !== 'removeListener')).toEqual(
      ['spawn', 'exit', 'close'],
    );
  });

  test('it is a ChildProcess with the same properties as one of Node', async () => {
    const child = spawn('true');
    const theirs = reference.spawn('true');
    const open = (of: ChildProcess) =>
      Object.keys(of)
        .filter((key) => !key.startsWith('_'))
        .sort();
    expect(child).toBeInstanceOf(ChildProcess);
    expect(child.constructor === theirs.constructor).toBe(true);
    expect(open(child)).toEqual(open(theirs));
    await Promise.all([ending(child), ending(theirs)]);
    expect(open(child)).toEqual(open(theirs));
  });

  test('what it tells while it runs and when it has ended', async () => {
    const child = spawn('cat', ['-u', '-']);
    expect(child).toMatchObject({
      exitCode: null,
      signalCode: null,
      spawnfile: 'cat',
      spawnargs: ['cat', '-u', '-'],
      connected: false,
      killed: false,
    });
    expect(child.channel).toBeUndefined();
    expect(child.send).toBeUndefined();
    const { pid } = child;
    expect(Number.isInteger(pid)).toBe(true);
    let atExit: unknown;
    child.on('exit', () => {
      atExit = [child.exitCode, child.signalCode];
    });
    present(child.stdin).end();
    await once(child, 'close');
    expect(atExit).toEqual([0, null]);
    expect(child).toMatchObject({ pid, exitCode: 0, signalCode: null, killed: false });
  });

  test('pid is a number at once, and that of the child', async () => {
    const child = spawn('sh', ['-c', 'echo $$']);
    const { pid } = child;
    expect(pid).toBeGreaterThan(1);
    const { stdout } = await ending(child);
    if (samePid) expect(Number(stdout)).toBe(pid);
    else expect(Number(stdout)).not.toBe(pid);
  });

  test.each([0, 1, 42, 127, 255])('exit code %i', async (code) => {
    const child = spawn('sh', ['-c', `exit ${code}`]);
    const exit = once(child, 'exit');
    const close = once(child, 'close');
    expect(await exit).toEqual([code, null]);
    expect(await close).toEqual([code, null]);
    expect([child.exitCode, child.signalCode]).toEqual([code, null]);
  });

  test.each(['SIGHUP', 'SIGINT', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGALRM', 'SIGTERM'] as const)(
    'ended by %s',
    async (signal) => {
      // No core file may be left behind.
      const script = `ulimit -c 0; kill -s ${signal.slice(3)} $$`;
      const child = spawn('sh', ['-c', script]);
      const exit = once(child, 'exit');
      const close = once(child, 'close');
      expect(await exit).toEqual([null, signal]);
      expect(await close).toEqual([null, signal]);
      expect(child).toMatchObject({ exitCode: null, signalCode: signal, killed: false });
    },
  );

  test('close comes for a child without any stream', async () => {
    const child = spawn('true', [], { stdio: 'ignore' });
    const events = record(child);
    await once(child, 'close');
    expect(events).toEqual(['spawn', 'exit', 'close']);
  });

  test('the streams have ended when close comes', async () => {
    const child = spawn('sh', ['-c', 'echo out; echo err >&2']);
    const order: string[] = [];
    for (const name of ['stdout', 'stderr'] as const) {
      present(child[name]).on('end', () => order.push(name));
    }
    child.on('close', () => order.push('child'));
    await once(child, 'close');
    expect(order).toHaveLength(3);
    expect(order[2]).toBe('child');
  });

  test('exit does not wait for the streams, close does', async () => {
    // Another process holds stdout after the program has ended, until the fourth pipe ends.
    const child = spawn('sh', ['-c', 'cat <&3 & exit 7'], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    const events = record(child);
    let output = '';
    present(child.stdout).on('data', (data: Buffer) => {
      output += data;
    });
    const closed = once(child, 'close');
    expect(await once(child, 'exit')).toEqual([7, null]);
    if (!orphansLiveOn) {
      expect(await closed).toEqual([7, null]);
      return;
    }
    (present(child.stdio[3]) as Writable).end('after exit');
    expect(await closed).toEqual([7, null]);
    expect(events).toEqual(['spawn', 'exit', 'close']);
    expect(output).toBe('after exit');
  });

  test('stdin is destroyed at exit', async () => {
    const child = spawn('true');
    let destroyed = false;
    child.on('exit', () => {
      destroyed = present(child.stdin).destroyed;
    });
    await once(child, 'close');
    expect(destroyed).toBe(true);
  });

  test('with a channel: message, disconnect, exit, close', async () => {
    const child = spawn(process.execPath, [fixture('disconnects.js')], {
      stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
    });
    const events = record(child);
    expect(child.connected).toBe(true);
    await once(child, 'disconnect');
    expect(child.connected).toBe(false);
    present(child.stdin).end();
    await once(child, 'close');
    expect(events).toEqual(['spawn', 'message', 'disconnect', 'exit', 'close']);
  });
});
