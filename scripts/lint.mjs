// `npm run lint` and, with --fix, `npm run format`: one command for TypeScript and C++.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { configure } from './support/cmake.mjs';
import { installed, mustWork, root, run } from './support/run.mjs';

const fix = process.argv.includes('--fix');
const failures = [];

check('biome', () => run(join(root, 'node_modules/.bin/biome'), biomeArguments()) === 0);
if (have('clang-format')) check('clang-format', formatCpp);
if (!fix && have('clang-tidy') && have('cmake')) await checkAsync('clang-tidy', tidyCpp);

if (failures.length > 0) {
  console.error(`lint: ${failures.join(', ')} failed`);
  process.exitCode = 1;
}

function biomeArguments() {
  return fix ? ['check', '--write', '.'] : ['check', '--error-on-warnings', '.'];
}

function check(name, action) {
  if (!action()) failures.push(name);
}

async function checkAsync(name, action) {
  if (!(await action())) failures.push(name);
}

// A user without the clang tools can still lint TypeScript; CI may not be without them.
function have(tool) {
  if (installed(tool)) return true;
  console.error(`lint: ${tool} is not installed: C++ not checked by it (apt-get install ${tool})`);
  if (mustWork) failures.push(tool);
  return false;
}

function cppFiles() {
  return ['cpp', 'test/native', 'benchmark'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.(cc|c|h)$/.test(name))
      .map((name) => join(folder, name)),
  );
}

function formatCpp() {
  const files = cppFiles();
  if (files.length === 0) return true;
  return run('clang-format', fix ? ['-i', ...files] : ['--dry-run', '-Werror', ...files]) === 0;
}

// clang-tidy looks at each file as the developers' build compiles it; nothing is compiled for that.
async function tidyCpp() {
  const folder = configure('lint');
  const commands = JSON.parse(readFileSync(join(folder, 'compile_commands.json'), 'utf8'));
  const files = [...new Set(commands.map((command) => command.file))];
  let clean = true;
  const worker = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      clean = (await tidyFile(folder, file)) && clean;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return clean;
}

async function tidyFile(folder, file) {
  // The commands are those of the machine's compiler, which may know warnings that clang does not.
  const args = ['--quiet', '-p', folder, '--extra-arg=-Wno-unknown-warning-option', file];
  try {
    await promisify(execFile)('clang-tidy', args, { cwd: root });
    return true;
  } catch (error) {
    console.error(`${relative(root, file)}:\n${error.stdout}${error.stderr}`);
    return false;
  }
}
