import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';

/** What neither libuv nor Node's constants have a name for. */
const furtherNames = new Map([
  [87, 'EUSERS'],
  [116, 'ESTALE'],
]);

/** Name of a positive errno. libuv does not know all: ENOEXEC is in Node's constants only. */
export function errnoName(errno: number): string {
  const known = Object.entries(constants.errno).find(([, number]) => number === errno);
  return known?.[0] ?? furtherNames.get(errno) ?? getSystemErrorName(-errno);
}

/** The parts of a {@link NamespaceError}. */
export interface NamespaceErrorDetails {
  /** Step of the plan at which it happened, e.g. `mount.bind`. */
  step: string;
  /** Positive errno. */
  errno: number;
  syscall: string;
  path?: string | undefined;
  dest?: string | undefined;
  /** What to do about it, where the cause is known. */
  hint?: string | undefined;
}

/**
 * A failure of the system, with what Node's own system errors carry and the step of the plan besides.
 *
 * @example
 * ```ts
 * import { Namespace, NamespaceError } from 'linux-namespaces';
 *
 * Namespace.none.spawn('no-such-program').on('error', (error) => {
 *   if (error instanceof NamespaceError) console.log(error.step, error.code);   // exec ENOENT
 * });
 * ```
 */
export class NamespaceError extends Error implements NodeJS.ErrnoException {
  override readonly name = 'NamespaceError';
  /** Name of the errno, e.g. `EPERM`. */
  readonly code: string;
  /** Negative errno, as in Node's own errors. */
  readonly errno: number;
  /** The system call that failed; `spawn COMMAND` for the program's own exec, as child_process says it. */
  readonly syscall: string;
  /** Step of the plan, e.g. `mount.bind`. */
  readonly step: string;
  /** The file that the call was about. */
  declare readonly path?: string;
  /** The second file, where there are two: the target of a bind. */
  declare readonly dest?: string;
  /** What to do about it, where the cause is known. */
  declare readonly hint?: string;
  /** Arguments of the program, as in child_process's errors. */
  declare spawnargs?: string[];

  constructor(details: NamespaceErrorDetails) {
    const code = errnoName(details.errno);
    const where = [details.path, details.dest].filter((file) => file !== undefined);
    const files = where.length === 0 ? '' : ` '${where.join("' -> '")}'`;
    const hint = details.hint === undefined ? '' : ` (${details.hint})`;
    super(`${details.syscall} ${code}${files} at step ${details.step}${hint}`);
    this.code = code;
    this.errno = -details.errno;
    this.syscall = details.syscall;
    this.step = details.step;
    if (details.path !== undefined) this.path = details.path;
    if (details.dest !== undefined) this.dest = details.dest;
    if (details.hint !== undefined) this.hint = details.hint;
  }
}
