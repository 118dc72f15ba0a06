// clone3 is not there under some seccomp profiles and emulators: the old clone does the same, or says that it cannot.
import { readFileSync, readlinkSync } from 'node:fs';
import { expect } from '@jest/globals';
import { asRoot, needs } from '../support/needs';
import { fixture, installed, isRoot, report, run, temporaryFolder } from './fixtures/programs';

const file = temporaryFolder();

function withoutClone3(log: string): string[] {
  return [
    'strace',
    '-f',
    '-o',
    file(log),
    '-e',
    'trace=clone,clone3',
    '-e',
    'inject=clone3:error=ENOSYS',
  ];
}

needs(installed('strace'), 'strace').each(['pid1', 'init'])(
  'a box without clone3: %s',
  async (what) => {
    const through = withoutClone3(what);
    expect(await report('start-one.cjs', [what], { through })).toEqual({
      stdout: what === 'init' ? '2 box\n' : '1 box\n',
      exitCode: 3,
    });
    const log = readFileSync(file(what), 'utf8');
    expect(log).toMatch(/clone3\(.*CLONE_NEWUSER.*ENOSYS .*\(INJECTED\)/);
    expect(log).toMatch(/clone\(.*CLONE_NEWUSER\|CLONE_NEWPID/);
  },
);

const withStrace = isRoot ? needs(installed('strace'), 'strace') : asRoot;

withStrace(
  'a time namespace, which the old clone has no room for, is there or is an error',
  async () => {
    const [command = '', ...args] = [
      ...withoutClone3('time'),
      process.execPath,
      fixture('raw-time.cjs'),
    ];
    const { stdout } = await run(command, args);
    expect(readFileSync(file('time'), 'utf8')).toContain('(INJECTED)');
    expect(stdout).toMatch(/^(time:|E[A-Z]+\n)/);
    expect(stdout.trim()).not.toBe(readlinkSync('/proc/self/ns/time'));
  },
);
