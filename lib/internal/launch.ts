import type { NativeChild, NativeExit, NativeFailure } from '../../types/native';
import type { Plan } from '../plan';
import { addon, initProgram } from './addon';

/** Words as the kernel lays out an argument vector: each with its NUL behind it. */
export function encodeWords(words: readonly string[]): Buffer {
  return Buffer.from(words.length === 0 ? '' : `${words.join('\0')}\0`);
}

/** The plan's bytes: each step's name and operands, and the program's argument vector behind the last. */
export function encodePlan(plan: Plan, argv: readonly string[]): Buffer {
  return encodeWords([...plan.steps.flatMap(({ name, operands }) => [name, ...operands]), ...argv]);
}

export interface Launch {
  readonly plan: Plan;
  /** The program's arguments, its own name first. */
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly descriptors: Int32Array;
  readonly detached: boolean;
  /** The program runs. */
  onStarted(): void;
  /** The process is gone, whether or not the program ever ran. */
  onExit(exit: NativeExit): void;
}

/** Starts a child on the native path: a running child, or the failure when there is none. */
export function launch({ plan, argv, environment, descriptors, detached, onStarted, onExit }: Launch): NativeChild | NativeFailure {
  return addon().start(
    {
      program: initProgram(),
      plan: encodePlan(plan, argv),
      environment: encodeWords(environment),
      stdio: descriptors,
      namespaces: plan.birth,
      detached,
    },
    onStarted,
    onExit,
  );
}

export function isFailure(result: NativeChild | NativeFailure): result is NativeFailure {
  return 'errno' in result;
}
