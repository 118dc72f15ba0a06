import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { files, root, text } from '../support/sources';
import { exampleFile } from './support';

const names = files('examples', /\.ts$/).map((path) => basename(path, '.ts'));

test.each(names)('%s is built, tested and listed in the README', (name) => {
  expect(existsSync(exampleFile(name))).toBe(true);
  expect(existsSync(join(root, 'test', 'examples', `${name}.test.ts`))).toBe(true);
  expect(text('README.md')).toContain(`(examples/${name}.ts)`);
});

test.each(names)('%s can be read in one sitting, and says first what it shows', (name) => {
  const lines = text(`examples/${name}.ts`).split('\n');
  expect(lines[0]).toMatch(/^\/\/ \S/);
  expect(lines.length).toBeLessThanOrEqual(90);
});
