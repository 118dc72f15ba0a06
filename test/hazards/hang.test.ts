// A child that is killed or stopped at any moment of its start leaves nobody waiting.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { asRoot } from '../support/needs';
import { childrenOf, processState, until } from './fixtures/processes';

const user = Namespace.user();
const several = [
  { inside: 0, outside: 0, length: 1 },
  { inside: 1, outside: 100000, length: 10 },
];
const boxes = {
  'a plain child': Namespace.none,
  'a PID 1': Namespace.compose(user, Namespace.pid()),
  'our init': Namespace.compose(user, Namespace.pid({ init: true })),
  'a long set-up': Namespace.compose(
    user,
    Namespace.pid({ init: true }),
    Namespace.network(),
    Namespace.ipc(),
  ),
};
const mapped = Namespace.user({ map: { uid: several, gid: several } });

/** Kills it after so many milliseconds; 0 is at once, in the same turn of the event loop. */
async function killAfter(box: Namespace, milliseconds: number): Promise<void> {
  const child = box.spawn('sleep', ['600'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  if (milliseconds > 0) await sleep(milliseconds);
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
}

async function stopAndKill(box: Namespace): Promise<void> {
  const child = box.spawn('sleep', ['600'], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const pid = child.pid ?? 0;
  child.kill('SIGSTOP');
  await until('it is stopped', () => processState(pid)?.state === 'T');
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
}

describe('SIGKILL at every moment of the start', () => {
  test.each(Object.entries(boxes))('%s', async (_name, box) => {
    for (const wait of [0, 0, 0, 0, 0, 1, 1, 2, 3, 5]) await killAfter(box, wait);
    expect(childrenOf(process.pid)).toEqual([]);
  });

  asRoot('one that waits for its id maps', async () => {
    for (const wait of [0, 0, 0, 0, 1, 1]) await killAfter(mapped, wait);
  });
});

describe('SIGSTOP in the set-up, then SIGKILL', () => {
  test.each(Object.entries(boxes))('%s', async (_name, box) => {
    for (let round = 0; round < 5; round++) await stopAndKill(box);
    expect(childrenOf(process.pid)).toEqual([]);
  });

  asRoot('one that waits for its id maps', () => stopAndKill(mapped));
});

test('the program under our init, killed as soon as it is there', async () => {
  const child = boxes['our init'].spawn('sleep', ['600'], { stdio: 'ignore' });
  const closed = once(child, 'close');
  let program: number | undefined;
  await until('init has started the program', () => {
    program = childrenOf(child.pid ?? 0)[0];
    return program !== undefined;
  });
  process.kill(program ?? 0, 'SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
});
