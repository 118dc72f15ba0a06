// Links in the README and in docs/ lead somewhere, and every page can be found.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { root, text } from '../support/sources';
import { pages } from './samples';

interface Link {
  readonly page: string;
  readonly target: string;
}

const linksOf = (page: string): Link[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => ({
    page,
    target: match[1] ?? '',
  }));

// Without blocks of code, whose brackets are none of ours.
function proseOf(page: string): string {
  return text(page).replace(/^```[\s\S]*?^```$/gm, '');
}

// GitHub's names for headings: small letters, hyphens for spaces, and nothing but letters, digits, hyphens.
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

const links = pages.flatMap(linksOf);
const inside = links.filter(({ target }) => !/^https?:/.test(target));

test.each(inside)('$page: $target', ({ page, target }) => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  expect(existsSync(join(root, file))).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
});

test('every page can be reached from the README', () => {
  const reached = new Set(['README.md', 'CHANGELOG.md']);
  for (const page of reached) {
    for (const { target } of linksOf(page)) {
      const file = normalize(join(dirname(page), target.split('#')[0] ?? ''));
      if (pages.includes(file)) reached.add(file);
    }
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});
