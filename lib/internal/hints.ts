import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { type NamespaceType, typeFacts } from '../types';

function sysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** What to do when namespaces of these types could not be created, as far as the machine says why. */
export function creationHint(errno: string, types: readonly NamespaceType[]): string | undefined {
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return permissionHint(types);
    case 'ENOSPC':
    case 'EUSERS':
      return (
        limitHint(types) ??
        'a limit in /proc/sys/user, or 32 nested user or pid namespaces, is reached'
      );
    case 'EAGAIN':
      return 'no more processes: ulimit -u, kernel.pid_max or the pids cgroup is reached';
    case 'EINVAL':
      return `the kernel is built without one of: ${types.join(', ')}`;
    case 'ENOSYS':
      return 'a seccomp filter, or an old kernel, has not got this system call';
    default:
      return undefined;
  }
}

function limitHint(types: readonly NamespaceType[]): string | undefined {
  const names = types.map((type) => `user.${typeFacts[type].limit}`);
  const zero = names.find((name) => sysctl(name) === '0');
  return zero === undefined ? undefined : `${zero} is 0: set it with sysctl -w ${zero}=10000`;
}

function permissionHint(types: readonly NamespaceType[]): string {
  if (!types.includes('user')) {
    return 'creating it takes CAP_SYS_ADMIN: run as root, or add Namespace.user() to the composition';
  }
  if (sysctl('kernel.apparmor_restrict_unprivileged_userns') === '1') {
    return 'AppArmor restricts unprivileged user namespaces: load a profile with "userns," for node, or set kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (sysctl('kernel.unprivileged_userns_clone') === '0') {
    return 'unprivileged user namespaces are off: set kernel.unprivileged_userns_clone=1';
  }
  return (
    limitHint(types) ??
    'a seccomp filter, a security module or a chroot forbids user namespaces here (in Docker: --security-opt seccomp=unconfined)'
  );
}

/** What to do when the program's exec failed. */
export function execHint(errno: string, file: string): string | undefined {
  if (errno === 'ENOEXEC')
    return 'it is no binary for this machine and has no #! line: name its interpreter, or use the option shell';
  if (errno !== 'ENOENT' || !file.startsWith('/')) return undefined;
  const beginning = readBeginning(file);
  if (beginning === undefined) return undefined;
  const interpreter = /^#!\s*(\S+)/.exec(beginning)?.[1];
  return interpreter === undefined
    ? 'the file is there, but not the loader that it names'
    : `the file is there, but not its interpreter ${interpreter}`;
}

// Of a regular file only, and without waiting: a FIFO would hold us until somebody writes to it.
function readBeginning(file: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) return undefined;
    const bytes = Buffer.alloc(256);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
