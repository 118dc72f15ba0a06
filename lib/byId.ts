import { constants } from 'node:os';
import { NamespaceHandle } from './handle';
import { addon } from './internal/addon';
import { NamespaceFile, openError } from './internal/namespaceFile';
import * as validate from './internal/validate';
import { list } from './list';
import { type NamespaceIdentity, namespaceTypes, typeFacts } from './types';

const { EBADF, ENOSYS, EOPNOTSUPP, ESTALE } = constants.errno;

const mostId = 0xffff_ffff_ffff_ffffn;
const mostInode = 0xffff_ffffn;

/** What the kernel compares. It finds nothing by the id alone. */
interface Facts {
  readonly flag: number;
  readonly id: bigint;
  readonly inode: bigint;
}

export async function openById(target: unknown): Promise<NamespaceHandle> {
  const given = typeof target === 'bigint' ? idAlone(target) : factsFrom(target);
  const found = open(given);
  if (found !== -ESTALE || typeof target !== 'bigint') return handleOf(found, given);
  const seen = await list();
  const entry = seen.find(({ id }) => id === target);
  if (entry !== undefined) {
    const facts = factsFrom(entry);
    return handleOf(open(facts), facts);
  }
  const other = seen.find(({ inode }) => inode === target);
  throw failure(
    ESTALE,
    other === undefined ? unseen : `it is the inode of the one with the id ${other.id}`,
  );
}

function open({ flag, id, inode }: Facts): number {
  return addon().openNamespaceBy(BigUint64Array.of(BigInt(flag), id, inode, 0n));
}

function handleOf(descriptor: number, { id }: Facts): NamespaceHandle {
  if (descriptor < 0) throw failure(-descriptor, hintFor(-descriptor));
  return new NamespaceHandle(new NamespaceFile(descriptor, `id ${id}`));
}

const unseen =
  'it is gone, or has no process that this process sees and no pin: give its type and inode, too';

function failure(errno: number, hint: string | undefined): Error {
  // A kernel that knows no root of all namespaces takes it for a descriptor.
  const missing = errno === EBADF || errno === EOPNOTSUPP;
  return openError(missing ? ENOSYS : errno, 'open_by_handle_at', undefined, hint);
}

function hintFor(errno: number): string | undefined {
  switch (errno) {
    case EBADF:
    case EOPNOTSUPP:
      return 'namespaces are found by their ids from Linux 6.18 on: use Namespace.of() or Namespace.open()';
    case ESTALE: // what is not permitted is told by the same number
      return 'it is gone, its type, id and inode are not of one namespace, or you lack CAP_SYS_ADMIN in the user namespace that owns it';
    default:
      return undefined;
  }
}

function idAlone(target: bigint): Facts {
  return { flag: 0, id: validate.bigint(target, 'id', 1n, mostId), inode: 0n };
}

function factsFrom(target: unknown): Facts {
  if (typeof target !== 'object' || target === null)
    throw validate.invalidType('id', 'a bigint, or an object with type, id and inode', target);
  const { type, id, inode } = target as Partial<NamespaceIdentity>;
  return {
    flag: typeFacts[validate.oneOf(type, 'id.type', namespaceTypes)].flag,
    id: validate.bigint(id, 'id.id', 1n, mostId),
    inode: validate.bigint(inode, 'id.inode', 1n, mostInode),
  };
}
