// The children that join: real ones, in the pid namespace themselves, that end as others do and leave nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceError, type NamespaceHandles } from '../lib/index';
import { childrenOf, hasEnded, until } from './hazards/fixtures/processes';
import { installed } from './hazards/fixtures/programs';
import { composed, everything, withoutLeak } from './support/handles';
import { needs } from './support/needs';
import { nodeArguments, rejection, temporaryFolder } from './support/script';

const inFolder = temporaryFolder();
let target: ChildProcess;
let there: NamespaceHandles;

beforeAll(async () => {
  target = everything.spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  there = await Namespace.of(target);
});

afterAll(async () => {
  const closed = once(target, 'close');
  there.close();
  target.kill('SIGKILL');
  await closed;
});

const byPid = () => composed(there.get('user'), there.get('pid'));
const boxes = [
  ['one by one', byPid],
  ['as a whole', () => there as Namespace],
] as const;

const idsOf = (pid: number | undefined) =>
  /^NSpid:\s*(.*)$/m
    .exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    ?.split(/\s+/)
    .map(Number);

describe.each(boxes)('%s', (_name, box) => {
  test('the child itself is inside, and has its numbers', async () => {
    const child = box().spawn('sh', ['-c', 'echo $$; cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [said] = await once(child.stdout ?? child, 'data');
    const ids = child.idsInside();
    expect(ids).toEqual(idsOf(child.pid));
    expect(ids.at(-2)).toBe(child.pid);
    expect(ids.at(-1)).toBe(Number(said));
    expect(ids.at(-1)).toBeGreaterThan(1);
    expect(idsOf(target.pid)).toHaveLength(ids.length);
    child.stdin?.end();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(child.idsInside()).toEqual([]);
  });

  test('it is our child, and the only one that stays', async () => {
    const child = box().spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    expect(childrenOf(process.pid).sort()).toEqual([target.pid, child.pid].sort());
    child.kill();
    await once(child, 'close');
    await until('only the target is left', () => childrenOf(process.pid).length === 1);
  });

  test('exit codes and signals', async () => {
    const code = await box().run('sh', ['-c', 'exit 42']);
    expect(code).toMatchObject({ exitCode: 42, signal: null });
    const signal = await box().run('sh', ['-c', 'kill -USR1 $$']);
    expect(signal).toMatchObject({ exitCode: null, signal: 'SIGUSR1' });
    expect(code.usage.maxRSS).toBeGreaterThan(0);
  });

  test('kill, abort and timeout', async () => {
    const child = box().spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(child, 'spawn');
    expect(child.kill('SIGTERM')).toBe(true);
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
    expect(child.kill()).toBe(false);

    const controller = new AbortController();
    const aborted = box().run('sleep', ['600'], { signal: controller.signal });
    controller.abort();
    expect(await rejection(aborted)).toMatchObject({ name: 'AbortError' });

    // A limit so short that it may come before the program.
    const late = box().spawn('sleep', ['600'], { timeout: 1, stdio: 'ignore' });
    const [, by] = await once(late, 'exit');
    expect(by).toMatch(/^SIG(TERM|KILL)$/);
  });

  test('killed at once: an end, and nothing left', async () => {
    for (let round = 0; round < 10; round++) {
      const child = box().spawn('sleep', ['600'], { stdio: 'ignore' });
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
    }
    await until('only the target is left', () => childrenOf(process.pid).length === 1);
  });

  test('stdio, the environment, a session of its own', async () => {
    const child = box().spawn('sh', ['-c', 'cat; echo "$WORD" >&2; echo 3 >&3'], {
      env: { WORD: 'word', PATH: process.env.PATH },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const said = child.stdio.slice(1).map(async (stream) => {
      let all = '';
      for await (const part of stream as AsyncIterable<Buffer>) all += part;
      return all;
    });
    child.stdin?.end('through');
    expect(await Promise.all(said.slice(0, 3))).toEqual(['through', 'word\n', '3\n']);

    const detached = box().spawn('cat', { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(detached, 'spawn');
    const stat = readFileSync(`/proc/${detached.pid}/stat`, 'latin1');
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])).toBe(detached.pid);
    detached.kill();
    await once(detached, 'close');
  });

  test('fork: messages both ways', async () => {
    const child = box().fork(`${__dirname}/childProcess/fixtures/echo.js`);
    const message = once(child, 'message');
    child.send({ answer: 42 });
    expect((await message)[0]).toEqual({ answer: 42 });
    child.kill('SIGKILL');
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });

  test('a program that is not there, and a folder', async () => {
    expect(await rejection<NamespaceError>(box().run('/no/such/program'))).toMatchObject({
      name: 'NamespaceError',
      code: 'ENOENT',
      step: 'exec',
      path: '/no/such/program',
    });
    expect(await rejection<NamespaceError>(box().run('true', { cwd: '/no/such' }))).toMatchObject({
      code: 'ENOENT',
      step: 'process.cwd',
    });
  });

  test('many at once, and no descriptor is left', async () => {
    await withoutLeak(async () => {
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, index) => box().run('sh', ['-c', `exit ${index}`])),
      );
      expect(all.map(({ exitCode }) => exitCode)).toEqual(all.map((_result, index) => index));
      await Promise.all(Array.from({ length: 10 }, () => rejection(box().run('/no/such/program'))));
    });
    expect(childrenOf(process.pid)).toEqual([target.pid]);
  });
});

describe('what the kernel is asked for', () => {
  const joins = async (code: string): Promise<string[]> => {
    const log = inFolder(`trace-${code.length}`);
    const node = [process.execPath, ...nodeArguments(code)];
    const traced = spawn('strace', ['-f', '-o', log, '-e', 'trace=setns', ...node], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(traced, 'close')).toEqual([0, null]);
    return [...readFileSync(log, 'utf8').matchAll(/setns\(\d+, (.*?)\)/g)].map(
      ([, what]) => what ?? '',
    );
  };
  const prepared = `
    const box = Namespace.compose(Namespace.user(), Namespace.uts(), Namespace.ipc());
    const child = box.spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const closed = new Promise((resolve) => child.once('close', resolve));
    const whole = await Namespace.of(child);`;
  const one = 'CLONE_NEWIPC|CLONE_NEWUTS|CLONE_NEWUSER';
  const strace = needs(installed('strace'), 'strace');

  strace('a process as a whole: once, for all that differ', async () => {
    const calls = await joins(`${prepared}
      await whole.run('true');
      child.kill('SIGKILL'); await closed; whole.close();`);
    expect(calls.map((call) => call.split('|').sort())).toEqual([one.split('|').sort()]);
  });

  strace('one by one when it has ended, and the handles are open', async () => {
    const calls = await joins(`${prepared}
      child.kill('SIGKILL'); await closed;
      await whole.run('true'); whole.close();`);
    expect(calls).toEqual([
      expect.stringContaining('|'),
      'CLONE_NEWUSER',
      'CLONE_NEWIPC',
      'CLONE_NEWUTS',
    ]);
  });

  strace('what one is in already: not at all', async () => {
    const calls = await joins(`
      const whole = await Namespace.of(process.pid);
      await whole.run('true'); whole.close();`);
    expect(calls).toEqual([]);
  });

  const injected = async (what: string, box = 'whole'): Promise<string> => {
    const log = inFolder('injected');
    const code = `${prepared}
      const error = await (${box}).run('true').catch((error) => error);
      console.log(error.exitCode ?? error.code);
      child.kill('SIGKILL'); await closed; whole.close();`;
    const node = [process.execPath, ...nodeArguments(code)];
    const traced = spawn(
      'strace',
      ['-f', '-o', log, '-e', `trace=${what.split(':')[0]}`, '-e', `inject=${what}`, ...node],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    traced.stdout.on('data', (data) => {
      said += data;
    });
    await once(traced, 'close');
    expect(readFileSync(log, 'utf8')).toMatch(/\(INJECTED\)|--- SIGSTOP/);
    return said.trim();
  };

  strace('a kernel that joins one by one only', async () => {
    expect(await injected('setns:error=EINVAL:when=1')).toBe('0');
  });

  strace('a first process that somebody stops: the event loop goes on', async () => {
    const box = "Namespace.compose(whole.get('user'), Namespace.pid())";
    expect(await injected('setns:signal=SIGSTOP:when=1', box)).toBe('0');
  });

  strace('a second process whose descriptor is lost on the way', async () => {
    expect(
      await injected(
        'sendmsg:error=ETOOMANYREFS:when=1',
        "Namespace.compose(whole.get('user'), Namespace.pid())",
      ),
    ).toBe('0');
  });
});

describe('when Node is killed', () => {
  test.each([
    ['in a joined pid namespace', "Namespace.compose(whole.get('user'), whole.get('pid'))"],
    ['in all of a process', 'whole'],
    ['in a joined user namespace', "whole.get('user')"],
    [
      'with our init',
      "Namespace.compose(whole.get('user'), whole.get('network'), Namespace.pid({ init: true }))",
    ],
  ])('%s: its children end', async (_name, box) => {
    for (const when of [
      "process.kill(process.pid, 'SIGKILL')",
      "child.once('spawn', () => process.kill(process.pid, 'SIGKILL'))",
    ]) {
      const code = `
        const whole = await Namespace.of(${target.pid});
        const child = (${box}).spawn('sleep', ['600'], { stdio: 'ignore' });
        require('node:fs').writeSync(1, child.pid + '\\n');
        ${when};`;
      const parent = spawn(process.execPath, nodeArguments(code));
      let said = '';
      parent.stdout.on('data', (data) => {
        said += data;
      });
      const [, signal] = await once(parent, 'close');
      expect(signal).toBe('SIGKILL');
      const pid = Number(said);
      expect(pid).toBeGreaterThan(1);
      await until(`${pid} has ended`, () => hasEnded(pid));
    }
  });
});
