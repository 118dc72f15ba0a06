import { constants, openSync } from 'node:fs';
import { NamespaceError } from './errors';
import { NamespaceFile } from './internal/namespaceFile';
import {
  linksOf,
  pathOf,
  processIds,
  readArguments,
  reading,
  readPins,
  readStat,
  readUid,
} from './internal/processes';
import { inSlices } from './internal/slices';
import type { NamespaceIdentity } from './types';

/** A namespace as {@link Namespace.list} saw it. */
export interface NamespaceEntry extends NamespaceIdentity {
  /** How many processes are in it; of types other than user and pid, without those that have ended and are not reaped. */
  readonly processes: number;
  /** The oldest of them, and of those that started in the same hundredth of a second the one with the lowest number. */
  readonly pid: number | undefined;
  /** Its arguments with spaces between them, or its name where it has none: as the process wrote it, any characters. */
  readonly command: string | undefined;
  /** Its effective uid. */
  readonly uid: number | undefined;
  /** The id of the user namespace that owns it; undefined when that is above this process's own. */
  readonly owner: bigint | undefined;
  /** For pid and user: the id of the next one outward; undefined when there is none that this process sees. */
  readonly parent: bigint | undefined;
  /** Where it is pinned, in this process's mount namespace. */
  readonly pins: readonly string[];
}

interface Process {
  readonly pid: number;
  readonly start: number;
  readonly command: string;
  readonly uid: number | undefined;
}

interface Found {
  readonly identity: NamespaceIdentity;
  readonly owner: bigint | undefined;
  readonly parent: bigint | undefined;
  readonly pins: string[];
  processes: number;
  oldest: Process | undefined;
}

export async function list(): Promise<readonly NamespaceEntry[]> {
  const inventory = new Inventory();
  await inSlices(processIds, (pid) => inventory.addProcess(pid));
  await inSlices(readPins, ({ link, path }) => inventory.addPin(link, path));
  return inventory.entries();
}

class Inventory {
  /** By their links: `net:[4026531833]`. */
  readonly #found = new Map<string, Found>();

  addProcess(pid: number): void {
    const links = linksOf(pid);
    const stat = links.length === 0 ? undefined : readStat(pid);
    if (stat === undefined) return;
    let process: Process | undefined;
    for (const { type, link } of links) {
      const found = this.#found.get(link) ?? this.#open(pathOf(pid, type), link);
      if (found === undefined) continue;
      found.processes += 1;
      if (found.oldest !== undefined && found.oldest.start <= stat.start) continue;
      process ??= {
        pid,
        start: stat.start,
        command: readArguments(pid) ?? stat.name,
        uid: readUid(pid),
      };
      found.oldest = process;
    }
  }

  addPin(link: string, path: string): void {
    const found = this.#found.get(link) ?? this.#open(path, link);
    found?.pins.push(path);
  }

  entries(): readonly NamespaceEntry[] {
    const entries = [...this.#found.values()].map(
      ({ identity: { type, id, inode }, processes, oldest, owner, parent, pins }) =>
        Object.freeze({
          type,
          id,
          inode,
          processes,
          pid: oldest?.pid,
          command: oldest?.command,
          uid: oldest?.uid,
          owner,
          parent,
          pins: Object.freeze(pins),
        }),
    );
    return Object.freeze(entries.sort(byTypeAndId));
  }

  // Undefined when another one is there by now, or none.
  #open(path: string, link: string): Found | undefined {
    return reading(() => {
      // Without waiting: where a pin was, anything may be by now.
      const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const file = new NamespaceFile(descriptor, path);
      return this.#closing(file, () => (file.link === link ? this.#look(file) : undefined));
    });
  }

  // And at its owner and its parent, which need not have a process.
  #look(file: NamespaceFile): Found {
    const known = this.#found.get(file.link);
    if (known !== undefined) return known;
    const { type, id, inode } = file;
    const owner = this.#idOf(() => file.openOwner());
    // The owner of a user namespace is its parent (ioctl_ns(2)).
    const parent =
      type === 'pid' ? this.#idOf(() => file.openParent()) : type === 'user' ? owner : undefined;
    const found: Found = {
      identity: { type, id, inode },
      owner,
      parent,
      pins: [],
      processes: 0,
      oldest: undefined,
    };
    this.#found.set(file.link, found);
    return found;
  }

  #idOf(open: () => NamespaceFile): bigint | undefined {
    try {
      const file = open();
      return this.#closing(file, () => this.#look(file).identity.id);
    } catch (error) {
      if (error instanceof NamespaceError && error.code === 'EPERM') return undefined;
      throw error;
    }
  }

  #closing<R>(file: NamespaceFile, action: () => R): R {
    try {
      return action();
    } finally {
      file.close();
    }
  }
}

function byTypeAndId(one: NamespaceEntry, other: NamespaceEntry): number {
  if (one.type !== other.type) return one.type < other.type ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
