// @ts-check
// Builds the C programs of the benchmark into build/benchmark/ (not under version control).
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const output = fileURLToPath(new URL('../build/benchmark/', import.meta.url));

const common = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror'];
const freestanding = [
  '-ffreestanding',
  '-fno-stack-protector',
  '-nostdlib',
  '-static',
  '-no-pie',
  '-fno-pie',
  '-s',
];

/** @param {string} path */
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * Compiles only what is older than its sources: a checkout that another user built can be measured without being
 * able to write into it.
 * @param {string} name
 * @param {string[]} flags
 */
function compile(name, flags) {
  const target = `${output}${name}`;
  const newest = Math.max(modified(`${here}${name}.c`), modified(`${here}raw.h`));
  if (modified(target) < newest) {
    mkdirSync(output, { recursive: true });
    execFileSync('cc', [...common, ...flags, '-o', target, `${here}${name}.c`], {
      stdio: 'inherit',
    });
  }
  return target;
}

/** The paths of the built programs. */
export const trivial = compile('trivial', freestanding);
export const floor = compile('floor', []);
export const existing = compile('existing', []);
export const init = fileURLToPath(new URL('../build/Release/lns-init', import.meta.url));
