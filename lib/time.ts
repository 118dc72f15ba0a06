import * as validate from './internal/validate';

/** Options of {@link Namespace.time}: what is added to a clock inside, in seconds, negative or not, fractions allowed. */
export interface TimeOptions {
  /**
   * Offset of CLOCK_MONOTONIC, in seconds.
   * @default 0
   */
  readonly monotonic?: number;
  /**
   * Offset of CLOCK_BOOTTIME, in seconds: uptime(1) shows it.
   * @default 0
   */
  readonly boottime?: number;
}

export interface TimeSpec {
  readonly monotonic: number;
  readonly boottime: number;
}

/** The kernel's KTIME_SEC_MAX / 2: neither clock may leave the range (time_namespaces(7)). */
const mostSeconds = 4_611_686_018;

export function timeSpec(given: TimeOptions = {}): TimeSpec {
  const { monotonic = 0, boottime = 0 } = validate.options(given, 'options', [
    'monotonic',
    'boottime',
  ]);
  return Object.freeze({
    monotonic: seconds(monotonic, 'options.monotonic'),
    boottime: seconds(boottime, 'options.boottime'),
  });
}

/** The lines for /proc/PID/timens_offsets: whole seconds, which may be negative, and nanoseconds, which may not. */
export function timeOffsets({ monotonic, boottime }: TimeSpec): string {
  return [`monotonic ${offset(monotonic)}`, `boottime ${offset(boottime)}`].join('\n');
}

function offset(value: number): string {
  const whole = Math.floor(value);
  // A fraction just below 1 rounds up to a whole second, which the kernel would refuse as nanoseconds.
  const nanoseconds = Math.min(Math.round((value - whole) * 1e9), 999_999_999);
  return `${whole} ${nanoseconds}`;
}

function seconds(value: unknown, name: string): number {
  if (typeof value !== 'number') throw validate.invalidType(name, 'of type number', value);
  if (!(Math.abs(value) <= mostSeconds)) {
    throw validate.outOfRange(name, `>= -${mostSeconds} and <= ${mostSeconds}`, value);
  }
  return value;
}
