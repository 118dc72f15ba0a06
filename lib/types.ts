/** The eight types of namespaces, in the kernel's words (namespaces(7)). */
export type NamespaceType =
  | 'cgroup'
  | 'ipc'
  | 'mount'
  | 'network'
  | 'pid'
  | 'time'
  | 'user'
  | 'uts';

/** What the kernel knows a namespace by. */
export interface NamespaceIdentity {
  readonly type: NamespaceType;
  /** Never used twice while the machine runs; the inode, before Linux 6.18. */
  readonly id: bigint;
  /** The number in `net:[4026531833]`. */
  readonly inode: bigint;
}

interface TypeFacts {
  /** The CLONE_NEW* flag that creates one (clone(2)), and its name. */
  readonly flag: number;
  readonly flagName: string;
  /** The file in /proc/PID/ns. */
  readonly procName: string;
  /** The sysctl in /proc/sys/user that limits how many a user may have. */
  readonly limit: string;
}

/** One table for all that differs between the types. */
export const typeFacts: Readonly<Record<NamespaceType, TypeFacts>> = {
  cgroup: {
    flag: 0x02000000,
    flagName: 'CLONE_NEWCGROUP',
    procName: 'cgroup',
    limit: 'max_cgroup_namespaces',
  },
  ipc: { flag: 0x08000000, flagName: 'CLONE_NEWIPC', procName: 'ipc', limit: 'max_ipc_namespaces' },
  mount: {
    flag: 0x00020000,
    flagName: 'CLONE_NEWNS',
    procName: 'mnt',
    limit: 'max_mnt_namespaces',
  },
  network: {
    flag: 0x40000000,
    flagName: 'CLONE_NEWNET',
    procName: 'net',
    limit: 'max_net_namespaces',
  },
  pid: { flag: 0x20000000, flagName: 'CLONE_NEWPID', procName: 'pid', limit: 'max_pid_namespaces' },
  time: {
    flag: 0x00000080,
    flagName: 'CLONE_NEWTIME',
    procName: 'time',
    limit: 'max_time_namespaces',
  },
  user: {
    flag: 0x10000000,
    flagName: 'CLONE_NEWUSER',
    procName: 'user',
    limit: 'max_user_namespaces',
  },
  uts: { flag: 0x04000000, flagName: 'CLONE_NEWUTS', procName: 'uts', limit: 'max_uts_namespaces' },
};

/** The types, in alphabetical order. */
export const namespaceTypes: readonly NamespaceType[] = [
  'cgroup',
  'ipc',
  'mount',
  'network',
  'pid',
  'time',
  'user',
  'uts',
];

/** The types whose flags are in `flags`. */
export function typesIn(flags: number): readonly NamespaceType[] {
  return namespaceTypes.filter((type) => (flags & typeFacts[type].flag) !== 0);
}

/** The flags of `types` as one number. */
export function flagsOf(types: readonly NamespaceType[]): number {
  return types.reduce((flags, type) => flags | typeFacts[type].flag, 0);
}

/** `CLONE_NEWUSER|CLONE_NEWPID`, for people. */
export function flagNames(flags: number): string {
  return typesIn(flags)
    .map((type) => typeFacts[type].flagName)
    .join('|');
}
