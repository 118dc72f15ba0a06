import { NamespaceError } from './errors';
import { addon } from './internal/addon';
import { planError } from './internal/failure';
import { isFailure, launch, requireChildPermission } from './internal/launch';
import type { Plan } from './plan';
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

const bare: Required<Spec> = {
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

function attempt(spec: Spec): Promise<NamespaceError | undefined> {
  return new Promise((resolve) => {
    const plan: Plan = planFor(spec, undefined);
    const nothing = addon().nullDevice();
    const started = launch({
      plan,
      argv: [],
      environment: [],
      inheritsEnvironment: false,
      descriptors: Int32Array.of(nothing, nothing, nothing),
      detached: false,
      onStarted() {},
      onExit({ failure, code, signal }) {
        if (failure !== undefined) resolve(planError(plan, failure));
        else resolve(code === 0 && signal === 0 ? undefined : killed(signal));
      },
    });
    if (isFailure(started)) resolve(planError(plan, started));
  });
}

// What a seccomp filter does that kills instead of refusing.
function killed(signal: number): NamespaceError {
  return new NamespaceError({
    step: 'probe',
    errno: 1,
    syscall: 'unshare',
    hint: `the child that tried was ended by signal ${signal}: a seccomp filter?`,
  });
}
