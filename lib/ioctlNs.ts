import { addon } from './internal/addon';
import { checked, descriptor } from './internal/rawCall';

// The numbers of ioctl_ns(2)'s requests.
const requests = {
  NS_GET_USERNS: 1,
  NS_GET_PARENT: 2,
  NS_GET_NSTYPE: 3,
  NS_GET_OWNER_UID: 4,
} as const;

function ask(fd: number, request: keyof typeof requests, report = new Float64Array(1)): number {
  const result = addon().namespaceIoctl(descriptor(fd, 'fd'), requests[request], report);
  return checked(result, 'ioctl', hint);
}

function hint(code: string): string | undefined {
  if (code === 'ENOTTY') return 'the descriptor is no namespace';
  if (code === 'EINVAL') return 'a namespace of this type has none (ioctl_ns(2))';
  return code === 'EPERM' ? 'it is outside of your own user or pid namespace' : undefined;
}

/**
 * A descriptor of the user namespace that owns the namespace (NS_GET_USERNS, ioctl_ns(2)). Close it.
 * @throws {@link NamespaceError} EPERM when that is outside of this process's own
 */
export function nsGetUserns(fd: number): number {
  return ask(fd, 'NS_GET_USERNS');
}

/**
 * A descriptor of the parent of a pid or user namespace (NS_GET_PARENT, ioctl_ns(2)). Close it.
 * @throws {@link NamespaceError} EPERM when that is outside of this process's own; EINVAL for another type
 */
export function nsGetParent(fd: number): number {
  return ask(fd, 'NS_GET_PARENT');
}

/** The CLONE_NEW* flag of a namespace's type (NS_GET_NSTYPE, ioctl_ns(2)). */
export function nsGetNstype(fd: number): number {
  return ask(fd, 'NS_GET_NSTYPE');
}

/**
 * The uid of who created a user namespace (NS_GET_OWNER_UID, ioctl_ns(2)).
 * @throws {@link NamespaceError} EINVAL for another type
 */
export function nsGetOwnerUid(fd: number): number {
  const report = new Float64Array(1);
  ask(fd, 'NS_GET_OWNER_UID', report);
  return report[0] ?? 0;
}
