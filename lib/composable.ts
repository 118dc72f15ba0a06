import type {
  ChildProcessWithoutNullStreams,
  ForkOptions,
  SpawnOptions,
  SpawnOptionsWithoutStdio,
} from 'node:child_process';
import type { NamespaceChild } from './child';
import { explain } from './explain';
import { fork } from './fork';
import * as validate from './internal/validate';
import { type RunOptions, type RunResult, run } from './run';
import { planFor, spawn } from './spawn';
import { type Spec, typesOf } from './spec';
import type { NamespaceType } from './types';

let readSpec: (namespaces: Composable) => Spec;

/** What was asked for; undefined for a value that is no namespace and no composition. */
export function specOf(value: unknown): Spec | undefined {
  return value instanceof Composable ? readSpec(value) : undefined;
}

/** Namespaces to create or to join, one or several: what can be composed, and programs can run in. */
export abstract class Composable<T extends NamespaceType = NamespaceType> {
  readonly #spec: Spec;
  /** The types in it, in alphabetical order. */
  readonly types: readonly T[];

  static {
    readSpec = (namespaces) => namespaces.#spec;
  }

  protected constructor(spec: Spec) {
    this.#spec = spec;
    this.types = typesOf(spec) as readonly T[];
  }

  /**
   * Starts a program in these namespaces; takes what child_process.spawn takes and returns a real ChildProcess.
   * @param command - looked up in the PATH of the child's environment
   * @throws TypeError for wrong arguments; {@link NamespaceError} when the kernel could not make the process. Failures of
   * later steps, the program's exec among them, come as an `'error'` event.
   */
  spawn(
    command: string,
    options?: SpawnOptionsWithoutStdio,
  ): NamespaceChild<ChildProcessWithoutNullStreams>;
  spawn(
    command: string,
    args?: readonly string[],
    options?: SpawnOptionsWithoutStdio,
  ): NamespaceChild<ChildProcessWithoutNullStreams>;
  spawn(command: string, options: SpawnOptions): NamespaceChild;
  spawn(command: string, args: readonly string[], options: SpawnOptions): NamespaceChild;
  spawn(
    command: string,
    args?: readonly string[] | SpawnOptions,
    options?: SpawnOptions,
  ): NamespaceChild {
    return spawn(this.#spec, command, args, options);
  }

  /** Starts a Node program in these namespaces with an IPC channel; as child_process.fork. */
  fork(modulePath: string | URL, args?: readonly string[], options?: ForkOptions): NamespaceChild;
  fork(modulePath: string | URL, options?: ForkOptions): NamespaceChild;
  fork(
    modulePath: string | URL,
    args?: readonly string[] | ForkOptions,
    options?: ForkOptions,
  ): NamespaceChild {
    return fork(this.#spec, modulePath, args, options);
  }

  /**
   * Runs a program in these namespaces to its end.
   * @example
   * ```ts
   * import { Namespace } from 'linux-namespaces';
   *
   * const { exitCode, usage } = await Namespace.user().run('id', ['-u'], { timeout: 1000 });
   * ```
   */
  run(
    command: string,
    args?: readonly string[],
    options?: RunOptions & { encoding?: BufferEncoding },
  ): Promise<RunResult>;
  run(
    command: string,
    args: readonly string[],
    options: RunOptions & { encoding: 'buffer' },
  ): Promise<RunResult<Buffer>>;
  run(command: string, options: RunOptions & { encoding?: BufferEncoding }): Promise<RunResult>;
  run(command: string, options: RunOptions & { encoding: 'buffer' }): Promise<RunResult<Buffer>>;
  run(
    command: string,
    args?: readonly string[] | RunOptions,
    options?: RunOptions,
  ): Promise<RunResult | RunResult<Buffer>> {
    return run(this.#spec, command, args, options) as Promise<RunResult | RunResult<Buffer>>;
  }

  /** The plan of starting `command` here, step by step with the system calls; nothing is started. */
  explain(command = 'PROGRAM'): string {
    const file = validate.path(command, 'command');
    return explain(
      planFor(this.#spec, {
        file,
        cwd: undefined,
        uid: undefined,
        gid: undefined,
        detached: false,
      }),
    );
  }
}
