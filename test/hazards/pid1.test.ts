// PID 1: what the kernel does not do for one that is not made to be one, and what our init does.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { childrenOf, hasEnded, processState, until } from './fixtures/processes';

const user = Namespace.user();
const bare = Namespace.compose(user, Namespace.pid());
const init = Namespace.compose(user, Namespace.pid({ init: true }));

/** A shell that has said that it is ready. */
async function shell(box: Namespace, script: string): Promise<ChildProcess> {
  const child = box.spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout ?? child, 'data');
  return child;
}

/** `sleep`, as a shell leaves it behind: with no handler. */
async function sleeper(before = ''): Promise<ChildProcess> {
  const child = await shell(bare, `${before} echo; exec sleep 600`);
  const name = () => readFileSync(`/proc/${child.pid}/comm`, 'latin1');
  await until('it is sleep', () => name() === 'sleep\n');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const zombiesOf = (pid = 0) =>
  childrenOf(pid).filter((child) => processState(child)?.state === 'Z');

describe('a program that is PID 1', () => {
  test('does not get a signal that it has no handler for', async () => {
    const child = await sleeper();
    process.kill(child.pid ?? 0, 'SIGTERM');
    await sleep(50);
    expect(hasEnded(child.pid ?? 0)).toBe(false);
    await end(child);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const)(
    'is ended by our kill(%s) all the same',
    async (signal) => {
      const child = await sleeper();
      const exit = once(child, 'exit');
      expect(child.kill(signal)).toBe(true);
      expect(await exit).toEqual([null, 'SIGKILL']);
    },
  );

  test('is ended by a kill in the very turn of its start', async () => {
    const slow = Namespace.compose(bare, Namespace.network(), Namespace.ipc());
    for (const box of [bare, slow]) {
      for (let round = 0; round < 5; round++) {
        const child = box.spawn('sleep', ['2'], { stdio: 'ignore' });
        const exit = once(child, 'exit');
        child.kill();
        expect((await exit)[1]).toMatch(/^SIG(TERM|KILL)$/);
      }
    }
  });

  test('is given the signals that it handles', async () => {
    const child = await shell(bare, 'trap "exit 3" TERM; echo; while :; do sleep 0.01; done');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([3, null]);
  });

  test('keeps the zombies of orphans that it does not reap', async () => {
    // Ended only now: the shell that sleep was reaps whoever ends while it waits for its subshell.
    const child = await sleeper('(sleep 600 &);');
    const [orphan = 0] = childrenOf(child.pid ?? 0);
    expect(orphan).toBeGreaterThan(0);
    process.kill(orphan, 'SIGKILL');
    await until('it is a zombie', () => zombiesOf(child.pid).includes(orphan));
    await end(child);
  });
});

describe('our init', () => {
  test('reaps orphans', async () => {
    const script = '(sleep 0.01 &); (sleep 0.01 &); echo; exec sleep 600';
    const child = await shell(init, script);
    await until('only the program is left', () => childrenOf(child.pid ?? 0).length === 1);
    expect(zombiesOf(child.pid)).toEqual([]);
    await end(child);
  });

  const catchable = Object.entries(constants.signals).filter(
    ([name]) =>
      ![
        'SIGKILL',
        'SIGSTOP',
        'SIGCHLD',
        'SIGSEGV',
        'SIGBUS',
        'SIGFPE',
        'SIGILL',
        'SIGTRAP',
      ].includes(name),
  );

  test('forwards every signal that can be caught', async () => {
    const numbers = [...new Set(catchable.map(([, number]) => number))].filter(
      (number) => number < 32,
    );
    const traps = numbers.map((number) => `trap "echo got ${number}" ${number};`).join(' ');
    const child = await shell(init, `${traps} echo ready; while :; do sleep 0.01; done`);
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    for (const number of numbers) {
      child.kill(number);
      await until(`signal ${number} has come`, () => said.includes(`got ${number}\n`));
    }
    await end(child);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    'ends with the program, by %s',
    async (signal) => {
      const child = await shell(init, 'echo; exec sleep 600');
      const exit = once(child, 'exit');
      child.kill(signal);
      expect(await exit).toEqual([null, signal]);
    },
  );

  test('ends with the status of the program, not of an orphan', async () => {
    const child = init.spawn('sh', ['-c', '(sleep 0.01; exit 9) & exit 42'], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([42, null]);
  });

  test('takes everything in its namespace along', async () => {
    const child = await shell(init, 'sleep 600 & echo; exec sleep 600');
    const inside = childrenOf(child.pid ?? 0).flatMap((pid) => [pid, ...childrenOf(pid)]);
    expect(inside.length).toBe(2);
    await end(child);
    await until('all have ended', () => inside.every(hasEnded));
  });
});
