import { addon } from './addon';

/** What Node makes of the option `stdio` before it starts a process: one entry a descriptor. */
export interface StdioEntry {
  readonly type: 'pipe' | 'overlapped' | 'ignore' | 'inherit' | 'fd' | 'wrap';
  readonly fd?: number;
  /** Node's stream: to be opened for `pipe`, open already for `wrap`. */
  readonly handle?: { readonly fd: number; open(descriptor: number): number };
}

/** The child's descriptors, and what becomes of ours. */
export interface Stdio {
  readonly descriptors: Int32Array;
  /** The child has them: gives Node our ends and closes the child's. */
  keep(): void;
  /** There is no child. */
  discard(): void;
}

/** Makes the pipes. Returns a negative errno when there are no descriptors left. */
export function openStdio(entries: readonly StdioEntry[]): Stdio | number {
  const pairs: { ours: number; theirs: number; handle: NonNullable<StdioEntry['handle']> }[] = [];
  const discard = () => {
    for (const { ours, theirs } of pairs) {
      addon().close(ours);
      addon().close(theirs);
    }
  };
  const descriptors = new Int32Array(Math.max(entries.length, 3)).fill(-1);
  for (const [index, { type, fd, handle }] of entries.entries()) {
    const descriptor = type === 'ignore' ? ignored(index) : (fd ?? handle?.fd ?? -1);
    if (handle !== undefined && (type === 'pipe' || type === 'overlapped')) {
      const ends = new Int32Array(2);
      const result = addon().socketPair(ends);
      if (result < 0) {
        discard();
        return result;
      }
      const [ours = -1, theirs = -1] = ends;
      pairs.push({ ours, theirs, handle });
      descriptors[index] = theirs;
    } else {
      descriptors[index] = descriptor;
    }
  }
  return {
    descriptors,
    keep() {
      for (const { ours, theirs, handle } of pairs) {
        handle.open(ours);
        addon().close(theirs);
      }
    },
    discard,
  };
}

// The first three are never left closed: the program's next open would become its stdin.
function ignored(index: number): number {
  return index < 3 ? addon().nullDevice() : -1;
}
