import { closeSync } from 'node:fs';
import { NamespaceError } from '../errors';
import { type NamespaceIdentity, type NamespaceType, namespaceTypes, typeFacts } from '../types';
import { addon } from './addon';
import * as validate from './validate';

const calls = { user: 1, parent: 2, ownerUid: 4 } as const;

/** A descriptor of a namespace with one owner, and what never changes about it. */
export class NamespaceFile implements NamespaceIdentity {
  readonly type: NamespaceType;
  readonly id: bigint;
  readonly inode: bigint;
  readonly #device: bigint;
  #descriptor: number | undefined;
  #owners: readonly bigint[] | undefined;

  /**
   * Takes the descriptor over, and closes it when it is none of a namespace.
   * @param origin - what was opened, for the error
   * @param asked - the type that it has to be
   */
  constructor(descriptor: number, origin: string, asked?: NamespaceType) {
    const facts = new BigUint64Array(4);
    const result = addon().lookAtNamespace(descriptor, facts);
    const [flag, id = 0n, inode = 0n, device = 0n] = facts;
    const type = namespaceTypes.find((one) => BigInt(typeFacts[one].flag) === flag);
    if (result < 0 || type === undefined || (asked !== undefined && asked !== type)) {
      closeSync(descriptor);
      const hint = result < 0 || type === undefined ? noNamespace : otherType(type, asked);
      throw openError(result < 0 ? -result : 22, 'ioctl', origin, hint);
    }
    this.type = type;
    this.id = id === 0n ? inode : id;
    this.inode = inode;
    this.#device = device;
    this.#descriptor = descriptor;
  }

  /** `net:[4026531833]`, as the links in /proc/PID/ns read. */
  get link(): string {
    return `${typeFacts[this.type].procName}:[${this.inode}]`;
  }

  /** @throws Error ERR_INVALID_STATE when it was closed */
  get descriptor(): number {
    if (this.#descriptor === undefined)
      throw validate.invalidState(`the handle of ${this.link} is closed`);
    return this.#descriptor;
  }

  /** @throws Error ERR_INVALID_STATE when it was closed */
  requireOpen(): void {
    void this.descriptor;
  }

  isSame(other: NamespaceFile): boolean {
    return this.inode === other.inode && this.#device === other.#device;
  }

  /** Whether `path` is a file of the same namespace. */
  isAt(status: { readonly ino: bigint; readonly dev: bigint }): boolean {
    return this.inode === status.ino && this.#device === status.dev;
  }

  /** The user namespace that owns it. @throws NamespaceError EPERM when that is none of ours */
  openOwner(): NamespaceFile {
    return this.#ask('user', `the owner of ${this.link}`);
  }

  /** @throws NamespaceError EPERM when that is none of ours or there is none */
  openParent(): NamespaceFile {
    return this.#ask('parent', `the parent of ${this.link}`);
  }

  /** @throws NamespaceError EINVAL for another type than user */
  ownerUid(): number {
    const report = new Float64Array(1);
    const result = addon().namespaceIoctl(this.descriptor, calls.ownerUid, report);
    if (result < 0) throw openError(-result, 'ioctl', this.link, undefined);
    return report[0] ?? 0;
  }

  /** Whether rights in the user namespace `user` are rights over this one. */
  isOwnedWithin(user: NamespaceFile): boolean {
    this.#owners ??= inodesUpward(this);
    return this.#owners.includes(user.inode);
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) addon().close(descriptor);
  }

  #ask(question: 'user' | 'parent', origin: string): NamespaceFile {
    const result = addon().namespaceIoctl(this.descriptor, calls[question], new Float64Array(1));
    if (result < 0) throw openError(-result, 'ioctl', origin, askHint(-result, question));
    return new NamespaceFile(result, origin);
  }
}

// The owner, its parent, and so on, as far as we may see.
function inodesUpward(file: NamespaceFile): readonly bigint[] {
  const inodes: bigint[] = [];
  let next = upward(() => file.openOwner());
  while (next !== undefined) {
    const current = next;
    inodes.push(current.inode);
    next = upward(() => current.openParent());
    current.close();
  }
  return inodes;
}

function upward(open: () => NamespaceFile): NamespaceFile | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof NamespaceError && error.code === 'EPERM') return undefined;
    throw error;
  }
}

export const noNamespace = 'it is no namespace: files of them are in /proc/PID/ns and /run/netns';

function otherType(type: NamespaceType, asked: NamespaceType | undefined): string {
  return `it is a ${type} namespace, and a ${asked} namespace was asked for`;
}

function askHint(errno: number, question: 'user' | 'parent'): string | undefined {
  if (errno === 1)
    return 'there is none, or it is above your own user or pid namespace (ioctl_ns(2))';
  if (errno === 22 && question === 'parent')
    return 'only pid and user namespaces have a parent (ioctl_ns(2))';
  return undefined;
}

export function openError(
  errno: number,
  syscall: string,
  path: string | undefined,
  hint: string | undefined,
): NamespaceError {
  return new NamespaceError({ step: 'namespace.open', errno, syscall, path, hint });
}
