import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { closing, fixture, forEachSubject, present } from './fixtures/helpers';
import { reference, type Subject } from './subjects';

/** The messages of a channel while `body` runs. */
async function listening(name: string, body: () => unknown): Promise<unknown[]> {
  const messages: unknown[] = [];
  const listen = (message: unknown) => messages.push(message);
  channel(name).subscribe(listen);
  await body();
  channel(name).unsubscribe(listen);
  return messages;
}

forEachSubject((subject) => {
  const { spawn, fork } = subject;

  test.each([
    ['true', ['spawn', 'exit', 'close', 'stdout']],
    ['/no/such/command', ['error', 'close']],
  ])('%s: listeners run in the async context of the start', async (command, expected) => {
    const storage = new AsyncLocalStorage<string>();
    const seen: [string, string | undefined][] = [];
    const see = (event: string) => () => seen.push([event, storage.getStore()]);
    const child = storage.run('inside', () => spawn(command));
    for (const event of ['spawn', 'exit', 'close', 'error']) child.on(event, see(event));
    if (command === 'true') present(child.stdout).on('end', see('stdout'));
    const closed = closing(child);
    await storage.run('outside', () => closed);
    expect(seen.map(([event]) => event).sort()).toEqual([...expected].sort());
    expect(new Set(seen.map(([, store]) => store))).toEqual(new Set(['inside']));
  });

  test('messages come in the async context of the start', async () => {
    const storage = new AsyncLocalStorage<string>();
    const child = storage.run('inside', () => fork(fixture('echo.js')));
    const seen = new Promise((resolve) => {
      child.on('message', () => resolve(storage.getStore()));
    });
    storage.run('outside', () => child.send('x'));
    expect(await seen).toBe('inside');
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });

  test('the context of one child is not that of another', async () => {
    const storage = new AsyncLocalStorage<number>();
    const stores = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const child = storage.run(i, () => spawn('true'));
        return new Promise((resolve) => child.on('exit', () => resolve(storage.getStore())));
      }),
    );
    expect(stores).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('the diagnostics channel tells of the child, once', async () => {
    let child: ChildProcess | undefined;
    const messages = await listening('child_process', () => {
      child = spawn('true');
    });
    expect(messages).toHaveLength(1);
    expect((messages[0] as { process: unknown }).process === child).toBe(true);
    await once(present(child), 'close');
  });

  test('the tracing channels of this Node', async () => {
    // Later versions of Node have them; whatever it says of its own child, it says of ours. A start that
    // fails is not looked at: with us that is known only when Node has told the end of the start.
    const told = async (by: Subject) => {
      const names: string[] = [];
      const listeners = ['start', 'end', 'error'].map((name) => {
        const listen = (message: unknown) => {
          names.push(`${name} ${Object.keys(message as object).sort()}`);
        };
        const on = channel(`tracing:child_process.spawn:${name}`);
        on.subscribe(listen);
        return () => on.unsubscribe(listen);
      });
      await closing(by.spawn('true'));
      for (const stop of listeners) stop();
      return names;
    };
    expect(await told(subject)).toEqual(await told(reference));
  });
});
