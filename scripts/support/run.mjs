// Starting other programs from our scripts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** CI sets it: what a test or a check needs must be there, and a skip is a failure. */
export const mustWork = process.env.NS_MUST_WORK === '1';

/** Runs a program with our terminal; returns its exit code. A program that a signal ended counts as failed. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** Runs a program that says nothing unless it fails; then its whole output is shown. */
export function runQuietly(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.stderr.write(`${result.stdout}${result.stderr}`);
  return { code: result.status ?? 1, stdout: result.stdout };
}

/** Whether a program of this name is on the PATH. */
export function installed(name) {
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean);
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** The plain line that people and CI look for at the end of a test run. */
export function totals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
