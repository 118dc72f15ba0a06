import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Namespace } from '../lib/index';
import { needs } from './support/needs';
import { permitted, shell } from './support/script';

function has(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const withTools = needs(has('ipcmk') && has('ipcrm'), 'ipcmk and ipcrm (util-linux)');

const box = permitted(Namespace.ipc());

/** The ids of the System V objects of a kind. */
const list = (kind: string) => `sed 1d /proc/sysvipc/${kind} | awk '{ print $2 }'`;

describe.each([
  ['msg', '--queue', '-q'],
  ['sem', '--semaphore=1', '-s'],
  ['shm', '--shmem=4096', '-m'],
])('System V objects in /proc/sysvipc/%s', (kind, make, remove) => {
  let id = '';

  beforeAll(() => {
    if (has('ipcmk')) id = /\d+/.exec(String(execFileSync('ipcmk', [make])))?.[0] ?? '';
  });
  afterAll(() => {
    if (id !== '') execFileSync('ipcrm', [remove, id]);
  });

  withTools('of outside are not inside', async () => {
    expect((await shell(Namespace.none, list(kind))).split('\n')).toContain(id);
    expect(await shell(box, list(kind))).toBe('');
  });

  withTools('of inside are not outside, nor in the next namespace', async () => {
    const before = await shell(Namespace.none, list(kind));
    const inside = await shell(box, `ipcmk ${make} >/dev/null; ${list(kind)}`);
    expect(inside.split('\n')).toHaveLength(1);
    expect(await shell(Namespace.none, list(kind))).toBe(before);
    expect(await shell(box, list(kind))).toBe('');
  });
});

test('it takes no options', () => {
  const make = () => Namespace.ipc({ sharedMemory: 1 } as unknown as Record<string, never>);
  expect(make).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
  expect(make).toThrow('options.sharedMemory');
});
