import { type IdMaps, mapLines } from './idMap';
import { type Step, steps } from './internal/steps';
import { planJoins } from './join';
import type { Mount } from './mount';
import type { Spec } from './spec';
import { timeOffsets } from './time';
import { flagsOf, type NamespaceType, namespaceTypes } from './types';
import type { UserSpec } from './user';

/** The ordered steps that carry a spec out, as data. */
export interface Plan {
  /** CLONE_NEW* flags that the child is born with. */
  readonly birth: number;
  /** CLONE_NEW* flags of the second process, where there is one: it is the child then. */
  readonly fork?: number;
  /** What the steps name by index. */
  readonly descriptors: readonly number[];
  /** What the launcher writes while the child waits at `launcher.await`. */
  readonly idMaps?: LauncherMaps;
  /** Makes the namespaces; the same array for every start from one composition. */
  readonly setup: readonly Step[];
  /** Becomes the program, in them. */
  readonly program: readonly Step[];
}

/** All steps in their order: a failure's `step` counts through them. */
export function stepsOf({ setup, program }: Plan): readonly Step[] {
  return [...setup, ...program];
}

/** Id maps that the child may not write itself: several ranges, or ids that are not its own. */
export interface LauncherMaps extends IdMaps {
  readonly setgroups: 'allow' | 'deny';
  /** Through newuidmap and newgidmap, which know what an ordinary user was granted. */
  readonly helpers: boolean;
}

/** The program and what belongs to it alone. */
export interface Program {
  readonly file: string;
  readonly cwd: string | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly detached: boolean;
}

/** Who asks; ids as in this process's own user namespace. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
}

// What a write to changes for the whole machine, and what the owner may write without a capability.
const machineWide = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs'];

/** `auto` is resolved to ranges before (internal/subordinateIds.ts). */
export type ResolvedUser = Omit<UserSpec, 'map'> & {
  readonly map: Exclude<UserSpec['map'], 'auto'>;
  readonly helpers: boolean;
};

/** A spec whose user namespace has its ranges, and whose joins are those that there is something to do for. */
export type ResolvedSpec = Omit<Spec, 'user'> & { readonly user?: ResolvedUser };

/** What a plan ends in: a program, nothing (it only tries), or descriptors of what was made. */
export type Ending = Program | 'done' | 'send';

/**
 * The part of a plan that joins and makes the namespaces. The order has reasons: joins before, since a user namespace that
 * is created takes the right to them away; the user namespace, since it gives the rights for all others; the mounts last,
 * since a proc shows the pid namespace and a sysfs the network of its maker.
 * @param atBirth - types that are made by the clone; the others by the child itself
 */
export function planSetup(
  spec: ResolvedSpec,
  caller: Caller,
  atBirth: readonly NamespaceType[] = ['user', 'pid'],
): Omit<Plan, 'program'> {
  const idMaps = spec.user === undefined ? undefined : launcherMaps(spec.user, caller);
  const joins = planJoins(spec.join ?? { namespaces: {} });
  const flags = flagsIn(spec, atBirth);
  const forks = needsFork(spec);
  const { time, ...others } = spec;
  // The file of the offsets is opened before the joins, which take the right to it, and is the first process's.
  const timeFirst = forks && time !== undefined && spec.user === undefined;
  return {
    birth: forks ? 0 : flags,
    ...(forks ? { fork: flags } : {}),
    descriptors: joins.descriptors,
    ...(idMaps === undefined ? {} : { idMaps }),
    setup: [
      ...joins.steps,
      ...(timeFirst ? namespaceSteps({ time }, []) : []),
      ...(forks ? [steps.fork(flags)] : []),
      ...userSteps(spec.user, idMaps, caller),
      ...namespaceSteps(timeFirst ? others : spec, atBirth),
      ...mountSteps(spec),
      ...joins.folders,
    ],
  };
}

// A joined pid namespace is that of the next child only; and what is there at birth would come before the joins: a user
// namespace without the right to them, a pid namespace that the wrong one owns.
function needsFork({ join, pid, user }: ResolvedSpec): boolean {
  const joined = join?.namespaces ?? {};
  return (
    joined.pid !== undefined ||
    (joined.user !== undefined && pid !== undefined) ||
    (user !== undefined && Object.keys(joined).length > 0)
  );
}

function flagsIn(spec: ResolvedSpec, types: readonly NamespaceType[]): number {
  return flagsOf(types.filter((type) => type in spec));
}

// The ids inside that are `outside` in the caller's own namespace, or undefined.
function insideOf(ranges: IdMaps['uid'], outside: number): number | undefined {
  const range = ranges.find((one) => outside >= one.outside && outside < one.outside + one.length);
  return range === undefined ? undefined : range.inside + outside - range.outside;
}

/** The maps as ranges. */
export function rangesOf(user: ResolvedUser, caller: Caller): IdMaps {
  if (typeof user.map === 'object') return user.map;
  const one = (own: number) => [{ inside: user.map === 'root' ? 0 : own, outside: own, length: 1 }];
  return { uid: one(caller.uid), gid: one(caller.gid) };
}

// A process may write its own map when that is one line of one id, its own, and setgroups is denied (user_namespaces(7)).
function launcherMaps(user: ResolvedUser, caller: Caller): LauncherMaps | undefined {
  const maps = rangesOf(user, caller);
  const isOwn = (ranges: IdMaps['uid'], own: number) =>
    ranges.length === 1 && ranges[0]?.outside === own && ranges[0].length === 1;
  if (isOwn(maps.uid, caller.uid) && isOwn(maps.gid, caller.gid) && user.setgroups === 'deny')
    return undefined;
  return { ...maps, setgroups: user.setgroups, helpers: user.helpers };
}

function userSteps(
  user: ResolvedUser | undefined,
  idMaps: LauncherMaps | undefined,
  caller: Caller,
): Step[] {
  if (user === undefined) return [];
  if (idMaps !== undefined) return [steps.awaitLauncher()];
  const maps = rangesOf(user, caller);
  return [steps.mapUser(mapLines(maps.uid), mapLines(maps.gid), user.setgroups)];
}

function namespaceSteps(spec: ResolvedSpec, atBirth: readonly NamespaceType[]): Step[] {
  const flags = flagsIn(
    spec,
    namespaceTypes.filter((type) => !atBirth.includes(type)),
  );
  const { network, time, uts } = spec;
  return [
    ...(flags === 0 ? [] : [steps.createNamespaces(flags)]),
    ...(time === undefined || (time.monotonic === 0 && time.boottime === 0)
      ? []
      : [steps.offsetTime(timeOffsets(time))]),
    ...(time === undefined ? [] : [steps.enterTime()]),
    ...(uts?.hostname === undefined ? [] : [steps.setHostname(uts.hostname)]),
    ...(uts?.domainname === undefined ? [] : [steps.setDomainname(uts.domainname)]),
    ...(network?.loopback ? [steps.bringLoopbackUp()] : []),
  ];
}

function mountSteps({ mount }: Pick<Spec, 'mount'>): Step[] {
  if (mount === undefined) return [];
  return [steps.setPropagation(mount.propagation), ...mount.mounts.map(mountStep)];
}

function mountStep(mount: Mount): Step {
  switch (mount.kind) {
    case 'bind':
      return steps.bind(mount.source, mount.target, [
        ...(mount.recursive ? ['recursive'] : []),
        ...mount.attributes,
      ]);
    case 'proc':
      return steps.mountProc(mount.target, mount.sys === 'readonly' ? machineWide : []);
    case 'tmpfs':
      return steps.mountTmpfs(
        mount.target,
        String(mount.size ?? ''),
        mount.mode.toString(8),
        mount.attributes,
      );
  }
}

/**
 * The part that becomes the program: its working directory in the finished tree; its ids after all that needs rights; the
 * lifeline last, since a change of ids clears it.
 * @param lifeline - index of the lifeline, behind the plan's descriptors
 */
export function planProgram(
  spec: ResolvedSpec,
  program: Exclude<Ending, 'send'>,
  caller: Caller,
  lifeline: number,
): readonly Step[] {
  if (program === 'done') return [steps.done()];
  const joinsUser = spec.join?.namespaces.user !== undefined;
  // After mounts the inherited working directory may lie beneath one of them: a way out of the new tree.
  const cwd =
    program.cwd ??
    (spec.mount !== undefined && spec.mount.mounts.length > 0 ? process.cwd() : undefined);
  return [
    ...(program.detached ? [steps.createSession()] : []),
    ...(cwd === undefined ? [] : [steps.changeFolder(cwd)]),
    ...(joinsUser && spec.user === undefined
      ? [steps.takeIdentity(program.uid, program.gid)]
      : credentialSteps(spec.user, program, caller)),
    ...(spec.user === undefined && !joinsUser ? [] : [steps.dropRights()]),
    ...(program.detached ? [] : [steps.armLifeline()]),
    spec.pid?.init ? steps.init(program.file, lifeline) : steps.exec(program.file),
  ];
}

function credentialSteps(user: ResolvedUser | undefined, program: Program, caller: Caller): Step[] {
  if (user === undefined) {
    if (program.uid === undefined && program.gid === undefined) return [];
    // As libuv does it: groups go where there is the right to drop them.
    const groups = caller.uid === 0 ? 'drop' : 'keep';
    return [steps.setCredentials(program.uid ?? caller.uid, program.gid ?? caller.gid, groups)];
  }
  const maps = rangesOf(user, caller);
  const now = { uid: insideOf(maps.uid, caller.uid), gid: insideOf(maps.gid, caller.gid) };
  const uid = program.uid ?? user.uid ?? now.uid ?? preferred(maps.uid);
  const gid = program.gid ?? user.gid ?? now.gid ?? preferred(maps.gid);
  if (uid === now.uid && gid === now.gid) return [];
  return [steps.setCredentials(uid, gid, user.setgroups === 'allow' ? 'drop' : 'keep')];
}

function preferred(ranges: IdMaps['uid']): number {
  return ranges.some(({ inside }) => inside === 0) ? 0 : (ranges[0]?.inside ?? 0);
}
