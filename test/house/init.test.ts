// The init program stands on its own: no libc, no loader, and small, since its start is part of every child's start.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ELF_EXECUTABLE, FLAG, readElf, SEGMENT } from '../support/elf';
import { root } from '../support/sources';

const init = readElf(join(root, 'build', 'Release', 'lns-init'));
const kinds = init.segments.map(({ type }) => type);

test('it is static: no interpreter, no shared libraries, no fixed-up addresses', () => {
  expect(init.type).toBe(ELF_EXECUTABLE);
  expect(kinds).not.toContain(SEGMENT.dynamic);
  expect(kinds).not.toContain(SEGMENT.interpreter);
});

test('it wants nothing from anybody: no undefined symbols, no thread-local storage of a libc', () => {
  expect(init.undefinedSymbols).toEqual([]);
  expect(kinds).not.toContain(SEGMENT.tls);
});

test('no memory of it can be both written and executed', () => {
  const both = FLAG.write | FLAG.execute;
  expect(init.segments.filter(({ flags }) => (flags & both) === both)).toEqual([]);
  expect(kinds).toContain(SEGMENT.stack);
});

test('it has at most 40 KB', () => {
  expect(init.size).toBeLessThanOrEqual(40 * 1024);
});
