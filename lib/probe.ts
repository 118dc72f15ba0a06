import { NamespaceError } from './errors';
import { initProgram } from './internal/addon';
import { requireChildPermission } from './internal/launch';
import { carryOut } from './internal/task';
import { planFor } from './spawn';
import type { Spec } from './spec';
import { type NamespaceType, namespaceTypes } from './types';

/** Whether this process may create namespaces of one type. */
export interface Probe {
  readonly type: NamespaceType;
  /** It may, alone or beside a user namespace. */
  readonly available: boolean;
  /** Only in a composition with {@link Namespace.user}. */
  readonly needsUser: boolean;
  /** Why not: `code` and `syscall`, and in `hint` what to do. */
  readonly error?: NamespaceError;
}

const bare: Required<Omit<Spec, 'join'>> = {
  cgroup: {},
  ipc: {},
  mount: { mounts: [], propagation: 'private' },
  network: { loopback: true },
  pid: { init: false },
  time: { monotonic: 0, boottime: 0 },
  user: { map: 'self', setgroups: 'deny', uid: undefined, gid: undefined },
  uts: { hostname: undefined, domainname: undefined },
};

/** Tries each type in a child of its own, which only makes the namespace and ends. */
export async function probe(): Promise<readonly Probe[]> {
  requireChildPermission();
  initProgram(); // without it nothing can be found out
  return Promise.all(namespaceTypes.map(probeType));
}

async function probeType(type: NamespaceType): Promise<Probe> {
  const alone = await attempt({ [type]: bare[type] });
  if (alone === undefined) return { type, available: true, needsUser: false };
  if (type === 'user') return { type, available: false, needsUser: false, error: alone };
  const besideUser = await attempt({ user: bare.user, [type]: bare[type] });
  if (besideUser === undefined) return { type, available: true, needsUser: true };
  return { type, available: false, needsUser: true, error: besideUser };
}

async function attempt(spec: Spec): Promise<NamespaceError | undefined> {
  try {
    await carryOut(planFor(spec, 'done'));
    return undefined;
  } catch (error) {
    if (error instanceof NamespaceError) return error;
    throw error;
  }
}
