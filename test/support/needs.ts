import { release } from 'node:os';
import { test } from '@jest/globals';

const mustWork = process.env.NS_MUST_WORK === '1';
const isRoot = process.getuid?.() === 0;
const told = new Set<string>();

/** Tests for one kind of user only. `npm test` runs as both when it can, so these are no lack of the machine. */
export const asRoot = isRoot ? test : test.skip;
export const asOrdinaryUser = isRoot ? test.skip : test;

/**
 * A test that needs something of the machine: `needs(hasStrace, 'strace')('names the step …', () => { … })`.
 *
 * Without it the test is skipped and the reason printed; where NS_MUST_WORK=1 says that this machine has everything
 * (CI), the lack itself is a failing test, so that no test is lost without anybody seeing it.
 */
export function needs(condition: unknown, reason: string): typeof test.skip {
  if (condition) return test;
  if (!told.has(reason)) {
    told.add(reason);
    if (mustWork) test(`needs ${reason}`, () => lacks(reason));
    else process.stderr.write(`skipped: needs ${reason}\n`);
  }
  return test.skip;
}

function lacks(reason: string): never {
  throw new Error(`NS_MUST_WORK=1, but this machine lacks: ${reason}`);
}

/** A test that opens namespaces by their ids. */
export function needsIds(): typeof test.skip {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return needs(major > 6 || (major === 6 && minor >= 18), 'ids of namespaces (Linux 6.18)');
}
