import type { NamespaceFile } from './internal/namespaceFile';
import type { MountSpec } from './mount';
import type { NetworkSpec } from './network';
import type { PidSpec } from './pid';
import type { TimeSpec } from './time';
import type { NamespaceType } from './types';
import type { UserSpec } from './user';
import type { UtsSpec } from './uts';

/** What the caller asked for, validated, every default written out: namespaces to create, and those to join. */
export interface Spec {
  readonly cgroup?: Readonly<Record<string, never>>;
  readonly ipc?: Readonly<Record<string, never>>;
  readonly mount?: MountSpec;
  readonly network?: NetworkSpec;
  readonly pid?: PidSpec;
  readonly time?: TimeSpec;
  readonly user?: UserSpec;
  readonly uts?: UtsSpec;
  readonly join?: Joins;
}

/** Namespaces that exist, each type at most once, and at most one process whose they are. */
export interface Joins {
  readonly namespaces: JoinedNamespaces;
  readonly process?: JoinedProcess;
}

export type JoinedNamespaces = Readonly<Partial<Record<NamespaceType, NamespaceFile>>>;

/** A process that is joined as a whole; its descriptors close with the handles on its namespaces. */
export interface JoinedProcess {
  readonly pidfd: () => number;
  readonly root?: () => number;
  readonly cwd?: () => number;
}

/** The types of a spec, in alphabetical order. */
export function typesOf({ join, ...created }: Spec): readonly NamespaceType[] {
  const types = [...Object.keys(created), ...Object.keys(join?.namespaces ?? {})];
  return Object.freeze((types as NamespaceType[]).sort());
}
