// Node has several threads: what the raw calls say to that, and what they refuse because it would break the process.
import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { constants, setns, unshare } from '../../lib/syscall';
import { needs } from '../support/needs';
import {
  fixture,
  hasCompiler,
  installed,
  nudgeEnvironment,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const environment = nudgeEnvironment(file);

/** A fixture with all rights over its own namespaces, also where the tests run as an ordinary user. */
function inside(name: string, ...args: string[]) {
  const box = Namespace.compose(Namespace.user(), Namespace.mount());
  return box.run(process.execPath, [fixture(name), ...args], {
    env: environment(),
    timeout: 20_000,
  });
}

needs(installed('nsenter'), 'nsenter')(
  'joining and creating fails as the man pages say, where a process of one thread succeeds',
  async () => {
    const { stdout, stderr } = await inside('raw-errors.cjs');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      single: [0, 0, 0],
      unshareUser: 'EINVAL, with a hint',
      joinUser: 'EINVAL, with a hint',
      joinTime: expect.stringMatching(/^EUSERS/),
      joinMount: 'EINVAL, with a hint',
      unshareFs: 'ok',
      joinMountThen: 'ok',
    });
  },
);

describe('what breaks a Node process', () => {
  const refusal = { code: 'ERR_INVALID_ARG_VALUE' };

  test('is refused, with the word that permits it', () => {
    const namespaces = openSync('/proc/self/ns/pid', 'r');
    try {
      const calls = [
        () => unshare(constants.CLONE_NEWPID),
        () => unshare(constants.CLONE_NEWPID | constants.CLONE_NEWUTS, { permit: ['files'] }),
        () => unshare(constants.CLONE_FILES),
        () => unshare(constants.CLONE_FILES, { permit: ['pid'] }),
        () => setns(namespaces, constants.CLONE_NEWPID),
        () => setns(namespaces),
        () => setns(namespaces, 0, { permit: ['files'] }),
      ];
      for (const call of calls) {
        expect(call).toThrow(expect.objectContaining(refusal));
        expect(call).toThrow(/permit: \['(pid|files)'\]/);
      }
    } finally {
      closeSync(namespaces);
    }
  });

  needs(hasCompiler, 'cc')(
    'unshare(CLONE_NEWPID) aborts Node when its thread pool is used',
    async () => {
      const { signal, stdout } = await inside('unshare-pid.cjs', 'naive');
      expect({ signal, stdout }).toEqual({ signal: 'SIGABRT', stdout: '' });
    },
  );

  test('permitted, it is as documented, and the thread pool lives', async () => {
    const { stdout, stderr } = await inside('unshare-pid.cjs', 'ours');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      first: '1',
      second: 'ENOMEM',
      worker: 'ERR_WORKER_INIT_FAILED',
      pool: true,
    });
  });
});

describe('a Worker that moves', () => {
  interface Places {
    worker: string;
    workersPool: string;
    main: string;
    pool: string;
  }

  needs(hasCompiler, 'cc')('takes a cold thread pool along, the main thread’s too', async () => {
    const { stdout, stderr } = await inside('pool.cjs', 'naive');
    expect(stderr).toBe('');
    const { worker, main, pool } = JSON.parse(stdout) as Places;
    expect(worker).not.toBe(main);
    expect(pool).toBe(worker);
  });

  test('moves alone with our wrapper', async () => {
    const { stdout, stderr } = await inside('pool.cjs', 'ours');
    expect(stderr).toBe('');
    const { worker, workersPool, main, pool } = JSON.parse(stdout) as Places;
    expect(worker).not.toBe(main);
    expect([workersPool, pool]).toEqual([main, main]);
  });
});
