import { AsyncResource } from 'node:async_hooks';
import { constants } from 'node:os';
import type { NamespaceError } from '../errors';
import type { Plan } from '../plan';
import { typeFacts } from '../types';
import { planError } from './failure';
import { writeIdMaps } from './idMaps';
import { idsInside } from './idsInside';
import { beforePlan, type Child, type Exit, isFailure, launch } from './launch';
import { signalPid1 } from './pid1';
import { openStdio, type StdioEntry } from './stdio';
import { joinsPid } from './steps';

/** What the handle needs of the options that Node's ChildProcess completes: it adds the pipes and the IPC channel. */
export interface HandleOptions {
  readonly args: readonly string[];
  readonly envPairs: readonly string[];
  readonly inheritsEnvironment: boolean;
  readonly detached: boolean;
  readonly stdio: readonly StdioEntry[];
}

/** How a start ended that never came to a program, or how a program ended. */
export type Ending = { readonly error: NamespaceError } | { readonly exit: Exit };

const { SIGKILL } = constants.signals;
const { EACCES, EAGAIN, ENOENT, ESRCH } = constants.errno;

/** What Node emits and does not throw: it goes on to read from the pipes, whose other ends are closed. */
const emitted = new Set([-EACCES, -EAGAIN, -ENOENT]);

/**
 * The `_handle` of our children: the shape of Node's own process handle, on the native path. Node calls `spawn`, `kill`,
 * `ref`, `unref`, `close` and reads `pid`; what it tells goes to the two functions.
 */
export class Handle {
  pid: number | undefined;
  /** Why `spawn` returned an errno; Node passes on the number alone. */
  error: NamespaceError | undefined;
  readonly #plan: Plan;
  readonly #options: HandleOptions;
  readonly #onStarted: () => void;
  readonly #onEnded: (ending: Ending) => void;
  #child: Child | undefined;
  #started = false;

  constructor(
    plan: Plan,
    options: object,
    onStarted: () => void,
    onEnded: (ending: Ending) => void,
  ) {
    this.#plan = plan;
    // Node writes the resolved stdio and NODE_CHANNEL_FD back to the options object it was given; since 24.19 it passes
    // positional arguments instead of the object, so the object is kept here.
    this.#options = options as HandleOptions;
    // News come from the event loop: each runs in the asynchronous context of the caller of spawn.
    const scope = new AsyncResource('LINUXNAMESPACES');
    this.#onStarted = () => {
      // The end of a child whose id maps could not be written looks like an exec.
      if (this.error !== undefined) return;
      this.#started = true;
      scope.runInAsyncScope(onStarted);
    };
    this.#onEnded = (ending) => scope.runInAsyncScope(onEnded, undefined, ending);
  }

  /** Returns 0 or a negative errno. */
  spawn(): number {
    const stdio = openStdio(this.#options.stdio);
    if (typeof stdio === 'number') {
      return this.#fail(
        planError(this.#plan, {
          step: beforePlan,
          operand: 0,
          syscall: 'socketpair',
          errno: -stdio,
        }),
      );
    }
    const started = launch({
      plan: this.#plan,
      argv: this.#options.args,
      environment: this.#options.envPairs,
      inheritsEnvironment: this.#options.inheritsEnvironment,
      descriptors: stdio.descriptors,
      detached: this.#options.detached,
      onStarted: this.#onStarted,
      onExit: (exit) => this.#onExit(exit),
    });
    if (isFailure(started)) {
      const result = this.#fail(planError(this.#plan, started));
      if (emitted.has(result)) stdio.keep();
      else stdio.discard();
      return result;
    }
    stdio.keep();
    this.#child = started;
    this.pid = started.pid;
    if (this.#plan.idMaps !== undefined) {
      writeIdMaps(started.pid, this.#plan.idMaps, (error) => this.#onMapped(started, error));
    }
    return 0;
  }

  #fail(error: NamespaceError): number {
    this.error = error;
    // Node throws an errno or emits it, by a list of its own. A world that could not be made is emitted, whether that was
    // at the clone or a step later.
    return error.syscall === 'clone' || error.step !== 'start' ? -EAGAIN : error.errno;
  }

  #onMapped(child: Child, error: NamespaceError | undefined): void {
    this.error = error;
    if (error === undefined) child.proceed();
    else child.kill(SIGKILL);
  }

  #onExit(exit: Exit): void {
    const error = exit.failure === undefined ? this.error : planError(this.#plan, exit.failure);
    this.#onEnded(error === undefined ? { exit } : { error });
  }

  /** Returns 0 or a negative errno. */
  kill(signal: number): number {
    const child = this.#child;
    if (child === undefined) return -ESRCH;
    const send = (number: number) => child.kill(number);
    if (!this.#isPid1()) return send(signal);
    return signalPid1(child.pid, signal, this.#started, send);
  }

  // Whether the program itself is PID 1 of its namespace; our init forwards.
  #isPid1(): boolean {
    const { birth, fork = 0, program, setup } = this.#plan;
    if (((birth | fork) & typeFacts.pid.flag) !== 0) return program.at(-1)?.name === 'exec';
    // The first process in a pid namespace that was made without one.
    return setup.some(joinsPid) && idsInside(this.#child?.pid ?? 0).at(-1) === 1;
  }

  ref(): void {
    this.#child?.ref();
  }

  unref(): void {
    this.#child?.unref();
  }

  /** The exit has been told; the native side has let go of everything by then. */
  close(): void {}
}
