// Into a pid namespace whose PID 1 is hostile, or dies meanwhile: joiners come to an end, and everybody hears of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace, type NamespaceError } from '../../lib/index';
import { composed } from '../support/handles';
import { needs } from '../support/needs';
import { childrenOf, hasEnded, processState, until } from './fixtures/processes';
import { hasCompiler, joinPrograms, temporaryFolder } from './fixtures/programs';

const file = temporaryFolder();
const program = joinPrograms(file);
const withCompiler = needs(hasCompiler, 'cc');
const container = composed(
  Namespace.user(),
  Namespace.pid(),
  Namespace.network(),
  Namespace.uts(),
  Namespace.mount([Mount.proc()]),
);

/** How a run ended, in a word. */
async function end(promise: Promise<{ exitCode: number | null; signal: string | null }>) {
  try {
    const { exitCode, signal } = await promise;
    return String(exitCode ?? signal);
  } catch (error) {
    const { step, code, hint = '' } = error as NamespaceError;
    return `${step} ${code}: ${hint}`;
  }
}

async function hostile(what: string) {
  const child = container.spawn(program('hostile'), [what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(child.stdout ?? child, 'data');
  return { child, closed, whole: await Namespace.of(child) };
}

const nobodyLeft = () => until('no child is left', () => childrenOf(process.pid).length === 0);

describe('a PID 1 that', () => {
  withCompiler('kills whoever comes: that is their end', async () => {
    const { child, closed, whole } = await hostile('slay');
    const ends = await Promise.all(
      Array.from({ length: 20 }, () => end(whole.run('sleep', ['600']))),
    );
    expect(new Set(ends)).toEqual(new Set(['SIGKILL']));
    whole.close();
    child.kill('SIGKILL');
    await closed;
    await nobodyLeft();
  });

  withCompiler('stops whoever comes: they can be ended, and the event loop goes on', async () => {
    const { child, closed, whole } = await hostile('freeze');
    const ends = Array.from({ length: 10 }, () =>
      end(whole.run('sleep', ['600'], { timeout: 300, killSignal: 'SIGKILL' })),
    );
    for (const one of await Promise.all(ends)) expect(one).toMatch(/^run ETIMEDOUT: /);
    whole.close();
    child.kill('SIGKILL');
    await closed;
    await nobodyLeft();
  });
});

test('a PID 1 that never reaps is none of our business: our children are ours', async () => {
  const child = container.spawn('sleep', ['600'], { stdio: 'ignore' });
  const closed = once(child, 'close');
  using whole = await Namespace.of(child);
  const ends = await Promise.all(Array.from({ length: 20 }, () => end(whole.run('true'))));
  expect(new Set(ends)).toEqual(new Set(['0']));
  expect(childrenOf(process.pid)).toEqual([child.pid]);
  child.kill('SIGKILL');
  await closed;
});

describe('a PID 1 that ends', () => {
  withCompiler('waits for joiners that nobody reaps', async () => {
    const target = container.spawn('sleep', ['600'], { stdio: 'ignore' });
    const closed = once(target, 'close');
    await once(target, 'spawn');
    const joiner = spawn(program('joiner'), [String(target.pid)], { stdio: 'ignore' });
    const ended = once(joiner, 'close');
    await until('it has joined', () => childrenOf(joiner.pid ?? 0).length === 1);
    const [joined = 0] = childrenOf(joiner.pid ?? 0);
    joiner.kill('SIGSTOP'); // it does not wait for its child any more
    await until('it is stopped', () => processState(joiner.pid ?? 0)?.state === 'T');
    target.kill('SIGKILL');
    await until('the joined one is a zombie', () => processState(joined)?.state === 'Z');
    // Killed, and still there.
    expect(readFileSync(`/proc/${target.pid}/stat`, 'latin1')).toMatch(/\) [SD] /);
    expect(target.signalCode).toBe(null);
    joiner.kill('SIGCONT');
    await Promise.all([closed, ended]);
  });

  test('with children of ours in there: all ends are told', async () => {
    const target = container.spawn('sleep', ['600'], { stdio: 'ignore' });
    const closed = once(target, 'close');
    const whole = await Namespace.of(target);
    const children = Array.from({ length: 10 }, () =>
      whole.spawn('sleep', ['600'], { stdio: 'ignore' }),
    );
    await Promise.all(children.map((child) => once(child, 'spawn')));
    const ends = children.map((child) => once(child, 'close'));
    target.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
    for (const one of await Promise.all(ends)) expect(one).toEqual([null, 'SIGKILL']);
    whole.close();
    await nobodyLeft();
  });

  test('while others are coming: killed, or an error that says why', async () => {
    for (let round = 0; round < 5; round++) {
      const target = container.spawn('sleep', ['600'], { stdio: 'ignore' });
      const closed = once(target, 'close');
      const whole = await Namespace.of(target);
      const boxes = [whole, composed(whole.get('user'), whole.get('pid'))];
      const ends = Array.from({ length: 8 }, (_, i) => end((boxes[i % 2] ?? whole).run('true')));
      target.kill('SIGKILL');
      ends.push(...Array.from({ length: 8 }, (_, i) => end((boxes[i % 2] ?? whole).run('true'))));
      for (const one of await Promise.all(ends))
        expect(one).toMatch(/^(0|SIGKILL|process\.fork ENOMEM: .*PID 1 has ended)$/);
      await closed;
      expect(hasEnded(target.pid ?? 0)).toBe(true);
      whole.close();
    }
    await nobodyLeft();
  });
});
