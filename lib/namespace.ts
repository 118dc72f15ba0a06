import type {
  ChildProcess,
  ChildProcessWithoutNullStreams,
  ForkOptions,
  SpawnOptions,
  SpawnOptionsWithoutStdio,
} from 'node:child_process';
import { composeSpecs, type Distinct, type TypesOf } from './compose';
import { explain } from './explain';
import { fork } from './fork';
import * as validate from './internal/validate';
import { type Mount, type MountOptions, mountSpec } from './mount';
import { type NetworkOptions, networkSpec } from './network';
import { type PidOptions, pidSpec } from './pid';
import { type Probe, probe } from './probe';
import { type RunOptions, type RunResult, run } from './run';
import { planFor, spawn } from './spawn';
import { type Spec, typesOf } from './spec';
import { type TimeOptions, timeSpec } from './time';
import type { NamespaceType } from './types';
import { type UserOptions, userSpec } from './user';
import { type UtsOptions, utsSpec } from './uts';

/** Who has it is one of our own factories, and has validated the spec. */
const factory = Symbol('factory');

/**
 * One namespace to create, or a composition of several: an immutable value with the verbs to run programs in it. The same
 * value starts any number of children, each in namespaces of its own.
 *
 * @example
 * ```ts
 * import { Mount, Namespace } from 'linux-namespaces';
 *
 * const box = Namespace.compose(
 *   Namespace.user({ map: 'root' }),
 *   Namespace.pid(),
 *   Namespace.mount([Mount.proc()]),
 *   Namespace.uts({ hostname: 'box' }),
 * );
 * const { stdout } = await box.run('sh', ['-c', 'echo "PID $$ on $(hostname)"']);   // PID 1 on box
 * ```
 */
export class Namespace<T extends NamespaceType = NamespaceType> {
  readonly #spec: Spec;
  /** The types in it, in alphabetical order. */
  readonly types: readonly T[];

  private constructor(key: typeof factory, spec: Spec) {
    if (key !== factory)
      throw new TypeError(
        'Illegal constructor: namespaces are made by Namespace.user() and its like',
      );
    this.#spec = spec;
    this.types = typesOf(spec) as readonly T[];
    Object.freeze(this);
  }

  /** The empty composition: a plain child, on the same native path. */
  static readonly none: Namespace<never> = new Namespace<never>(factory, Object.freeze({}));

  /** A view of the cgroup tree with the child's own cgroup as its root (cgroup_namespaces(7)). */
  static cgroup(options: Record<string, never> = {}): Namespace<'cgroup'> {
    validate.options(options, 'options', []);
    return new Namespace(factory, { cgroup: Object.freeze({}) });
  }

  /** System V IPC objects and POSIX message queues of its own (ipc_namespaces(7)). */
  static ipc(options: Record<string, never> = {}): Namespace<'ipc'> {
    validate.options(options, 'options', []);
    return new Namespace(factory, { ipc: Object.freeze({}) });
  }

  /**
   * A mount tree of its own (mount_namespaces(7)).
   * @param mounts - the operations in their order, or options
   * @throws TypeError when one was not made by {@link (Mount:variable)}
   */
  static mount(mounts: readonly Mount[] | MountOptions = {}): Namespace<'mount'> {
    return new Namespace(factory, { mount: mountSpec(mounts) });
  }

  /** Network devices, addresses, routes and ports of its own (network_namespaces(7)). */
  static network(options: NetworkOptions = {}): Namespace<'network'> {
    return new Namespace(factory, { network: networkSpec(options) });
  }

  /** Process numbers of its own: the child is PID 1 (pid_namespaces(7)). */
  static pid(options: PidOptions = {}): Namespace<'pid'> {
    return new Namespace(factory, { pid: pidSpec(options) });
  }

  /** Clocks of its own: what CLOCK_MONOTONIC and CLOCK_BOOTTIME say (time_namespaces(7)). */
  static time(options: TimeOptions = {}): Namespace<'time'> {
    return new Namespace(factory, { time: timeSpec(options) });
  }

  /** Ids and capabilities of its own; the right to create all others without root (user_namespaces(7)). */
  static user(options: UserOptions = {}): Namespace<'user'> {
    return new Namespace(factory, { user: userSpec(options) });
  }

  /** A host name and a domain name of its own (uts_namespaces(7)). */
  static uts(options: UtsOptions = {}): Namespace<'uts'> {
    return new Namespace(factory, { uts: utsSpec(options) });
  }

  /**
   * Several as one. Nothing is changed and nothing started.
   * @throws TypeError for two of one type, or a part that needs another that is not there
   */
  static compose<const Parts extends readonly Namespace<NamespaceType>[]>(
    ...parts: Distinct<Parts> extends Parts ? Parts : Distinct<Parts>
  ): Namespace<TypesOf<Parts[number]>> {
    const specs = (parts as readonly unknown[]).map((part, index) => {
      if (part instanceof Namespace) return part.#spec;
      throw validate.invalidType(`parts[${index}]`, 'an instance of Namespace', part);
    });
    return new Namespace(factory, composeSpecs(specs));
  }

  /**
   * Which types this process may create, found out by trying each in a child, and for each that it may not: why, and what
   * to do.
   */
  static probe(): Promise<readonly Probe[]> {
    return probe();
  }

  /**
   * Starts a program in these namespaces; takes what child_process.spawn takes and returns a real ChildProcess.
   * @param command - looked up in the PATH of the child's environment
   * @throws TypeError for wrong arguments; {@link NamespaceError} when the kernel could not make the process. Failures of
   * later steps, the program's exec among them, come as an `'error'` event.
   */
  spawn(command: string, options?: SpawnOptionsWithoutStdio): ChildProcessWithoutNullStreams;
  spawn(
    command: string,
    args?: readonly string[],
    options?: SpawnOptionsWithoutStdio,
  ): ChildProcessWithoutNullStreams;
  spawn(command: string, options: SpawnOptions): ChildProcess;
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  spawn(
    command: string,
    args?: readonly string[] | SpawnOptions,
    options?: SpawnOptions,
  ): ChildProcess {
    return spawn(this.#spec, command, args, options);
  }

  /** Starts a Node program in these namespaces with an IPC channel; as child_process.fork. */
  fork(modulePath: string | URL, args?: readonly string[], options?: ForkOptions): ChildProcess;
  fork(modulePath: string | URL, options?: ForkOptions): ChildProcess;
  fork(
    modulePath: string | URL,
    args?: readonly string[] | ForkOptions,
    options?: ForkOptions,
  ): ChildProcess {
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
