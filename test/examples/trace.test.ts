import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib';
import { needs } from '../support/needs';
import { facts, outputOf, runExample } from './support';

// What the example starts: explain() must say what strace sees.
const explained = Namespace.compose(Namespace.user(), Namespace.pid(), Namespace.uts());

function cloneFlags(text = ''): string[] {
  return /CLONE_VM[|A-Z_]*/.exec(text)?.[0].split('|').sort() ?? [];
}

const strace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']);

needs(strace.status === 0, 'strace that may trace')(
  'trace: the log tells the stages of the child in their order',
  async () => {
    const output = await outputOf('trace');
    const { parent, child } = facts(output, /^Process (?<parent>\d+) .* as (?<child>\d+)\.$/m);
    const told = [...output.matchAll(/^(\d+) {2}(.+)$/gm)].map(([, pid, call]) => ({ pid, call }));
    const calls = told.map(({ call }) => call ?? '');

    expect(told.map(({ pid }) => pid)).toEqual([parent, ...calls.slice(1).map(() => child)]);
    expect(calls.map((call) => /^\w+/.exec(call)?.[0])).toEqual([
      'clone3',
      'execveat',
      'prctl',
      'openat',
      'unshare',
      'sethostname',
      'execve',
      'getpid',
      'exit_group',
    ]);
    expect(cloneFlags(calls[0])).toEqual(cloneFlags(explained.explain('sh')));
    expect(calls[0]).toMatch(new RegExp(` = ${child}$`));
    expect(calls[2]).toContain('"lns:[1:SETUP]"');
    expect(calls[4]).toBe('unshare(CLONE_NEWUTS) = 0');
    expect(calls[5]).toBe('sethostname("box", 3) = 0');
    expect(calls[6]).toMatch(/^execve\("\/.*\/sh", \["sh", .* = 0$/);
    expect(calls[7]).toBe('getpid() = 1');
    expect(calls[8]).toBe('exit_group(0) = ?');
  },
);

test('trace: says so when strace is not there', async () => {
  const { code, stdout, stderr } = await runExample('trace', { env: { PATH: '/nowhere' } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    'strace did not start (spawnSync strace ENOENT): install the package strace\n',
  );
});
