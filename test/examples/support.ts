// Each example runs as a user runs it: built, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support/sources';

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function exampleFile(name: string): string {
  return join(root, 'dist', 'examples', `${name}.js`);
}

/** Its temporary files go to a folder of its own, where nothing of them may be left. */
export async function runExample(
  name: string,
  {
    args = [],
    input = '',
    env = {},
  }: { args?: string[]; input?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lns-example-'));
  chmodSync(folder, 0o755); // mapped ids look in there, too
  try {
    const child = spawn(process.execPath, [exampleFile(name), ...args], {
      env: { ...process.env, TMPDIR: folder, ...env },
    });
    child.stdin.end(input);
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    const left = readdirSync(folder);
    if (left.length > 0) throw new Error(`${name} left ${left.join(', ')}`);
    return { code: code as number | null, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The output of an example that must succeed without a complaint. */
export async function outputOf(name: string): Promise<string> {
  const result = await runExample(name);
  if (result.code !== 0 || result.stderr !== '') throw new Error(JSON.stringify(result, null, 2));
  return result.stdout;
}

/** The named groups of the pattern; an error that shows the output when it has nothing like it. */
export function facts(output: string, pattern: RegExp): Record<string, string> {
  const groups = pattern.exec(output)?.groups;
  if (groups === undefined) throw new Error(`no ${pattern} in:\n${output}`);
  return groups;
}
