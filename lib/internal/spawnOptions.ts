import type { SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import * as validate from './validate';

/** What child_process.spawn takes, normalised: every default written out. */
export interface ChildOptions {
  readonly file: string;
  /** Its own name first. */
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /** `NAME=value`; Node adds its own for IPC. */
  readonly envPairs: string[];
  /** This process's own environment comes before them. */
  readonly inheritsEnvironment: boolean;
  readonly detached: boolean;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly stdio: SpawnOptions['stdio'];
  readonly serialization: SpawnOptions['serialization'];
  readonly signal: AbortSignal | undefined;
  readonly timeout: number;
  readonly killSignal: number;
}

/**
 * Checks and normalises the arguments of `spawn`, in child_process's order and with its codes. Options that only other
 * platforms know (`windowsHide`) pass unused, as there.
 */
export function childOptions(command: unknown, args: unknown, options: unknown): ChildOptions {
  const file = validate.path(command, 'file');
  const [given, rest] = splitArguments(args, options);
  const argv = given.map((argument, index) => validate.text(String(argument), `args[${index}]`));
  const named = optionsObject(rest);
  for (const name of ['windowsHide', 'windowsVerbatimArguments'] as const) {
    if (named[name] != null) validate.boolean(named[name], `options.${name}`);
  }
  const shell = shellOf(named.shell);
  const program = shell ?? file;
  const words = shell === undefined ? argv : ['-c', [file, ...argv].join(' ')];
  return {
    cwd: named.cwd == null ? undefined : folder(named.cwd),
    detached: named.detached == null ? false : validate.boolean(named.detached, 'options.detached'),
    uid: named.uid == null ? undefined : id(named.uid, 'options.uid'),
    gid: named.gid == null ? undefined : id(named.gid, 'options.gid'),
    file: program,
    args: [named.argv0 == null ? program : validate.text(named.argv0, 'options.argv0'), ...words],
    ...environment(named.env),
    stdio: named.stdio,
    serialization: named.serialization,
    timeout: named.timeout == null ? 0 : timeout(named.timeout),
    signal: named.signal == null ? undefined : abortSignal(named.signal),
    killSignal:
      named.killSignal == null ? constants.signals.SIGTERM : signalNumber(named.killSignal),
  };
}

// spawn(file, options) is spawn(file, [], options).
function splitArguments(
  args: unknown,
  options: unknown,
): [args: readonly unknown[], options: unknown] {
  if (Array.isArray(args)) return [args, options];
  if (args == null) return [[], options];
  if (typeof args !== 'object') throw validate.invalidType('args', 'of type object', args);
  return [[], args];
}

function optionsObject(value: unknown): SpawnOptions {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw validate.invalidType('options', 'of type object', value);
  }
  return value;
}

function shellOf(value: unknown): string | undefined {
  if (value == null || value === false || value === '') return undefined;
  if (value === true) return '/bin/sh';
  if (typeof value !== 'string')
    throw validate.invalidType('options.shell', 'of type boolean or string', value);
  return validate.text(value, 'options.shell');
}

function folder(value: unknown): string {
  const result = value instanceof URL ? fileURLToPath(value) : value;
  return validate.path(result, 'options.cwd');
}

function id(value: unknown, name: string): number {
  if (typeof value !== 'number' || (value | 0) !== value)
    throw validate.invalidType(name, 'int32', value);
  return validate.integer(value, name, 0, 0x7fff_ffff);
}

// process.env of the main thread is the process's environment itself, and the addon copies that in one piece: reading 35
// variables one by one takes longer than the clone. A Worker's is a copy in JavaScript.
function environment(given: unknown): Pick<ChildOptions, 'envPairs' | 'inheritsEnvironment'> {
  const env: NodeJS.ProcessEnv =
    given == null || given === false ? process.env : (given as NodeJS.ProcessEnv);
  if (env === process.env && isMainThread) return { envPairs: [], inheritsEnvironment: true };
  const envPairs: string[] = [];
  // Inherited properties count, as in child_process.
  for (const name in env) {
    const value = env[name];
    if (value === undefined) continue;
    validate.text(name, `options.env['${name}']`);
    envPairs.push(`${name}=${validate.text(String(value), `options.env['${name}']`)}`);
  }
  // Coverage is collected of programs with an environment of their own, too: so does child_process.
  const coverage = process.env.NODE_V8_COVERAGE;
  if (coverage !== undefined && env !== process.env && !Object.hasOwn(env, 'NODE_V8_COVERAGE')) {
    envPairs.push(`NODE_V8_COVERAGE=${coverage}`);
  }
  return { envPairs, inheritsEnvironment: false };
}

function timeout(value: unknown): number {
  return validate.integer(value, 'timeout', 0, Number.MAX_SAFE_INTEGER);
}

function abortSignal(value: unknown): AbortSignal {
  if (typeof value !== 'object' || value === null || !('aborted' in value)) {
    throw validate.invalidType('options.signal', 'an instance of AbortSignal', value);
  }
  return value as AbortSignal;
}

/** The number of a signal that was given by name or number. */
export function signalNumber(value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw validate.invalidType('options.killSignal', 'of type string or number', value);
  }
  const found =
    typeof value === 'number'
      ? Object.values(constants.signals).find((number) => number === value)
      : constants.signals[value.toUpperCase() as NodeJS.Signals];
  if (found === undefined) throw validate.unknownSignal(value);
  return found;
}

/** The name of a signal's number. Real-time signals have none in Node: theirs is the number. */
export function signalName(number: number): NodeJS.Signals {
  const names = Object.keys(constants.signals) as NodeJS.Signals[];
  return (
    names.find((name) => constants.signals[name] === number) ?? (`SIG${number}` as NodeJS.Signals)
  );
}
