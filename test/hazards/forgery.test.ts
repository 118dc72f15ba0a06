// A program with every capability in its user namespace may trace our init, whatever PR_SET_DUMPABLE says. It is not to
// reach the launcher that way.
import { expect } from '@jest/globals';
import { needs } from '../support/needs';
import { fixture, hasCompiler, hostileProgram, run, temporaryFolder } from './fixtures/programs';

const hostile = hostileProgram(temporaryFolder());
const huge = '100000000';

needs(hasCompiler, 'cc').each([
  ['a step that is not there', '999', '1', '1'],
  ['a system call that is not there', '0', huge, '1'],
  ['a failure of a program that has started', '0', '1', '1'],
  ['a kind that is not there', '0', '0', huge],
])('a forged record with %s does not harm the launcher', async (_what, step, call, kind) => {
  const { code, signal, stdout } = await run(process.execPath, [
    fixture('forge.cjs'),
    hostile(),
    step,
    call,
    kind,
  ]);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  // The program ran: whatever it says, it was started, and its exit is its own.
  expect(JSON.parse(stdout)).toEqual({ exitCode: expect.any(Number) });
});
