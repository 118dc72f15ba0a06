import type { NativeChild, NativeExit, NativeFailure } from '../../types/native';
import type { Plan } from '../plan';
import { addon, initProgram } from './addon';
import type { Step } from './steps';
import * as validate from './validate';

// Words as the kernel lays out an argument vector: each with its NUL behind it.
function join(words: readonly string[]): string {
  return words.length === 0 ? '' : `${words.join('\0')}\0`;
}

function joinSteps(steps: readonly Step[]): string {
  return join(steps.flatMap(({ name, operands }) => [name, ...operands]));
}

// A composition's setup is the same at every start.
const joinedSetups = new WeakMap<readonly Step[], string>();

function joinSetup(setup: readonly Step[]): string {
  let joined = joinedSetups.get(setup);
  if (joined === undefined) {
    joined = joinSteps(setup);
    joinedSetups.set(setup, joined);
  }
  return joined;
}

/** The plan's bytes: each step's name and operands, and the program's argument vector behind the last. */
export function encodePlan(plan: Plan, argv: readonly string[]): Buffer {
  return Buffer.from(joinSetup(plan.setup) + joinSteps(plan.program) + join(argv));
}

/** The environment's bytes. `inherited`: this process's own, which the addon copies as it is, and `pairs` behind it. */
export function encodeEnvironment(pairs: readonly string[], inherited: boolean): Uint8Array {
  const own = Buffer.from(join(pairs));
  return inherited ? Buffer.concat([addon().environment(), own]) : own;
}

/** Node's permission model knows nothing of what an addon does: what it denies, we deny. */
export function requireChildPermission(): void {
  if (process.permission?.has('child') === false) throw validate.accessDenied('ChildProcess');
}

export interface Launch {
  readonly plan: Plan;
  /** The program's arguments, its own name first. */
  readonly argv: readonly string[];
  readonly environment: Uint8Array;
  readonly descriptors: Int32Array;
  readonly detached: boolean;
  /** The program runs. */
  onStarted(): void;
  /** The process is gone, whether or not the program ever ran. */
  onExit(exit: NativeExit): void;
}

/** Starts a child on the native path: a running child, or the failure when there is none. */
export function launch({
  plan,
  argv,
  environment,
  descriptors,
  detached,
  onStarted,
  onExit,
}: Launch): NativeChild | NativeFailure {
  return addon().start(
    {
      program: initProgram(),
      plan: encodePlan(plan, argv),
      environment,
      stdio: descriptors,
      namespaces: plan.birth,
      init: plan.program.at(-1)?.name === 'init',
      detached,
    },
    onStarted,
    onExit,
  );
}

export function isFailure(result: NativeChild | NativeFailure): result is NativeFailure {
  return 'errno' in result;
}
