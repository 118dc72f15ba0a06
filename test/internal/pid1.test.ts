import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { signalPid1 } from '../../lib/internal/pid1';
import { needs } from '../support/needs';

const { signals } = constants;
const { SIGTERM, SIGKILL, SIGHUP, SIGUSR1 } = signals;

const box = Namespace.compose(Namespace.user(), Namespace.pid());
let child: ChildProcess;

afterEach(async () => {
  child.kill('SIGKILL');
  await once(child, 'close');
});

/** What to send instead of a signal to a shell that is PID 1 and has prepared itself so. */
async function shell(prepare: string): Promise<(signal: number) => number> {
  child = box.spawn('sh', ['-c', `${prepare}; echo ready; read line`]);
  if (child.stdout === null) throw new Error('no stdout');
  await once(child.stdout, 'data');
  return (signal) => sent(child.pid ?? 0, signal);
}

/** What would be sent; nothing is. */
function sent(pid: number, signal: number, executed = true): number {
  const numbers: number[] = [];
  signalPid1(pid, signal, executed, (number) => {
    numbers.push(number);
    return 1;
  });
  expect(numbers).toHaveLength(1);
  return numbers[0] ?? -1;
}

test('one that the kernel would drop becomes one that it does not', async () => {
  const instead = await shell(':');
  expect([SIGTERM, SIGHUP, SIGUSR1, 40].map(instead)).toEqual([SIGKILL, SIGKILL, SIGKILL, SIGKILL]);
});

test('one that the program handles stays, whichever number it has', async () => {
  const numbers = [1, 2, SIGUSR1, SIGTERM, 31, 34, 64];
  const instead = await shell(numbers.map((number) => `trap : ${number}`).join('; '));
  expect(numbers.map(instead)).toEqual(numbers);
  expect([3, 30, 35, 63].map(instead)).toEqual([SIGKILL, SIGKILL, SIGKILL, SIGKILL]);
});

test('one that it ignores stays', async () => {
  const instead = await shell("trap '' TERM");
  expect([SIGTERM, SIGHUP].map(instead)).toEqual([SIGTERM, SIGKILL]);
});

test('those that end nobody stay', async () => {
  const instead = await shell(':');
  const names = [
    'SIGCHLD',
    'SIGCONT',
    'SIGURG',
    'SIGWINCH',
    'SIGSTOP',
    'SIGTSTP',
    'SIGTTIN',
    'SIGTTOU',
  ] as const;
  const harmless = [0, SIGKILL, ...names.map((name) => signals[name])];
  expect(harmless.map(instead)).toEqual(harmless);
});

test('of a process that is gone', async () => {
  await shell(':');
  expect(sent(0x7fff_ffff, SIGTERM)).toBe(SIGTERM);
});

test('before the exec nobody handles anything, and nobody is ended by what ends nobody', async () => {
  await shell("trap '' TERM");
  expect(sent(child.pid ?? 0, SIGTERM, false)).toBe(SIGKILL);
  expect(sent(child.pid ?? 0, signals.SIGSTOP, false)).toBe(signals.SIGSTOP);
});

const withPython = needs(spawnSync('python3', ['--version']).status === 0, 'python3');

describe('one that the program blocks is sent, and looked after', () => {
  const program = `
import signal, sys
for line in sys.stdin:
    signal.pthread_sigmask(getattr(signal, line.strip()), [signal.SIGTERM])
    print('done', flush=True)`;

  afterEach(() => {
    jest.useRealTimers();
  });

  /** A PID 1 that blocks the signal, and stops blocking it, when it is told to. */
  async function blocker(): Promise<(how: 'SIG_BLOCK' | 'SIG_UNBLOCK') => Promise<void>> {
    child = box.spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const tell = async (how: string) => {
      child.stdin?.write(`${how}\n`);
      await once(child.stdout ?? child, 'data');
    };
    await tell('SIG_BLOCK');
    // The looks alone wait for a time that is ours.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    return tell;
  }

  withPython('who stops blocking it for a moment has had it dropped', async () => {
    const tell = await blocker();
    const numbers: number[] = [];
    signalPid1(child.pid ?? 0, SIGTERM, true, (number) => {
      numbers.push(number);
      if (number === SIGTERM) process.kill(child.pid ?? 0, number);
      return 0;
    });
    jest.runOnlyPendingTimers();
    await tell('SIG_UNBLOCK');
    // A look at the next fork of a shell, as it were.
    await tell('SIG_BLOCK');
    jest.runOnlyPendingTimers();
    await tell('SIG_UNBLOCK');
    jest.runOnlyPendingTimers();
    expect(numbers).toEqual([SIGTERM, SIGKILL]);
    expect(jest.getTimerCount()).toBe(0);
  });

  withPython('who goes on blocking it has read it', async () => {
    await blocker();
    const numbers: number[] = [];
    // It never waits there, as if it were read at once.
    signalPid1(child.pid ?? 0, SIGTERM, true, (number) => numbers.push(number) - 1);
    jest.runAllTimers();
    expect(numbers).toEqual([SIGTERM]);
  });
});
