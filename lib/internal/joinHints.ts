import type { Plan } from '../plan';
import type { NamespaceType } from '../types';
import { creationHint } from './hints';
import type { Failure } from './launch';
import { joinsPid } from './steps';

/** What to do when a namespace could not be joined. */
export function joinHint(code: string, types: readonly NamespaceType[]): string | undefined {
  const [type] = types;
  if (code === 'EPERM') {
    return type === 'user'
      ? 'joining a user namespace takes CAP_SYS_ADMIN in it: its creator has that from outside, and root'
      : 'joining takes CAP_SYS_ADMIN in the user namespace that owns it, and in your own: join the owner, too, by Namespace.compose(handle.owner(), handle)';
  }
  if (code === 'EINVAL' && type === 'pid')
    return 'only a pid namespace beneath your own can be joined (setns(2))';
  if (code === 'EUSERS' || code === 'ENOMEM') return 'the kernel has no room for it';
  return undefined;
}

/** What to do when the second process could not be made. */
export function forkHint(
  code: string,
  plan: Plan,
  created: readonly NamespaceType[],
): string | undefined {
  if (code === 'ENOMEM' && plan.setup.some(joinsPid))
    return 'the pid namespace takes no process any more: its PID 1 has ended';
  return creationHint(code, created);
}

export function pinHint(code: string, { syscall }: Failure): string | undefined {
  switch (code) {
    case 'EPERM':
      return 'pinning takes CAP_SYS_ADMIN in the user namespace that owns your mount namespace';
    case 'EEXIST':
      return 'something else is there: unpin it, or choose another path';
    case 'ELOOP':
      return 'the kernel takes only mount namespaces that are younger than the one that they are pinned in';
    case 'EINVAL':
      return syscall === 'move_mount' || syscall === 'open_tree'
        ? 'a mount namespace can be pinned on a private mount only, and in one that is older (mount_namespaces(7)): mount --make-private'
        : undefined;
    default:
      return undefined;
  }
}

export function unpinHint(code: string): string | undefined {
  if (code === 'EINVAL') return 'no namespace is pinned there';
  if (code === 'EPERM')
    return 'it takes CAP_SYS_ADMIN in the user namespace that owns your mount namespace';
  return undefined;
}

/** What to do when a socket could not be made in a namespace. */
export function socketHint(code: string, syscall: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return 'another socket in that namespace has the address';
    case 'EADDRNOTAVAIL':
      return 'no interface in that namespace has the address, or the interface is down';
    case 'EACCES':
      return syscall === 'bind'
        ? 'a port below 1024 takes CAP_NET_BIND_SERVICE in the user namespace that owns the network (net.ipv4.ip_unprivileged_port_start)'
        : undefined;
    case 'EPERM':
      return syscall === 'setns'
        ? 'it takes CAP_SYS_ADMIN in your own user namespace and in the one that owns the network, or the latter below your own'
        : undefined;
    case 'EMFILE':
      return 'this process has no descriptors left: ulimit -n';
    default:
      return undefined;
  }
}
