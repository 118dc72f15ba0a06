import { type IdMaps, type IdRange, mapLines } from './idMap';
import * as validate from './internal/validate';

/** Options of {@link Namespace.user}. */
export interface UserOptions {
  /**
   * Which ids there are inside, and whom they are outside. `'root'`: uid and gid 0 inside are you outside. `'self'`: your
   * own ids on both sides. `'auto'`: 0 inside is you and the ids from 1 on are your subordinate ids from /etc/subuid and
   * /etc/subgid, through newuidmap(1); for root, the subordinate ids alone, from 0 on. Or the ranges themselves.
   * @default 'root'
   */
  readonly map?: 'root' | 'self' | 'auto' | IdMaps;
  /**
   * Whether processes inside may call setgroups(2), and so drop a group that a file denies access to. An ordinary user
   * that maps only itself must deny it.
   * @default 'deny' for `'root'` and `'self'` and for maps of one id each, 'allow' otherwise
   */
  readonly setgroups?: 'allow' | 'deny';
  /**
   * The uid, inside, that the program runs as.
   * @default the caller's own where it is mapped, else 0 where it is mapped, else the first of the map
   */
  readonly uid?: number;
  /**
   * The gid, inside, that the program runs as.
   * @default as for `uid`
   */
  readonly gid?: number;
}

export interface UserSpec {
  readonly map: 'root' | 'self' | 'auto' | IdMaps;
  readonly setgroups: 'allow' | 'deny';
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** (uid_t)-1 is no id: the calls that take one use it for "leave as it is". */
const largestId = 0xffff_fffe;
/** The kernel's UID_GID_MAP_MAX_EXTENTS. */
const mostRanges = 340;
/** A map is written in one piece, shorter than a page. */
const mostBytes = 4095;

export function userSpec(given: UserOptions = {}): UserSpec {
  const options = validate.options(given, 'options', ['map', 'setgroups', 'uid', 'gid']);
  const map = idMaps(options.map ?? 'root');
  const optional = (name: 'uid' | 'gid') =>
    options[name] === undefined
      ? undefined
      : validate.integer(options[name], `options.${name}`, 0, largestId);
  const spec: UserSpec = {
    map,
    setgroups:
      options.setgroups === undefined
        ? defaultSetgroups(map)
        : validate.oneOf(options.setgroups, 'options.setgroups', ['allow', 'deny']),
    uid: optional('uid'),
    gid: optional('gid'),
  };
  if (typeof map === 'object') {
    requireMapped(map.uid, spec.uid, 'options.uid', 'options.map.uid');
    requireMapped(map.gid, spec.gid, 'options.gid', 'options.map.gid');
  }
  return Object.freeze(spec);
}

/** Whether `id`, as seen inside, is somebody. */
export function isMapped(ranges: readonly IdRange[], id: number): boolean {
  return ranges.some(({ inside, length }) => id >= inside && id < inside + length);
}

export function requireMapped(
  ranges: readonly IdRange[],
  id: number | undefined,
  name: string,
  mapName: string,
): void {
  if (id === undefined || isMapped(ranges, id)) return;
  throw validate.invalidValue(name, `must be an id that ${mapName} maps (${describe(ranges)})`, id);
}

function describe(ranges: readonly IdRange[]): string {
  return ranges
    .map(({ inside, length }) => (length === 1 ? `${inside}` : `${inside}-${inside + length - 1}`))
    .join(', ');
}

function idMaps(map: unknown): UserSpec['map'] {
  if (typeof map === 'string') return validate.oneOf(map, 'options.map', ['root', 'self', 'auto']);
  const { uid, gid } = validate.options(map, 'options.map', ['uid', 'gid']);
  return Object.freeze({
    uid: idRanges(uid, 'options.map.uid'),
    gid: idRanges(gid, 'options.map.gid'),
  });
}

function idRanges(value: unknown, name: string): readonly IdRange[] {
  if (!Array.isArray(value))
    throw validate.invalidType(name, 'an array of { inside, outside, length }', value);
  if (value.length === 0) throw validate.invalidValue(name, 'must have at least one range', value);
  if (value.length > mostRanges) {
    throw validate.outOfRange(
      `${name}.length`,
      `<= ${mostRanges}, the kernel's limit`,
      value.length,
    );
  }
  const ranges = value.map((range: unknown, index) => idRange(range, `${name}[${index}]`));
  const bytes = mapLines(ranges).length;
  if (bytes > mostBytes)
    throw validate.outOfRange(name, `at most ${mostBytes} bytes as the kernel reads it`, bytes);
  requireDisjoint(ranges, 'inside', name);
  requireDisjoint(ranges, 'outside', name);
  return Object.freeze(ranges);
}

function idRange(value: unknown, name: string): IdRange {
  const range = validate.options(value, name, ['inside', 'outside', 'length']);
  const inside = validate.integer(range.inside, `${name}.inside`, 0, largestId);
  const outside = validate.integer(range.outside, `${name}.outside`, 0, largestId);
  const most = largestId + 1 - Math.max(inside, outside);
  return Object.freeze({
    inside,
    outside,
    length: validate.integer(range.length, `${name}.length`, 1, most),
  });
}

function requireDisjoint(
  ranges: readonly IdRange[],
  side: 'inside' | 'outside',
  name: string,
): void {
  const byStart = ranges
    .map((range, index) => ({ range, index }))
    .sort((a, b) => a.range[side] - b.range[side]);
  for (const [position, { range, index }] of byStart.entries()) {
    const before = byStart[position - 1];
    if (before === undefined || before.range[side] + before.range.length <= range[side]) continue;
    throw validate.invalidValue(
      `${name}[${index}]`,
      `overlaps ${name}[${before.index}] ${side}`,
      range,
    );
  }
}

function defaultSetgroups(map: UserSpec['map']): 'allow' | 'deny' {
  if (map === 'root' || map === 'self') return 'deny';
  if (map === 'auto') return 'allow';
  const isOneId = (ranges: readonly IdRange[]) => ranges.length === 1 && ranges[0]?.length === 1;
  return isOneId(map.uid) && isOneId(map.gid) ? 'deny' : 'allow';
}
