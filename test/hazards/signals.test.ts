// Signals: a child starts with none blocked and none ignored, whatever its parent does.
import { describe, expect } from '@jest/globals';
import { needs } from '../support/needs';
import { statusField } from './fixtures/processes';
import {
  hasCompiler,
  naiveProgram,
  nudgeEnvironment,
  report,
  run,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const naive = naiveProgram(file);
const environment = nudgeEnvironment(file);
const none = '0000000000000000';
const SIGPIPE = 13n;

const has = (mask: string | undefined, signal: bigint) =>
  ((BigInt(`0x${mask}`) >> (signal - 1n)) & 1n) === 1n;

describe('ignored and blocked signals', () => {
  needs(hasCompiler, 'cc')('pass a clone that clears the handlers', async () => {
    const { stdout } = await run(naive(), ['ignored', 'cat', '/proc/self/status']);
    expect(has(statusField(stdout, 'SigIgn'), SIGPIPE)).toBe(true);
    expect(statusField(stdout, 'SigBlk')).not.toBe(none);
  });

  needs(hasCompiler, 'cc')('do not reach our children', async () => {
    const { naive: forked, ...ours } = await report<Record<string, string>>('signals.cjs', [], {
      env: environment(),
      // For a parent that was started with them ignored, too.
      through: ['sh', '-c', 'trap "" HUP CHLD; exec "$@"', 'sh'],
    });
    expect(has(statusField(forked ?? '', 'SigIgn'), SIGPIPE)).toBe(false);
    for (const [name, status] of Object.entries(ours)) {
      const masks = ['SigBlk', 'SigIgn'].map((set) => statusField(status, set));
      expect({ name, masks }).toEqual({ name, masks: [none, none] });
    }
    expect(Object.keys(ours)).toEqual(['plain', 'pid1', 'init']);
  });
});

describe('SIGCHLD ignored by this process', () => {
  needs(hasCompiler, 'cc')('takes the status away from waitid', async () => {
    expect(await run(naive(), ['no-status'])).toMatchObject({ code: 0, stdout: 'ECHILD\n' });
  });

  needs(hasCompiler, 'cc')('leaves our exit statuses right', async () => {
    const endings = await report<object[]>('ignored-chld.cjs', [], { env: environment() });
    expect(endings).toMatchObject([{ exitCode: 7 }, { exitCode: 7 }, { exitCode: 7 }]);
  });
});
