// A child shares our memory until its exec: what must not happen in that time, and that nothing is copied for it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { asRoot, needs } from '../support/needs';
import {
  hasCompiler,
  installed,
  isRoot,
  naiveProgram,
  nudgeEnvironment,
  report,
  run,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const naive = naiveProgram(file);
const environment = nudgeEnvironment(file);

describe('the heap', () => {
  interface Faults {
    faults: number;
    pages: number;
  }

  test('becomes copy-on-write with child_process', async () => {
    const { faults, pages } = await report<Faults>('heap.cjs', ['naive']);
    // Huge pages fault once for 512.
    expect(faults).toBeGreaterThan(pages / 1024);
  });

  test('is not touched by our start', async () => {
    const [forked, ours] = await Promise.all([
      report<Faults>('heap.cjs', ['naive']),
      report<Faults>('heap.cjs', ['ours']),
    ]);
    expect(ours.faults).toBeLessThan(forked.faults / 10);
  });
});

describe('the dumpable flag', () => {
  const naively = isRoot ? needs(hasCompiler, 'cc') : asRoot;

  naively('is lost to a change of ids in shared memory', async () => {
    expect(await run(naive(), ['dumpable'])).toMatchObject({ code: 0, stdout: '0\n' });
  });

  needs(hasCompiler, 'cc')(
    'is as before after starts with other ids and user namespaces',
    async () => {
      expect(await report('dumpable.cjs', [], { env: environment() })).toEqual({
        dumpable: [1],
        owner: true,
      });
    },
  );
});

describe('the window between clone and exec', () => {
  needs(hasCompiler, 'cc')(
    'lets a handler of the parent run in the child, on the parent’s memory',
    async () => {
      expect(await run(naive(), ['handler'])).toMatchObject({ code: 0, stdout: '1\n' });
    },
  );

  interface Line {
    pid: string;
    text: string;
  }

  /** The log of one start, and where in it our clone stands; strace puts `<unfinished ...>` behind calls that wait. */
  async function trace(): Promise<{ before: Line[]; clone: string; child: Line[] }> {
    const log = file('window.log');
    await report('start-one.cjs', [], { through: ['strace', '-f', '-o', log] });
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => /^(\d+) +(.*)$/.exec(line))
      .map((match) => ({ pid: match?.[1] ?? '', text: match?.[2] ?? '' }));
    const at = lines.findIndex(
      ({ text }) => /^clone3?\(.*CLONE_VM/.test(text) && text.includes('CLONE_PIDFD'),
    );
    const caller = lines[at]?.pid;
    const result = lines
      .slice(at)
      .find(({ pid, text }) => pid === caller && /clone3?[( ].*= \d+$/.test(text));
    const born = /= (\d+)$/.exec(result?.text ?? '')?.[1];
    return {
      before: lines
        .slice(0, at)
        .filter(({ pid, text }) => pid === caller && !text.startsWith('<...')),
      clone: lines[at]?.text ?? '',
      child: lines.filter(({ pid }) => pid === born),
    };
  }

  needs(installed('strace'), 'strace')(
    'holds all signals and does nothing but place descriptors',
    async () => {
      const { before, clone, child } = await trace();
      expect(clone).toMatch(/CLONE_NEWUSER.*CLONE_NEWPID.*CLONE_CLEAR_SIGHAND/);
      expect(before.at(-1)?.text).toMatch(/^rt_sigprocmask\(SIG_SETMASK, ~\[\]/);
      const calls = child.map(({ text }) => text).filter((text) => !text.startsWith('<...'));
      const window = calls.slice(
        0,
        calls.findIndex((text) => text.startsWith('execveat(')),
      );
      expect(window.length).toBeGreaterThan(0);
      // prctl can change a lot; here it may raise ambient capabilities, and those only.
      const harmless =
        /^(capset|close|close_range|dup3|fcntl|prctl\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE|prctl\(PR_SET_PDEATHSIG|exit_group)\b/;
      expect(window.filter((text) => !harmless.test(text))).toEqual([]);
    },
  );
});
