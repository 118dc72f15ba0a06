import type { StartArguments } from '../../types/native';
import type { Plan } from '../plan';
import type { Usage } from '../usage';
import { addon, initProgram } from './addon';
import { encodeEnvironment, encodePlan } from './encode';
import * as validate from './validate';

/** A step that failed. Nothing was executed, and the process is gone when this is told. */
export interface Failure {
  /** Index of the step in the plan; {@link beforePlan} for the clone and the init program's exec. */
  readonly step: number;
  /** Index of the step's operand that the call was about. */
  readonly operand: number;
  /** Name of the system call; `none` when the plan itself was not understood. */
  readonly syscall: string;
  /** Positive. */
  readonly errno: number;
}

/** The step of a failure that comes before the plan's first. */
export const beforePlan = 0xffff_ffff;

/** How a process ended. */
export interface Exit {
  /** False when this process ignores SIGCHLD and the kernel kept no status. */
  readonly known: boolean;
  readonly code: number;
  /** Number of the signal that ended it, or 0. */
  readonly signal: number;
  readonly usage: Usage;
  /** Why the program never ran, if it did not. */
  readonly failure?: Failure;
}

/** What to start. */
export interface Start {
  readonly plan: Plan;
  /** The program's arguments, its own name first. */
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly environment: readonly string[];
  /** This process's own environment comes before that. */
  readonly inheritsEnvironment: boolean;
  /** What the child gets as 0, 1, 2, …; -1 is closed. */
  readonly descriptors: Int32Array;
  readonly detached: boolean;
}

export interface Launch extends Start {
  /** The program runs. */
  onStarted(): void;
  /** A socket that the plan has made; whoever gets it closes it. */
  onSocket?(descriptor: number): void;
  /** The process is gone, whether or not the program ever ran. */
  onExit(exit: Exit): void;
}

/** A child that was started. Its number is its own until the exit was told. */
export class Child {
  readonly #id: number;
  readonly pid: number;

  constructor(id: number, pid: number) {
    this.#id = id;
    this.pid = pid;
  }

  /** Returns 0 or a negative errno: ESRCH when it has ended, whoever has its number now. */
  kill(signal: number): number {
    return addon().kill(this.#id, signal);
  }

  /** Lets the init program go on that waits at `launcher.await`. */
  proceed(): void {
    addon().proceed(this.#id);
  }

  ref(): void {
    addon().setReferenced(this.#id, 1);
  }

  unref(): void {
    addon().setReferenced(this.#id, 0);
  }
}

/** Node's permission model knows nothing of what an addon does: what it denies, we deny. */
export function requireChildPermission(): void {
  if (process.permission?.has('child') === false) throw validate.accessDenied('ChildProcess');
}

const launches = new Map<number, Launch>();

let calls: readonly string[] | undefined;

function failure(step: number, operand: number, call: number, errno: number): Failure {
  calls ??= addon().calls.split('\n');
  return { step, operand, syscall: calls[call] ?? 'none', errno };
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  addon().listen(
    (id) => launches.get(id)?.onStarted(),
    (id, known, code, signal, userCPUTime, systemCPUTime, maxRSS, failed, ...reason) => {
      const launched = launches.get(id);
      launches.delete(id);
      launched?.onExit({
        known: known === 1,
        code,
        signal,
        usage: { userCPUTime, systemCPUTime, maxRSS },
        ...(failed === 1 ? { failure: failure(...reason) } : {}),
      });
    },
    (id, descriptor) => launches.get(id)?.onSocket?.(descriptor),
  );
}

/** The arguments that the addon's `start` and `clone` have in common, and what they write to. */
export function startArguments(start: Start): StartArguments {
  const { plan, argv, environment, inheritsEnvironment, descriptors, detached } = start;
  const hasLifeline = plan.program.at(-1)?.name === 'init';
  return [
    initProgram(),
    encodePlan(plan, argv),
    encodeEnvironment(environment),
    descriptors,
    plan.birth,
    (hasLifeline ? 1 : 0) +
      (detached ? 2 : 0) +
      (inheritsEnvironment ? 4 : 0) +
      (plan.fork === undefined ? 0 : 8),
    new Float64Array(4),
    Int32Array.from(plan.descriptors),
  ];
}

/** What a start has written that returned -1. */
export function startFailure([step = 0, operand = 0, call = 0, errno = 0]: Float64Array): Failure {
  return failure(step, operand, call, errno);
}

/** Starts a child on the native path: a running child, or the failure when there is none. */
export function launch(launched: Launch): Child | Failure {
  listen();
  const options = startArguments(launched);
  const report = options[6];
  const id = addon().start(...options);
  if (id < 0) return startFailure(report);
  launches.set(id, launched);
  return new Child(id, report[0] ?? 0);
}

export function isFailure(result: Child | Failure): result is Failure {
  return 'errno' in result;
}
