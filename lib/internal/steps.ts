import { flagNames, type NamespaceType, typeFacts, typesIn } from '../types';

/**
 * One action of a plan. `name` and `operands` are what the init program gets (cpp/plan/steps.h has the same table);
 * `calls` says what it does with them, for people.
 */
export interface Step {
  readonly name: string;
  readonly operands: readonly string[];
  readonly calls: () => readonly string[];
  /** The files that the step works on; an operand's own, where it is none itself. */
  readonly files?: readonly string[];
}

/** Whether the step joins a pid namespace, alone or among others. */
export function joinsPid(step: Step): boolean {
  return joins(step, 'pid');
}

/** Whether the step joins a namespace of that type, alone or among others. */
export function joins({ name, operands }: Step, type: NamespaceType): boolean {
  return (
    /^(namespace|process)\.join$/.test(name) && (Number(operands[0]) & typeFacts[type].flag) !== 0
  );
}

/** The steps of a plan, each made from what it needs. The order is that of cpp/plan/steps.h. */
export const steps = {
  joinAll: (flags: number, pidfd: number, alternatives: number): Step => ({
    name: 'process.join',
    operands: [String(flags), String(pidfd), String(alternatives)],
    calls: () => [`setns(pidfd, ${flagNames(flags)})  # or else one by one:`],
  }),

  join: (flag: number, descriptor: number, link: string): Step => ({
    name: 'namespace.join',
    operands: [String(flag), String(descriptor)],
    calls: () => [`setns(${link}, ${flagNames(flag)})`],
    files: ['', link],
  }),

  fork: (flags: number): Step => ({
    name: 'process.fork',
    operands: [String(flags)],
    calls: () => [
      `clone3(${['CLONE_PARENT', 'CLONE_VM', 'CLONE_PIDFD', flagNames(flags)].filter(Boolean).join('|')})`,
      'recvfrom(status)  # until the launcher knows the new process; the old one ends',
    ],
  }),

  awaitLauncher: (): Step => ({
    name: 'launcher.await',
    operands: [],
    calls: () => ['recvfrom(status)  # until the launcher has written the id maps'],
  }),

  mapUser: (uid: string, gid: string, setgroups: 'allow' | 'deny'): Step => ({
    name: 'user.map',
    operands: [uid, gid, setgroups],
    calls: () => [
      ...(setgroups === 'deny' ? ['write(/proc/self/setgroups, "deny")'] : []),
      `write(/proc/self/uid_map, ${JSON.stringify(uid)})`,
      `write(/proc/self/gid_map, ${JSON.stringify(gid)})`,
    ],
    files: ['/proc/self/uid_map', '/proc/self/gid_map', '/proc/self/setgroups'],
  }),

  createSession: (): Step => ({ name: 'session.create', operands: [], calls: () => ['setsid()'] }),

  createNamespaces: (flags: number): Step => ({
    name: 'namespace.create',
    operands: [String(flags)],
    calls: () => [`unshare(${flagNames(flags)})`],
  }),

  offsetTime: (offsets: string): Step => ({
    name: 'time.offsets',
    operands: [offsets],
    calls: () => [`write(/proc/self/timens_offsets, ${JSON.stringify(offsets)})`],
    files: ['/proc/self/timens_offsets'],
  }),

  enterTime: (): Step => ({
    name: 'time.enter',
    operands: [],
    calls: () => ['setns(/proc/self/ns/time_for_children, CLONE_NEWTIME)'],
    files: ['/proc/self/ns/time_for_children'],
  }),

  setHostname: (hostname: string): Step => ({
    name: 'uts.hostname',
    operands: [hostname],
    calls: () => [`sethostname(${JSON.stringify(hostname)})`],
  }),

  setDomainname: (domainname: string): Step => ({
    name: 'uts.domainname',
    operands: [domainname],
    calls: () => [`setdomainname(${JSON.stringify(domainname)})`],
  }),

  bringLoopbackUp: (): Step => ({
    name: 'network.loopback',
    operands: [],
    calls: () => ['socket(AF_INET, SOCK_DGRAM)', 'ioctl(SIOCSIFFLAGS, lo, IFF_UP)'],
  }),

  setPropagation: (propagation: string): Step => ({
    name: 'mount.propagation',
    operands: [propagation],
    calls: () => [`mount("/", MS_REC|MS_${propagation.toUpperCase()})`],
    files: ['/'],
  }),

  bind: (source: string, target: string, attributes: readonly string[]): Step => ({
    name: 'mount.bind',
    operands: [source, target, attributes.join(',')],
    calls: () => [
      `open_tree(${source}, OPEN_TREE_CLONE)`,
      ...(attributes.some((word) => word !== 'recursive')
        ? [`mount_setattr(${attributes.join(',')})`]
        : []),
      `move_mount(${target})`,
    ],
    files: [source, target],
  }),

  mountProc: (target: string, readonly: readonly string[]): Step => ({
    name: 'mount.proc',
    operands: [target, readonly.join(',')],
    calls: () => [
      'fsopen("proc")',
      'fsmount(nosuid,nodev,noexec)',
      `move_mount(${target})`,
      ...readonly.map((entry) => `mount_setattr(${target}/${entry}, readonly)`),
    ],
    files: [target],
  }),

  mountTmpfs: (
    target: string,
    size: string,
    mode: string,
    attributes: readonly string[],
  ): Step => ({
    name: 'mount.tmpfs',
    operands: [target, size, mode, attributes.join(',')],
    calls: () => ['fsopen("tmpfs")', `fsmount(${attributes.join(',')})`, `move_mount(${target})`],
    files: [target],
  }),

  changeRoot: (folder: number, path: string): Step => ({
    name: 'process.root',
    operands: [String(folder)],
    calls: () => [`fchdir(${path})`, 'chroot(".")'],
    files: [path],
  }),

  enterFolder: (folder: number, path: string): Step => ({
    name: 'process.folder',
    operands: [String(folder)],
    calls: () => [`fchdir(${path})`],
    files: [path],
  }),

  changeFolder: (folder: string): Step => ({
    name: 'process.cwd',
    operands: [folder],
    calls: () => [`chdir(${folder})`],
    files: [folder],
  }),

  setCredentials: (uid: number, gid: number, groups: 'drop' | 'keep'): Step => ({
    name: 'process.credentials',
    operands: [String(uid), String(gid), groups],
    calls: () => [
      ...(groups === 'drop' ? ['setgroups(0)'] : []),
      `setresgid(${gid}, ${gid}, ${gid})`,
      `setresuid(${uid}, ${uid}, ${uid})`,
    ],
  }),

  takeIdentity: (uid: number | undefined, gid: number | undefined): Step => ({
    name: 'process.identity',
    operands: [String(uid ?? ''), String(gid ?? '')],
    calls: () => [
      'setgroups(0)',
      `setresgid(${gid ?? '0, unless the own one is mapped'})`,
      `setresuid(${uid ?? '0, unless the own one is mapped'})`,
    ],
  }),

  dropRights: (): Step => ({
    name: 'process.rights',
    operands: [],
    calls: () => ['prctl(PR_CAP_AMBIENT_CLEAR_ALL)', 'capset(inheritable = none)'],
  }),

  armLifeline: (): Step => ({
    name: 'process.lifeline',
    operands: [],
    calls: () => ['prctl(PR_SET_PDEATHSIG, SIGKILL)'],
  }),

  exec: (file: string): Step => ({
    name: 'exec',
    operands: [file],
    calls: () => [`execve(${file})`],
    files: [file],
  }),

  init: (file: string, lifeline: number): Step => ({
    name: 'init',
    operands: [file, String(lifeline)],
    calls: () => [
      'signalfd(all)',
      `clone3(CLONE_VM|CLONE_CHILD_CLEARTID)  # lns:[2:EXEC]: execve(${file})`,
      'prctl(PR_SET_NAME)  # lns:[1:INIT] forwards signals, reaps, and ends with the program',
    ],
    files: [file],
  }),

  sendNamespaces: (flags: number): Step => ({
    name: 'namespace.send',
    operands: [String(flags)],
    calls: () =>
      typesIn(flags).map((type) => `sendmsg(status, SCM_RIGHTS: ${typeFacts[type].procName})`),
  }),

  pin: (descriptor: number, folder: string, name: string, share: boolean): Step => ({
    name: 'namespace.pin',
    operands: [String(descriptor), folder, name, share ? 'shared' : ''],
    calls: () => [
      ...(share ? [`mkdir(${folder})`, `mount(${folder}, MS_SHARED|MS_REC)`] : []),
      `open(${folder}/${name}, O_CREAT|O_EXCL)`,
      'open_tree(namespace, OPEN_TREE_CLONE)',
      `move_mount(${folder}/${name})`,
    ],
    files: ['', folder, `${folder}/${name}`],
  }),

  unpin: (folder: string, name: string): Step => ({
    name: 'namespace.unpin',
    operands: [folder, name],
    calls: () => [`umount2(${folder}/${name}, MNT_DETACH)`, `unlink(${folder}/${name})`],
    files: [folder, `${folder}/${name}`],
  }),

  openSocket: (operands: readonly string[], address: string): Step => ({
    name: 'socket.open',
    operands,
    calls: () => ['socket()', `bind(${address})`, 'listen()', 'sendmsg(status, SCM_RIGHTS)'],
    files: [address],
  }),

  done: (): Step => ({ name: 'done', operands: [], calls: () => ['exit_group(0)'] }),
};
