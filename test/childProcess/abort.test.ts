import { getEventListeners, once } from 'node:events';
import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import {
  closing,
  ending,
  fixture,
  forEachSubject,
  host,
  present,
  record,
} from './fixtures/helpers';

forEachSubject((subject) => {
  const { spawn, fork } = subject;

  test('abort kills the child, and is an error with the reason as its cause', async () => {
    const controller = new AbortController();
    const child = spawn('cat', [], { signal: controller.signal });
    const events = record(child);
    await once(child, 'spawn');
    const reason = new Error('no longer needed');
    const failed = once(child, 'error');
    const closed = closing(child);
    controller.abort(reason);
    const [error] = await failed;
    // The same error, not one of the prototype: it comes from another realm than jest's.
    expect({ name: error.name, code: error.code }).toEqual({
      name: 'AbortError',
      code: 'ABORT_ERR',
    });
    expect(error.cause).toBe(reason);
    expect(await closed).toEqual([null, 'SIGTERM']);
    expect(events).toEqual(['spawn', 'error', 'exit', 'close']);
    expect(child.killed).toBe(true);
  });

  test('abort directly after the start', async () => {
    const controller = new AbortController();
    const child = spawn('cat', [], { signal: controller.signal });
    const failed = once(child, 'error');
    const closed = closing(child);
    controller.abort();
    expect((await failed)[0]).toMatchObject({ code: 'ABORT_ERR' });
    expect(await closed).toEqual([null, 'SIGTERM']);
  });

  test('a signal that was already aborted', async () => {
    const child = spawn('cat', [], { signal: AbortSignal.abort('early') });
    const failed = once(child, 'error');
    const closed = closing(child);
    expect(child.killed).toBe(false);
    expect((await failed)[0]).toMatchObject({ code: 'ABORT_ERR', cause: 'early' });
    expect(await closed).toEqual([null, 'SIGTERM']);
  });

  test.each(['SIGKILL', constants.signals.SIGKILL] as const)(
    'killSignal: %p',
    async (killSignal) => {
      const child = spawn('cat', [], { signal: AbortSignal.abort(), killSignal });
      child.on('error', () => {});
      const closed = new Promise<unknown[]>((resolve) =>
        child.on('close', (...end) => resolve(end)),
      );
      expect(await closed).toEqual([null, 'SIGKILL']);
    },
  );

  test('abort after the end does nothing, and nothing listens any more', async () => {
    const controller = new AbortController();
    const child = spawn('true', [], { signal: controller.signal });
    const events = record(child);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    await once(child, 'close');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort();
    await new Promise(setImmediate);
    expect(events).toEqual(['spawn', 'exit', 'close']);
    expect(child.killed).toBe(false);
  });

  test('another listener cannot keep the abort from the child', async () => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    const child = spawn('cat', [], { signal: controller.signal });
    child.on('error', () => {});
    const closed = closing(child);
    controller.abort();
    expect(child.killed).toBe(true);
    expect(await closed).toEqual([null, 'SIGTERM']);
  });

  test('one signal for several children', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const children = Array.from({ length: 5 }, () => spawn('cat', [], { signal }));
    const ends = children.map((child) => {
      child.on('error', () => {});
      return new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
    });
    await Promise.all(children.map((child) => once(child, 'spawn')));
    controller.abort();
    expect(await Promise.all(ends)).toEqual(new Array(5).fill('SIGTERM'));
  });

  test('abort of a fork', async () => {
    const controller = new AbortController();
    const child = fork(fixture('echo.js'), [], { signal: controller.signal, killSignal: 'SIGINT' });
    child.send('ready');
    await once(child, 'message');
    child.on('error', () => {});
    const closed = closing(child);
    controller.abort();
    expect(await closed).toEqual([null, 'SIGINT']);
  });

  test('timeout ends the child without an error', async () => {
    const child = spawn('cat', [], { timeout: 1 });
    const events = record(child);
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
    expect(events).not.toContain('error');
    expect(child.killed).toBe(true);
  });

  test('timeout with killSignal', async () => {
    // The shell, and the cat that takes its place, ignore what would be sent without killSignal.
    const child = spawn('sh', ['-c', 'trap "" TERM; exec cat'], {
      timeout: 1,
      killSignal: 'SIGKILL',
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });

  test('a timeout that is not reached, or 0, changes nothing', async () => {
    for (const timeout of [0, 1_000_000]) {
      const child = spawn('cat', [], { timeout });
      present(child.stdin).end('in time');
      expect(await ending(child)).toMatchObject({ code: 0, stdout: 'in time' });
      expect(child.killed).toBe(false);
    }
  });

  test('the timer of a timeout does not outlive the child', async () => {
    const parent = host(subject, `spawn('true', [], { timeout: 2 ** 30 })`);
    expect(await ending(parent)).toMatchObject({ code: 0, stderr: '' });
  });
});
