/** What the kernel counted for a child and for all of its own children that it waited for (getrusage(2)). */
export interface Usage {
  /** Time in the programs' own code, in microseconds. */
  readonly userCPUTime: number;
  /** Time in the kernel, in microseconds. */
  readonly systemCPUTime: number;
  /**
   * Peak of the resident memory of the largest of them, in kilobytes. Exact under our init (`Namespace.pid({ init: true })`).
   * Elsewhere at least this process's own peak: until its first exec a child counts the memory that it shares with us.
   */
  readonly maxRSS: number;
}
