import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { NamespaceError } from '../errors';
import type { IdMaps, IdRange } from '../idMap';
import type { Caller } from '../plan';

/** The ranges that /etc/subuid or /etc/subgid grants, as lines NAME-OR-UID:FIRST:COUNT (subuid(5)). */
export function subordinateRanges(
  file: string,
  owners: readonly string[],
): { first: number; length: number }[] {
  return read(file)
    .split('\n')
    .map((line) => /^([^:]+):(\d+):(\d+)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .filter(([, owner = '']) => owners.includes(owner))
    .map(([, , first, length]) => ({ first: Number(first), length: Number(length) }))
    .filter(({ length }) => length > 0);
}

/**
 * The map `'auto'`: inside, 0 is the caller and the subordinate ids follow from 1 on; for root, whose own 0 stays outside,
 * they begin at 0.
 */
export function automaticMaps(caller: Caller): IdMaps {
  const owners = [String(caller.uid), ...names(caller.uid)];
  const map = (file: string, own: number): IdRange[] => {
    const ranges: IdRange[] = caller.uid === 0 ? [] : [{ inside: 0, outside: own, length: 1 }];
    let inside = ranges.length;
    for (const { first, length } of subordinateRanges(file, owners)) {
      ranges.push({ inside, outside: first, length });
      inside += length;
    }
    if (inside <= 1) throw nothingGranted(file, owners);
    return ranges;
  };
  return { uid: map('/etc/subuid', caller.uid), gid: map('/etc/subgid', caller.gid) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

// Not every user has a name: then the number alone counts.
function names(uid: number): string[] {
  try {
    const user = userInfo();
    return user.uid === uid ? [user.username] : [];
  } catch {
    return [];
  }
}

function nothingGranted(file: string, owners: readonly string[]): NamespaceError {
  const owner = owners.at(-1) ?? '';
  return new NamespaceError({
    step: 'user.map',
    errno: 1,
    syscall: 'read',
    path: file,
    hint: `there is no line for ${owners.join(' or ')}: add one with usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${owner}`,
  });
}
