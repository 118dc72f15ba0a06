import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Mount, Namespace, type PidOptions } from '../lib/index';
import { pidfdOpen, pidfdSendSignal } from '../lib/syscall';
import { ended, scriptInside, shell } from './support/script';

const started = new Set<ChildProcess>();

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});

/** A pid namespace with a proc of its own. */
function box(options: PidOptions = {}): Namespace {
  return Namespace.compose(
    Namespace.user(),
    Namespace.pid(options),
    Namespace.mount([Mount.proc()]),
  ) as Namespace;
}

/** A program that runs, its lines, and the first of them. */
async function running(namespace: Namespace, command: string, args: string[]) {
  const child = namespace.spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.add(child);
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface(child.stdout);
  const next = async () => (await once(lines, 'line'))[0] as string;
  return { child, next, first: await next() };
}

function namespacePids(pid: number | undefined): string {
  const [, pids = ''] = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return pids;
}

test('the program is PID 1, and somebody else outside', async () => {
  const { child, first } = await running(box(), 'sh', ['-c', 'echo $$ $PPID; read line']);
  expect(first).toBe('1 0');
  expect(namespacePids(child.pid)).toBe(`${child.pid}\t1`);
});

test('with an init the program is the child of PID 1', async () => {
  const { child, first } = await running(box({ init: true }), 'sh', [
    '-c',
    'echo $$ $PPID; read l',
  ]);
  expect(first).toBe('2 1');
  expect(namespacePids(child.pid)).toBe(`${child.pid}\t1`);
});

test('a namespace in a namespace: one more number each', async () => {
  const code = `
    const child = Namespace.pid().spawn('sh', ['-c', 'echo $$; read line']);
    const status = require('node:fs').readFileSync('/proc/' + child.pid + '/status', 'utf8');
    console.log(/NSpid:(.*)/.exec(status)[1].trim(), child.pid);
    child.stdin.end();
    child.stdout.pipe(process.stdout);`;
  const [numbers, last] = (await scriptInside(box(), code)).trim().split('\n');
  expect(last).toBe('1');
  const [inMiddle, innermost, pid] = (numbers ?? '').split(/\s+/);
  expect([inMiddle, innermost]).toEqual([pid, '1']);
});

describe('reaping', () => {
  const zombies = 'grep -l "^State:.Z" /proc/[0-9]*/status | wc -l';

  test('an init reaps a thousand orphans', async () => {
    const orphans = 'i=0; while [ $i -lt 1000 ]; do (true &); i=$((i + 1)); done';
    const reaped = `until [ $(${zombies}) -eq 0 ]; do sleep 0.01; done`;
    const said = await shell(
      box({ init: true }),
      `${orphans}; ${reaped}; exec sh -c 'sh -c "echo \\$\\$"; echo $$'`,
    );
    const [last, program] = said.split('\n').map(Number);
    expect(program).toBe(2);
    // A number each for the orphans and for the shells between.
    expect(last).toBeGreaterThan(2000);
  });

  test('without one, they are the business of the program', async () => {
    const code = `
      const { execFileSync } = require('node:child_process');
      for (let i = 0; i < 10; i++) execFileSync('sh', ['-c', '(true &)']);
      let count = 0;
      while (count < 10) count = Number(execFileSync('sh', ['-c', ${JSON.stringify(zombies)}]));
      console.log(count);`;
    expect(await scriptInside(box(), code)).toBe('10\n');
  });
});

describe('signals', () => {
  // 32 and 33 belong to the C library, which lets nobody have them; KILL and STOP cannot be caught.
  const catchable = Array.from({ length: 64 }, (_, i) => i + 1).filter(
    (signal) => ![constants.signals.SIGKILL, constants.signals.SIGSTOP, 32, 33].includes(signal),
  );
  const traps = catchable.map((signal) => `trap 'echo ${signal}' ${signal}`).join('; ');
  const program = `${traps}; sleep 1000 & echo ready; while :; do wait; done`;

  test.each([
    ['process.kill', false],
    ['process.kill', true],
    ['a pidfd', false],
    ['a pidfd', true],
  ])('every one that can be caught arrives: by %s, init %p', async (by, init) => {
    const { child, next, first } = await running(box({ init }), 'sh', ['-c', program]);
    expect(first).toBe('ready');
    const pid = child.pid ?? 0;
    const pidfd = pidfdOpen(pid);
    const seen: number[] = [];
    for (const signal of catchable) {
      if (by === 'a pidfd') pidfdSendSignal(pidfd, signal);
      else process.kill(pid, signal);
      seen.push(Number(await next()));
    }
    closeSync(pidfd);
    expect(seen).toEqual(catchable);
  });

  test('one for which a PID 1 has no handler ends it nevertheless', async () => {
    const { child } = await running(box(), 'sh', ['-c', 'echo; exec sleep 1000']);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  // A shell blocks all signals for a moment whenever it forks. What comes then would be dropped later.
  test('also when it is blocked just then', async () => {
    for (let round = 0; round < 100; round++) {
      const { child } = await running(box(), 'sh', ['-c', 'echo; sleep 1000 & sleep 1000']);
      child.kill('SIGTERM');
      const ending = await once(child, 'exit', { signal: AbortSignal.timeout(5000) });
      expect(ending).toEqual([null, 'SIGKILL']);
    }
  });

  test('behind an init, it ends the program as it would outside', async () => {
    const { child } = await running(box({ init: true }), 'sh', ['-c', 'echo; exec sleep 1000']);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });
});

describe('the end', () => {
  test.each([false, true])("the program's exit code (init: %p)", async (init) => {
    expect((await box({ init }).run('sh', ['-c', 'exit 7'])).exitCode).toBe(7);
  });

  test.each(['SIGSEGV', 'SIGKILL', 'SIGUSR1', 'SIG40'])('%s, through an init', async (signal) => {
    const ending = await box({ init: true }).run('sh', ['-c', `kill -${signal.slice(3)} $$`]);
    expect(ending).toMatchObject({ exitCode: null, signal });
  });

  // stdout closes when the last process that has it is gone: the sleep would hold it for a long time.
  test.each([false, true])('everybody goes with the program (init: %p)', async (init) => {
    const child = box({ init }).spawn('sh', ['-c', 'setsid sleep 1000 & sleep 1000 & exit 3']);
    expect(await ended(child)).toMatchObject({ code: 3 });
  });

  test.each([false, true])('everybody goes with PID 1 (init: %p)', async (init) => {
    const { child } = await running(box({ init }), 'sh', ['-c', 'setsid sleep 1000 & echo; wait']);
    child.kill('SIGKILL');
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });

  test('orphans go with an inner namespace, not with the outer one', async () => {
    const code = `
      const inner = Namespace.pid().spawn('sh', ['-c', 'sleep 1000 & exit 4']);
      await require('node:events').once(inner, 'close');
      console.log(inner.exitCode, process.pid);`;
    expect(await scriptInside(box(), code)).toBe('4 1\n');
  });
});
