/**
 * The contract of the addon: everything that crosses between TypeScript and C++, and nothing else. The addon checks no
 * arguments and makes no errors: TypeScript has validated what goes in, and turns what comes out into errors.
 */

import type { Usage } from '../lib/usage';

/** A failed step. Nothing was executed, and the process is gone when this arrives. */
export interface NativeFailure {
  /** Index of the step in the plan; 0xffffffff for what comes before the plan: the clone, and the init program's exec. */
  readonly step: number;
  /** Index of the step's operand that the call was about. */
  readonly operand: number;
  /** Name of the system call; `none` when the plan itself was not understood. */
  readonly syscall: string;
  /** Positive errno. */
  readonly errno: number;
}

export interface NativeStatus {
  readonly code: number;
  /** Number of the signal that ended it, or 0. */
  readonly signal: number;
  readonly usage: Usage;
}

export interface NativeExit extends NativeStatus {
  /** False when this process ignores SIGCHLD and the kernel kept no status. */
  readonly known: boolean;
  readonly failure?: NativeFailure;
}

export interface NativeStartOptions {
  /** Descriptor of the init program. */
  readonly program: number;
  /** The plan: words, each with a NUL behind it. */
  readonly plan: Uint8Array;
  /** `NAME=value`, each with a NUL behind it. */
  readonly environment: Uint8Array;
  /** What the child gets as descriptors 0, 1, 2, …; -1 is closed. At least three. */
  readonly stdio: Int32Array;
  /** CLONE_NEW* flags to create at birth. */
  readonly namespaces: number;
  /** The plan ends in `init`: it gets a lifeline. */
  readonly init: boolean;
  /** Stays when the JavaScript environment ends, or this process. */
  readonly detached: boolean;
}

export interface NativeChild {
  readonly pid: number;
  /** 0 or a negative errno. */
  kill(signal: number): number;
  /** Lets the init program go on that waits at `launcher.await`. 0 or a negative errno. */
  proceed(): number;
  ref(): void;
  unref(): void;
}

export interface NativeAddon {
  /** The steps that the init program knows. */
  readonly steps: ReadonlyArray<{ readonly name: string; readonly operands: number }>;
  /** Descriptor of a sealed copy in memory of the file, one a process; or a negative errno. */
  sealProgram(path: string): number;
  /** Descriptor of /dev/null, one a process; or a negative errno. */
  nullDevice(): number;
  /** The process's environment, `NAME=value`, each with a NUL behind it. */
  environment(): Uint8Array;
  /** A stream socket pair, both ends close-on-exec; or a negative errno. */
  socketPair(): readonly [ours: number, theirs: number] | number;
  close(descriptor: number): void;
  start(
    options: NativeStartOptions,
    onStarted: () => void,
    onExit: (exit: NativeExit) => void,
  ): NativeChild | NativeFailure;

  /** The raw layer. Each returns the kernel's result or a negative errno. */
  unshare(flags: number): number;
  setns(descriptor: number, type: number): number;
  pidfdOpen(pid: number, flags: number): number;
  pidfdSendSignal(pidfd: number, signal: number): number;
  pidfdGetfd(pidfd: number, descriptor: number): number;
  clone(
    options: NativeStartOptions,
  ): { readonly pid: number; readonly pidfd: number } | NativeFailure;
  /** `null`: it runs still, and `wait` was false. */
  waitid(pidfd: number, wait: boolean): NativeStatus | null | number;
}
