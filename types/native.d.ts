/**
 * The contract of the addon: everything that crosses between TypeScript and C++, and nothing else. The addon checks no
 * arguments and makes no errors: TypeScript has validated what goes in, and turns what comes out into errors. Only numbers,
 * strings and typed arrays cross: cpp/addon/exports.h says why.
 */

/**
 * What a start writes for its caller. A child that runs: its pid. A failure: `step` (its index in the plan; 0xffffffff for
 * what comes before the plan, the clone and the init program's exec), `operand` (index of the step's operand that the call
 * was about), `call` (index in {@link NativeAddon.calls}), and the positive errno.
 */
export type StartReport = Float64Array;

/** What `waitid` writes: code, signal or 0, user and system CPU time in microseconds, largest resident set in kilobytes. */
export type WaitReport = Float64Array;

/** Type (a CLONE_NEW* flag), id (0 where the kernel has none), inode and device of a namespace. */
export type NamespaceReport = BigUint64Array;

/** Options of a start, added up. */
export type StartOption =
  /** The plan ends in `init` or `hold`: it gets a lifeline, behind the plan's own descriptors. */
  | 1
  /** Stays when the JavaScript environment ends, or this process. */
  | 2
  /** This process's own environment comes before the given variables. */
  | 4
  /** The plan has a `process.fork`: the start waits for it, and the child is the second process. */
  | 8;

/** Arguments of a start. */
export type StartArguments = [
  /** Descriptor of the init program. */
  program: number,
  /** The plan: words, each with a NUL behind it. */
  plan: Uint8Array,
  /** `NAME=value`, each with a NUL behind it. */
  environment: Uint8Array,
  /** What the child gets as descriptors 0, 1, 2, …; -1 is closed. At least three. */
  stdio: Int32Array,
  /** CLONE_NEW* flags to create at birth. */
  namespaces: number,
  options: number,
  report: StartReport,
  /** What the plan's steps name by index. */
  descriptors: Int32Array,
];

/** How a child ended. `known` is 0 when this process ignores SIGCHLD and the kernel kept no status; `failed` is 1 when the
 * program never ran, and the four behind it are as in {@link StartReport}. */
export type ExitListener = (
  id: number,
  known: number,
  code: number,
  signal: number,
  userCPUTime: number,
  systemCPUTime: number,
  maxRSS: number,
  failed: number,
  step: number,
  operand: number,
  call: number,
  errno: number,
) => void;

export interface NativeAddon {
  /** The steps that the init program knows, `NAME OPERANDS` a line. */
  readonly steps: string;
  /** Names of the system calls that failures tell by number, one a line. */
  readonly calls: string;
  /** Who is told of the children of this environment; once, before the first start. */
  listen(
    onStarted: (id: number) => void,
    onExit: ExitListener,
    onSocket: (id: number, descriptor: number) => void,
  ): number;
  /** Descriptor of a sealed copy in memory of the file, one a process; or a negative errno. */
  sealProgram(path: string): number;
  /** Descriptor of /dev/null, one a process; or a negative errno. */
  nullDevice(): number;
  /** A stream socket pair, both ends close-on-exec, written as [ours, theirs]. 0 or a negative errno. */
  socketPair(ends: Int32Array): number;
  close(descriptor: number): number;
  /** Number of the child in this environment, or -1 for a failure. */
  start(...options: StartArguments): number;
  /** 0 or a negative errno. */
  kill(id: number, signal: number): number;
  /** Lets the init program go on that waits at `launcher.await`. 0 or a negative errno. */
  proceed(id: number): number;
  /** Whether the child keeps the event loop alive: 0 or 1. */
  setReferenced(id: number, referenced: number): number;

  /** 0 or a negative errno: EINVAL for a descriptor that is no namespace's. */
  lookAtNamespace(descriptor: number, report: NamespaceReport): number;
  /**
   * A descriptor of the namespace of one type that a process is in (of its next children, where `ofChildren` is 1, for
   * pid), or a negative errno: ESRCH when it has ended, ENOTTY before Linux 6.11.
   */
  openNamespaceOf(pidfd: number, type: number, ofChildren: number): number;
  /** A descriptor of the namespace with this type, id and inode, or a negative errno: ESTALE when it is gone. */
  openNamespaceBy(facts: NamespaceReport): number;
  /**
   * A socket made in a network namespace: its descriptor, or -1 and the failure in the report. An empty address is not
   * bound to, a negative backlog is no listener, interface 0 is any; `switches` adds up 1 SO_REUSEADDR, 2 SO_REUSEPORT, 4 IPV6_V6ONLY, 8 to
   * connect to the address instead.
   */
  openSocket(
    namespace: number,
    family: number,
    type: number,
    networkInterface: number,
    address: Uint8Array,
    backlog: number,
    switches: number,
    report: StartReport,
  ): number;
  /**
   * The addresses that a netlink socket tells of, each as NAME, 4 or 6, ADDRESS, NETMASK, PREFIX, HARDWARE, LOOPBACK, SCOPE,
   * with a NUL behind each: nothing else is sure not to be in a name. The report's first number is 0 or an errno.
   */
  interfaces(netlink: number, report: Float64Array): string;

  /** The raw layer. Each returns the kernel's result or a negative errno. */
  unshare(flags: number): number;
  setns(descriptor: number, type: number): number;
  pidfdOpen(pid: number, flags: number): number;
  pidfdSendSignal(pidfd: number, signal: number): number;
  pidfdGetfd(pidfd: number, descriptor: number): number;
  /** ioctl_ns(2): 1 NS_GET_USERNS, 2 NS_GET_PARENT, 3 NS_GET_NSTYPE, 4 NS_GET_OWNER_UID, which writes the uid. */
  namespaceIoctl(descriptor: number, call: number, report: Float64Array): number;
  /** The pidfd, or -1 for a failure. */
  clone(...options: StartArguments): number;
  /** 1 when it has ended, 0 when it runs still and `wait` is 0, or a negative errno. */
  waitid(pidfd: number, wait: number, report: WaitReport): number;
}
