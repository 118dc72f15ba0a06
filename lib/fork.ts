import { fileURLToPath } from 'node:url';
import type { NamespaceChild } from './child';
import * as validate from './internal/validate';
import { spawn } from './spawn';
import type { Spec } from './spec';

/** Starts a Node program in the namespaces of `spec`, with an IPC channel; as child_process.fork. */
export function fork(
  spec: Spec,
  modulePath: unknown,
  args?: unknown,
  options?: unknown,
): NamespaceChild {
  const file = validate.path(
    modulePath instanceof URL ? fileURLToPath(modulePath) : modulePath,
    'modulePath',
  );
  const [words, given] = splitArguments(args, options);
  const { execPath = process.execPath, execArgv = ownExecArgv(), silent, stdio, ...rest } = given;
  if (!Array.isArray(execArgv))
    throw validate.invalidType('options.execArgv', 'an array of strings', execArgv);
  return spawn(spec, validate.path(execPath, 'options.execPath'), [...execArgv, file, ...words], {
    ...rest,
    shell: false,
    stdio: forkStdio(stdio, silent === true),
  });
}

function splitArguments(
  args: unknown,
  options: unknown,
): [readonly unknown[], Record<string, unknown>] {
  const isOptions = typeof args === 'object' && args !== null && !Array.isArray(args);
  const words = isOptions ? [] : (args ?? []);
  const given = isOptions ? args : (options ?? {});
  if (!Array.isArray(words)) throw validate.invalidType('args', 'an array', words);
  if (typeof given !== 'object' || Array.isArray(given))
    throw validate.invalidType('options', 'of type object', given);
  return [words, given as Record<string, unknown>];
}

// What this process was started with, but for `-e SCRIPT`: the fork has a module to run, and not itself once more.
function ownExecArgv(): string[] {
  const script = (process as { _eval?: string })._eval;
  const index = script === undefined ? -1 : process.execArgv.lastIndexOf(script);
  return index > 0 ? process.execArgv.toSpliced(index - 1, 2) : process.execArgv;
}

function forkStdio(stdio: unknown, silent: boolean): unknown[] {
  if (Array.isArray(stdio)) {
    if (!stdio.includes('ipc')) throw validate.ipcRequired('options.stdio');
    return stdio;
  }
  const one =
    typeof stdio === 'string'
      ? validate.oneOf(stdio, 'stdio', ['pipe', 'inherit', 'ignore', 'overlapped'])
      : undefined;
  return [...new Array<string>(3).fill(one ?? (silent ? 'pipe' : 'inherit')), 'ipc'];
}
