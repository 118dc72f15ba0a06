// Programs of their own: what would change jest's process, or has to run inside a box.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { Namespace } from '../../lib/index';
import { files, root } from './sources';

let translated = '';

afterAll(() => {
  if (translated !== '') rmSync(translated, { recursive: true, force: true });
});

/** The sources as JavaScript, for support/package.js: never an old build. Everybody can read the file. */
function sources(): string {
  const file = () => join(translated, 'sources.json');
  if (translated !== '') return file();
  translated = mkdtempSync(join(tmpdir(), 'lns-test-'));
  const entries = files('lib', /\.ts$/).map((path) => [path, translate(join(root, path))]);
  writeFileSync(file(), JSON.stringify(Object.fromEntries(entries)));
  chmodSync(translated, 0o755);
  return file();
}

function translate(path: string): string {
  return transformFileSync(path, {
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  }).code;
}

/**
 * Arguments of Node for a program that has the package's exports and `syscall` as globals, and may await.
 * @param checkout - where ours is seen by the program
 */
export function nodeArguments(code: string, checkout = root): string[] {
  const loader = JSON.stringify(join(checkout, 'test/support/package.js'));
  const preparation = `require(${loader})(${JSON.stringify(sources())});`;
  return ['--eval', `${preparation} (async () => {${code}})()`];
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs `code` in a Node process of its own, started by Node. */
export function script(code: string): Promise<Ended> {
  return ended(spawn(process.execPath, nodeArguments(code)));
}

/** Runs `code` in a Node process inside `box`; what it prints, or an error with what it complained of. */
export async function scriptInside(box: Namespace, code: string): Promise<string> {
  const { exitCode, signal, stdout, stderr } = await box.run(process.execPath, nodeArguments(code));
  if (exitCode !== 0) throw new Error(`the script ended with ${exitCode ?? signal}: ${stderr}`);
  return stdout;
}

/** All that a child with pipes says until 'close'. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { code, signal, stdout, stderr };
}

/** What a program prints in `box`, without the last newline; its complaint is an error. */
export async function output(
  box: Namespace,
  command: string,
  args: readonly string[] = [],
  options: { uid?: number; gid?: number; cwd?: string } = {},
): Promise<string> {
  const { exitCode, signal, stdout, stderr } = await box.run(command, args, options);
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode ?? signal}: ${stderr}`);
  return stdout.replace(/\n$/, '');
}

/** As {@link output}, of a shell command. */
export function shell(box: Namespace, command: string): Promise<string> {
  return output(box, 'sh', ['-ec', command]);
}

const isRoot = process.getuid?.() === 0;
const compose = Namespace.compose as unknown as (...parts: Namespace[]) => Namespace;

/** The composition with what an ordinary user needs for it: a user namespace. Root creates without one. */
export function permitted(...parts: Namespace[]): Namespace {
  return isRoot ? compose(...parts) : compose(Namespace.user() as Namespace, ...parts);
}

/** What a promise rejects with. */
export async function rejection<E = NodeJS.ErrnoException>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('it should have failed');
}

/** What a call throws. */
export function thrown<E = NodeJS.ErrnoException>(call: () => unknown): E {
  try {
    call();
  } catch (error) {
    return error as E;
  }
  throw new Error('it should have failed');
}

/** A folder for the tests of one file; the returned function gives paths in it. */
export function temporaryFolder(): (name?: string) => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lns-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name = '') => join(folder, name);
}
