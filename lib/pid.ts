import * as validate from './internal/validate';

/** Options of {@link Namespace.pid}. */
export interface PidOptions {
  /**
   * With `true`, a small init of ours is PID 1 and stays: it reaps orphans, forwards every signal that can be caught to
   * the program, and ends with the program's status. Without it the program itself is PID 1: it ignores every signal that
   * it has no handler for, and is to reap its orphans (pid_namespaces(7)).
   * @default false
   */
  readonly init?: boolean;
}

export interface PidSpec {
  readonly init: boolean;
}

export function pidSpec(given: PidOptions = {}): PidSpec {
  const { init = false } = validate.options(given, 'options', ['init']);
  return Object.freeze({ init: validate.boolean(init, 'options.init') });
}
