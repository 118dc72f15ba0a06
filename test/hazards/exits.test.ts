// Exits come from the pidfd: ours and Node's children end beside each other, and no status is stolen or lost.
import childProcess, { type ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { needs } from '../support/needs';
import { childrenOf } from './fixtures/processes';
import { hasCompiler, naiveProgram, run, temporaryFolder } from './fixtures/programs';

const naive = naiveProgram(temporaryFolder());
const user = Namespace.user();
const pid1 = Namespace.compose(user, Namespace.pid());
const init = Namespace.compose(user, Namespace.pid({ init: true }));

/** How a child ended, as one word. */
function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve(String(signal ?? code)));
    child.once('error', reject);
  });
}

test('300 of ours and 300 of child_process, all at once and mixed', async () => {
  const starters = [childProcess, Namespace.none, childProcess, pid1, childProcess, init];
  const wanted: string[] = [];
  const got: string[] = [];
  for (let round = 0; round < 5; round++) {
    const children = Array.from({ length: 120 }, (_, index) => {
      const code = (round * 120 + index) % 256;
      // PID 1 is ended by no signal of its own; everybody else may be.
      const isKilled = index % 6 < 3 && index % 4 === 0;
      wanted.push(isKilled ? 'SIGKILL' : String(code));
      const script = isKilled ? 'kill -KILL $$' : `exit ${code}`;
      const starter = starters[index % starters.length] ?? childProcess;
      return ending(starter.spawn('sh', ['-c', script], { stdio: 'ignore' }));
    });
    got.push(...(await Promise.all(children)));
  }
  expect(got).toEqual(wanted);
  expect(childrenOf(process.pid)).toEqual([]);
});

needs(hasCompiler, 'cc')(
  'who waits for an eventfd does not hear of a death, who reads a pipe does',
  async () => {
    expect(await run(naive(), ['end-of-file'])).toMatchObject({
      code: 0,
      stdout: 'eventfd 0, pipe 1\n',
    });
  },
);
