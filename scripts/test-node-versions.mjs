// `npm run test:node-versions`: the tests on every Node that we support, with the addon as it is built now, since
// Node-API promises that one build serves them all. The Node binaries come from npm and stay in the user's cache.
// Arguments go to jest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, jest, tellFailures } from './support/jest.mjs';
import { runQuietly, totals } from './support/run.mjs';

const versions = [20, 22, 24, 26];
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'linux-namespaces');

const runs = versions.map(testOn);
tellFailures(runs);
console.table(
  runs.map(({ name, code, counts, seconds }) => ({
    node: name,
    result: code === 0 ? 'ok' : 'failed',
    ...counts,
    seconds,
  })),
);
console.log(totals(add(runs)));
process.exitCode = runs.every(({ code }) => code === 0) ? 0 : 1;

function testOn(version) {
  const node = install(version);
  const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.error(`--- Node ${name}`);
  const scratch = mkdtempSync(join(tmpdir(), 'lns-node-'));
  const start = Date.now();
  try {
    const run = jest({ node, scratch, args: process.argv.slice(2) });
    return { name, ...run, seconds: Math.round((Date.now() - start) / 1000) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function install(version) {
  const name = `node-linux-${process.arch}`;
  const folder = join(cache, `node-${version}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', folder];
    const { code } = runQuietly('npm', ['install', ...options, `${name}@${version}`]);
    if (code !== 0) throw new Error(`npm could not install ${name}@${version}`);
  }
  return binary;
}
