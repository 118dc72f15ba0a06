import { once } from 'node:events';
import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import { closing, ending, forEachSubject, present, record } from './fixtures/helpers';

forEachSubject(({ spawn }) => {
  test('kill is SIGTERM, true, and sets killed', async () => {
    const child = spawn('cat');
    expect(child.kill()).toBe(true);
    expect(child.killed).toBe(true);
    expect(child).toMatchObject({ exitCode: null, signalCode: null });
    expect(await closing(child)).toEqual([null, 'SIGTERM']);
    expect(child).toMatchObject({ exitCode: null, signalCode: 'SIGTERM', killed: true });
  });

  test.each(['SIGKILL', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGALRM'] as const)(
    '%s by name and by number',
    async (name) => {
      for (const signal of [name, constants.signals[name]]) {
        const child = spawn('cat');
        await once(child, 'spawn');
        expect(child.kill(signal)).toBe(true);
        expect(await closing(child)).toEqual([null, name]);
      }
    },
  );

  test('a signal at once, before the program has begun, is not lost', async () => {
    const children = Array.from({ length: 20 }, () => spawn('cat'));
    const ends = children.map(closing);
    for (const child of children) child.kill();
    expect(await Promise.all(ends)).toEqual(new Array(20).fill([null, 'SIGTERM']));
  });

  test('0 asks only whether it is there', async () => {
    const child = spawn('cat');
    expect(child.kill(0)).toBe(true);
    present(child.stdin).end('alive');
    expect(await ending(child)).toMatchObject({ code: 0, stdout: 'alive' });
    expect(child.kill(0)).toBe(false);
  });

  test('after the end kill is false, and changes nothing', async () => {
    const child = spawn('true');
    let atExit: unknown;
    child.on('exit', () => {
      atExit = child.kill();
    });
    await once(child, 'close');
    expect(atExit).toBe(false);
    expect(child.kill('SIGKILL')).toBe(false);
    expect(child).toMatchObject({ killed: false, exitCode: 0, signalCode: null });
  });

  test('an unknown signal is thrown, before and after the end', async () => {
    const child = spawn('cat');
    const unknown = expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' });
    expect(() => child.kill('SIGNOPE' as 'SIGTERM')).toThrow(unknown);
    expect(() => child.kill(1000)).toThrow(unknown);
    expect(() => child.kill({} as 'SIGTERM')).toThrow(unknown);
    expect(child.killed).toBe(false);
    present(child.stdin).end();
    await closing(child);
    expect(() => child.kill('SIGNOPE' as 'SIGTERM')).toThrow(unknown);
  });

  test('a signal that the child handles is the business of the child', async () => {
    const code = `
      process.on('SIGTERM', () => process.exit(3));
      setInterval(() => {}, 2 ** 30);
      console.log('ready');`;
    const child = spawn(process.execPath, ['-e', code]);
    await once(present(child.stdout), 'data');
    expect(child.kill()).toBe(true);
    expect(await closing(child)).toEqual([3, null]);
    expect(child.killed).toBe(true);
  });

  test('a signal that the child ignores leaves it running', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; exec cat']);
    await once(present(child.stdout), 'data');
    expect(child.kill()).toBe(true);
    present(child.stdin).end('still here');
    expect(await ending(child)).toMatchObject({ code: 0, signal: null, stdout: 'still here' });
    expect(child.killed).toBe(true);
  });

  test('a child that is stopped has not ended', async () => {
    const child = spawn('cat');
    const events = record(child);
    await once(child, 'spawn');
    expect(child.kill('SIGSTOP')).toBe(true);
    expect(child.kill('SIGCONT')).toBe(true);
    present(child.stdin).end('went on');
    expect(await ending(child)).toMatchObject({ code: 0, stdout: 'went on' });
    expect(events).toEqual(['spawn', 'exit', 'close']);
  });

  test('a child that is stopped can be killed', async () => {
    const child = spawn('cat');
    await once(child, 'spawn');
    child.kill('SIGSTOP');
    expect(child.kill('SIGKILL')).toBe(true);
    expect(await closing(child)).toEqual([null, 'SIGKILL']);
  });

  test('a kill from elsewhere is seen, too', async () => {
    const child = spawn('cat');
    await once(child, 'spawn');
    process.kill(present(child.pid), 'SIGKILL');
    expect(await closing(child)).toEqual([null, 'SIGKILL']);
    expect(child.killed).toBe(false);
  });
});

// Symbol.dispose came to ChildProcess with Node 20.5.
const dispose = (Symbol as { dispose?: symbol }).dispose;
const ifDisposable = dispose === undefined ? test.skip : test;

forEachSubject(({ spawn }) => {
  ifDisposable('using ends the child', async () => {
    let closed: ReturnType<typeof closing>;
    {
      using child = spawn('cat');
      closed = closing(child);
    }
    expect(await closed).toEqual([null, 'SIGTERM']);
  });
});
