// A socket in a namespace whose user namespace has a hostile process, which sees all processes of the machine: who joins both
// to make it can be read by that process, unless it was executed and is not dumpable.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect } from '@jest/globals';
import { Namespace, type NamespaceHandle } from '../../lib/index';
import { composed } from '../support/handles';
import { needs } from '../support/needs';
import { until } from './fixtures/processes';
import { hasCompiler, joinPrograms, temporaryFolder } from './fixtures/programs';

const program = joinPrograms(temporaryFolder());
const withCompiler = needs(hasCompiler, 'cc');

// What the watcher looks for, in the memory of this process.
const secret = ['SECRET', 'of the host'].join('-');

/** What the watcher says while `use` runs, each line once. */
async function watched(
  use: (watcher: ChildProcess, said: ReadonlySet<string>) => Promise<void>,
): Promise<ReadonlySet<string>> {
  const box = composed(Namespace.user(), Namespace.network());
  const watcher = box.spawn(program('watcher'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = new Set<string>();
  const lines = createInterface({ input: watcher.stdout ?? process.stdin });
  lines.on('line', (line) => said.add(line));
  const closed = once(watcher, 'close');
  try {
    await until('it watches', () => said.has('ready'));
    await use(watcher, said);
  } finally {
    watcher.stdin?.end();
    await closed;
  }
  return said;
}

withCompiler('who forks and joins is read', async () => {
  const said = await watched(async (watcher, heard) => {
    const joiner = spawn(program('joiner'), [String(watcher.pid), 'net'], { stdio: 'ignore' });
    const ended = once(joiner, 'exit');
    await until('it is read', () => heard.has('joiner=open'));
    joiner.kill('SIGKILL');
    await ended;
  });
  expect(said).toContain('joiner=open');
});

withCompiler('who makes a socket for us is seen, and not read', async () => {
  const said = await watched(async (watcher, heard) => {
    using network: NamespaceHandle<'network'> = await Namespace.of(watcher, 'network');
    // Many, for each lives for a moment only.
    for (let round = 0; round < 2000 && !heard.has('lns:[1:SETUP]=EPERM'); round++) {
      closeSync((await network.listen({ host: '127.0.0.1' })).fd);
    }
  });
  expect(secret).toHaveLength(18);
  expect([...said].filter((line) => line.endsWith('=open'))).toEqual([]);
  // As root, a thread of this process makes it: nobody to be seen.
  if (process.getuid?.() !== 0) expect(said).toContain('lns:[1:SETUP]=EPERM');
});
