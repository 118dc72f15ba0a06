// What the pages list is what there is.
import { expect, test } from '@jest/globals';
import * as syscall from '../../lib/syscall';
import { files, text } from '../support/sources';

// Names between backquotes in the first column of the tables under a heading.
function firstColumn(page: string, heading: string): string[] {
  const [, section = ''] = text(page).split(`\n## ${heading}\n`);
  const rows = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
}

test('docs/errors.md has every step', () => {
  const steps = [...text('cpp/plan/steps.h').matchAll(/^ +X\(\w+, "([\w.]+)"/gm)].map(
    (match) => match[1],
  );
  expect(steps.length).toBeGreaterThan(10);
  expect(firstColumn('docs/errors.md', 'Steps').sort()).toEqual(
    ['load', 'namespace.open', 'start', ...steps].sort(),
  );
});

test('docs/errors.md has every code of a wrong argument', () => {
  const codes = [...new Set(text('lib/internal/validate.ts').match(/ERR_\w+/g))];
  for (const code of codes)
    expect(text('docs/errors.md') + text('docs/running.md')).toContain(code);
});

test('docs/syscall.md has every function and constant of the raw layer', () => {
  const page = text('docs/syscall.md');
  for (const name of Object.keys(syscall)) expect(page).toMatch(new RegExp(`\\| \`${name}\\b`));
  for (const name of Object.keys(syscall.constants)) expect(page).toContain(`\`${name}\``);
});

test.each(['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'])(
  'docs/namespaces.md has a section for %s, with every option',
  (type) => {
    const page = text('docs/namespaces.md');
    expect(page).toContain(`\n## ${type}\n`);
    const source = files('lib', new RegExp(`^${type}\\.ts$`))
      .map(text)
      .join('');
    const [, body = ''] = /export interface \w+Options \{\n([\s\S]*?)^\}/m.exec(source) ?? [];
    const options = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map((match) => match[1] ?? '');
    if (type !== 'mount')
      expect(firstColumn('docs/namespaces.md', type)).toEqual(expect.arrayContaining(options));
  },
);

test('docs/mounts.md has every option of every operation', () => {
  const page = text('docs/mounts.md');
  const options = [...text('lib/mount.ts').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(
    (match) => match[1],
  );
  expect(options.length).toBeGreaterThan(5);
  for (const name of options) expect(page).toMatch(new RegExp(`\\b${name}\\b`));
});
