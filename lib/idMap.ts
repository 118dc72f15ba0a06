/** `length` ids in a row: `inside` + i is `outside` + i in the parent user namespace (user_namespaces(7)). */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly length: number;
}

export interface IdMaps {
  readonly uid: readonly IdRange[];
  readonly gid: readonly IdRange[];
}

/** The lines of uid_map or gid_map. */
export function mapLines(ranges: readonly IdRange[]): string {
  return ranges.map(({ inside, outside, length }) => `${inside} ${outside} ${length}`).join('\n');
}
