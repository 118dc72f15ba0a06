// A FIFO that nobody opens stops whoever opens it: a naive caller with its child, and never ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { needs } from '../support/needs';
import { processState, until } from './fixtures/processes';
import {
  fixture,
  hasCompiler,
  installed,
  naiveProgram,
  run,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const naive = naiveProgram(file);

async function makeFifo(): Promise<string> {
  await run('sh', ['-c', 'test -p "$0" || mkfifo -m 755 "$0"', file('fifo')]);
  return file('fifo');
}

needs(hasCompiler, 'cc')('a child that shares memory stops its parent', async () => {
  const fifo = await makeFifo();
  const caller = spawn(naive(), ['fifo', fifo], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  caller.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until('the caller waits in the kernel', () => processState(caller.pid ?? 0)?.state === 'D');
  expect(said).toBe('');
  // O_RDWR does not wait, and lets the reader go.
  const other = openSync(fifo, constants.O_RDWR);
  await once(caller, 'close');
  closeSync(other);
  expect(said).toBe('free\n');
});

needs(installed('timeout'), 'timeout')(
  'as command, folder and mount source it stops nobody',
  async () => {
    await makeFifo();
    writeFileSync(file('file'), '');
    const args = ['-s', 'KILL', '10', process.execPath, fixture('fifos.cjs'), file()];
    const { stdout, stderr } = await run('timeout', args);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      'command: EACCES at exec',
      'command in a box: EACCES at exec',
      'cwd: ENOTDIR at process.cwd',
      'bind source: 0',
      'command hidden inside: ENOENT at exec',
      'command of another cwd: ENOENT at exec',
      'in PATH: EACCES at exec',
    ]);
  },
);
