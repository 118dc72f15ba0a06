// What a user installs: the same names by require and import, and a tarball with all that it needs and no more.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root, text } from '../support/sources';

interface Conditions {
  types: string;
  default: string;
}

const manifest = JSON.parse(text('package.json')) as {
  name: string;
  exports: Record<string, string | Conditions>;
};
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ name: join(manifest.name, path), target }],
);

/** A plain Node in the checkout, which finds the package under its own name; jest would find other modules. */
function inNode(code: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' }));
}

describe.each(entries)('$name', ({ name, target }) => {
  test('has its code and its types where the exports map says', () => {
    expect(existsSync(join(root, target.default))).toBe(true);
    expect(existsSync(join(root, target.types))).toBe(true);
  });

  test('gives the same names to require and to import', () => {
    const required = inNode(
      `console.log(JSON.stringify(Object.keys(require('${name}')).sort()))`,
    ) as string[];
    const imported = inNode(
      `import('${name}').then((all) => console.log(JSON.stringify(Object.keys(all).sort())))`,
    ) as string[];
    const ofCommonJs = ['default', 'module.exports', '__esModule'];
    const names = (all: string[]) => all.filter((each) => !ofCommonJs.includes(each));
    expect(names(required)).not.toEqual([]);
    expect(names(imported)).toEqual(names(required));
  });
});

describe('the tarball', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [pack] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as [{ files: { path: string; size: number }[]; unpackedSize: number }];
  const paths = pack.files.map(({ path }) => path);

  test('has the addon, the init program and every entry of the exports map', () => {
    const native = ['build/Release/linux_namespaces.node', 'build/Release/lns-init'];
    const own = entries.flatMap(({ target }) => [target.default, target.types]).map(normalize);
    expect(paths).toEqual(expect.arrayContaining([...native, ...own, 'package.json']));
  });

  test('has nothing else: no sources, tests or build files', () => {
    const allowed = [
      /^dist\/lib\/.+\.(js|d\.ts)$/,
      /^dist\/types\/.+\.d\.ts$/,
      /^build\/Release\/(linux_namespaces\.node|lns-init)$/,
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
    ];
    expect(paths.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(pack.unpackedSize).toBeLessThan(1024 * 1024);
  });

  test('has every file that its own files name', () => {
    const missing = paths
      .filter((path) => /\.(js|d\.ts)$/.test(path))
      .flatMap((path) => relativeNames(path).map((name) => ({ path, name })))
      .filter(({ path, name }) => !candidates(path, name).some((file) => paths.includes(file)));
    expect(missing).toEqual([]);
  });
});

function relativeNames(path: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\()["'](\.[^"']*)["']/g;
  return [...text(path).matchAll(pattern)].map((match) => match[1] ?? '');
}

function candidates(path: string, name: string): string[] {
  const bare = normalize(join(dirname(path), name));
  return path.endsWith('.d.ts')
    ? [bare, `${bare}.d.ts`, bare.replace(/\.js$/, '.d.ts'), join(bare, 'index.d.ts')]
    : [bare, `${bare}.js`, join(bare, 'index.js')];
}
