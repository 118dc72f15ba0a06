// Into a container whose processes have every right in there: what a joiner brings along that is the host's.
// hostile.c stops whoever comes in and tries each attack; joiner.c is who knows nothing of that, and loses everything.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect } from '@jest/globals';
import { Mount, Namespace } from '../../lib/index';
import { composed } from '../support/handles';
import { needs } from '../support/needs';
import { nodeArguments } from '../support/script';
import { hasCompiler, joinPrograms, run, temporaryFolder } from './fixtures/programs';

const file = temporaryFolder();
const program = joinPrograms(file);
const withCompiler = needs(hasCompiler, 'cc');

// Root in there maps to who runs the tests: the same user, as in a container that maps root to root.
const container = composed(
  Namespace.user(),
  Namespace.pid(),
  Namespace.network(),
  Namespace.uts(),
  Namespace.mount([Mount.proc()]),
);

beforeAll(() => {
  mkdirSync(file('host'));
  writeFileSync(file('host/of-the-host'), 'secret');
});

/** What each attack on a newcomer came to. */
type Attacked = Readonly<Record<string, string>>;

/** Runs `use` while a hostile PID 1 attacks everybody who comes in. */
async function attacked(
  what: 'kill' | 'go',
  use: (hostile: ChildProcess, attacks: readonly Attacked[]) => Promise<void>,
): Promise<readonly Attacked[]> {
  const hostile = container.spawn(program('hostile'), [what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const attacks: Attacked[] = [];
  const lines = createInterface({ input: hostile.stdout ?? process.stdin });
  const closed = once(hostile, 'close');
  try {
    await once(lines, 'line');
    lines.on('line', (line) =>
      attacks.push(Object.fromEntries(line.split(' ').map((word) => word.split('=')))),
    );
    await use(hostile, attacks);
  } finally {
    hostile.kill('SIGKILL');
    await closed;
  }
  return attacks;
}

/** As many descriptors of a folder of the host's as a careless parent leaves open. */
async function withPlanted<R>(use: (planted: readonly number[]) => Promise<R>): Promise<R> {
  const folder = openSync(file('host'), 'r');
  try {
    return await use(Array<number>(200).fill(folder));
  } finally {
    closeSync(folder);
  }
}

withCompiler('who joins naively is read, traced, robbed and overwritten', async () => {
  const victim = file('victim');
  writeFileSync(victim, readFileSync(program('joiner')), { mode: 0o755 });
  const attacks = await attacked('kill', async (hostile, seen) => {
    await withPlanted(async (planted) => {
      const joiner = spawn(victim, [String(hostile.pid)], {
        stdio: ['ignore', 'ignore', 'inherit', ...planted],
      });
      await once(joiner, 'close');
    });
    while (seen.length === 0) await new Promise(setImmediate);
  });
  expect(attacks).toEqual([
    {
      name: 'victim',
      memory: 'open',
      mem: 'open',
      leak: 'open',
      cwd: 'open',
      root: 'open',
      environ: 'open',
      getfd: 'open',
      ptrace: 'open',
      exe: 'open',
    },
  ]);
  expect(readFileSync(victim, 'latin1')).toBe('overwritten');
});

describe('ours', () => {
  const ways = {
    'all of a process': 'whole',
    'one by one':
      "Namespace.compose(...['user', 'pid', 'mount', 'network'].map((type) => whole.get(type)))",
    'and creates others':
      "Namespace.compose(whole.get('user'), whole.get('pid'), Namespace.ipc(), Namespace.uts({ hostname: 'x' }))",
  };

  withCompiler.each(Object.entries(ways))('%s: nothing of it can be had', async (_name, box) => {
    // Until some of them were caught before their program ran: nearly each one is.
    const code = `
      const whole = await Namespace.of(Number(process.env.TARGET));
      const secret = 'SECRET-' + 'of the host';
      const box = ${box};
      for (let round = 0; round < 15; round++) {
        const { exitCode, signal } = await box.run('true', { env: { SECRET: secret }, timeout: 10_000, killSignal: 'SIGKILL' });
        if (exitCode !== 0) throw new Error(String(exitCode ?? signal));
      }
      console.log((await box.run('ls', ['/proc/self/fd'], { cwd: '/' })).stdout.trim().split('\\n').join());`;
    const attacks = await attacked('go', async (hostile) => {
      const said = await withPlanted((planted) =>
        run(process.execPath, nodeArguments(code), {
          env: { ...process.env, TARGET: String(hostile.pid) },
          stdio: ['ignore', 'pipe', 'pipe', ...planted],
        }),
      );
      expect(said).toEqual({ code: 0, signal: null, stdout: '0,1,2,3\n', stderr: '' });
    });
    const ours = attacks.filter(({ name }) => name?.startsWith('lns:'));
    expect(ours.length).toBeGreaterThan(0);
    for (const { name: _, ...tried } of ours) {
      expect(tried).toEqual({
        memory: expect.stringMatching(refused),
        mem: expect.stringMatching(refused),
        leak: expect.stringMatching(refused),
        cwd: expect.stringMatching(refused),
        root: expect.stringMatching(refused),
        environ: expect.stringMatching(refused),
        getfd: expect.stringMatching(refused),
        ptrace: expect.stringMatching(refused),
        exe: expect.stringMatching(refused),
      });
    }
  });

  const refused = /^E(PERM|ACCES)$/;
});
