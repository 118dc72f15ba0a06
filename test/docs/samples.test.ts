// Every sample of code compiles against the package as a user installs it, and does what it says.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asRoot, needsIds } from '../support/needs';
import { root } from '../support/sources';
import { allSamples, type Sample } from './samples';

const samples = allSamples();
const fileOf = (sample: Sample) => sample.name.replace(/[/:.]/g, '_');
const ofKind = (kind: Sample['kind']) => samples.filter((sample) => sample.kind === kind);

let folder = '';
let compiled = '';

// A folder that has the package in its node_modules, as a user's has.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lns-samples-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'linux-namespaces'));
  symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  for (const sample of samples) writeFileSync(join(folder, `${fileOf(sample)}.mts`), sample.code);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    rootDir: '.',
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.mts'] }),
  );
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  compiled = spawnSync(process.execPath, [tsc, '-p', folder], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are samples, and each starts with what it imports', () => {
  expect(samples.length).toBeGreaterThan(15);
  const bare = samples.filter(({ code }) => !/from 'linux-namespaces/.test(code));
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test.each(samples)('$name compiles', (sample) => {
  const own = compiled.split('\n').filter((line) => line.includes(fileOf(sample)));
  expect(own).toEqual([]);
});

test('and so does everything', () => {
  expect(compiled).toBe('');
});

function run(sample: Sample): void {
  const own = join(folder, `${fileOf(sample)}.d`);
  mkdirSync(own);
  // The PATH of an ordinary machine: one that leads through somebody's home makes other errors.
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, `${fileOf(sample)}.mjs`)],
    {
      cwd: own,
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const line of sample.prints) expect(stdout).toContain(line);
}

test.each(ofKind('run'))('$name runs, and prints what it says', run);

for (const sample of ofKind('as root')) {
  asRoot(`${sample.name} runs as root, and prints what it says`, () => run(sample));
}

for (const sample of ofKind('with ids')) {
  needsIds()(`${sample.name} runs, and prints what it says`, () => run(sample));
}
