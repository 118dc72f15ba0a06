// A parent that dies takes its children along, at whatever moment it dies; what is `detached` stays.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { asRoot, needs } from '../support/needs';
import { end, hasEnded, statusField, until } from './fixtures/processes';
import {
  fixture,
  hasCompiler,
  isRoot,
  naiveProgram,
  run,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const naive = naiveProgram(file);

/** The number of the child of a parent that was killed. Into a file: a stopped child may have a pipe of its parent's. */
async function orphan(what: string, when: string): Promise<number> {
  const output = openSync(file('output'), 'w+');
  try {
    const stdio = ['ignore', output, output] as const;
    const parent = spawn(process.execPath, [fixture('lifeline.cjs'), what, when], {
      stdio: [...stdio],
    });
    const [, signal] = await once(parent, 'exit');
    const said = readFileSync(file('output'), 'latin1');
    expect({ what, signal, said }).toEqual({
      what,
      signal: 'SIGKILL',
      said: expect.stringMatching(/^\d+\n$/),
    });
    return Number(said);
  } finally {
    closeSync(output);
  }
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    // It was further than its set-up, and has been killed.
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}

async function expectGone(what: string, rounds = 3): Promise<void> {
  for (const when of [
    ...new Array<string>(rounds).fill('at-once'),
    'stopped',
    'stopped',
    'later',
  ]) {
    const pid = await orphan(what, when);
    try {
      if (when === 'stopped') goOn(pid);
      await until(`${what} (${pid}) ends with its parent, ${when}`, () => hasEnded(pid));
    } finally {
      await end(pid);
    }
  }
}

test('a child of child_process lives on', async () => {
  const pid = await orphan('naive', 'later');
  expect(hasEnded(pid)).toBe(false);
  await end(pid);
});

describe('the parent dies', () => {
  test('of a plain child', () => expectGone('none'));
  test('of a PID 1', () => expectGone('pid'));
  test('of our init', () => expectGone('init'));
  // The threads of a Node process die one after the other, its main thread and its descriptors at different moments.
  test('of a child that is long in its set-up', () => expectGone('slow', 20));
  asRoot('of a child that waits for its id maps', () => expectGone('maps'));
  asRoot('of a child with other ids', () => expectGone('ids'));
});

const naively = isRoot ? needs(hasCompiler, 'cc') : asRoot;

naively('a change of ids takes the death signal off', async () => {
  expect(await run(naive(), ['death-signal'])).toMatchObject({ code: 0, stdout: '0\n' });
});

test.each(['detached', 'detached-init'])('%s stays', async (what) => {
  const pid = await orphan(what, 'later');
  try {
    // The kernel sends the death signal before the parent can be waited for, so that it would be there by now.
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    expect(statusField(status, 'State')).toMatch(/^[SRD]/);
    expect(statusField(status, 'ShdPnd')).toBe('0000000000000000');
    expect(hasEnded(pid)).toBe(false);
  } finally {
    await end(pid);
  }
});
