import type { MountSpec } from './mount';
import type { NetworkSpec } from './network';
import type { PidSpec } from './pid';
import type { TimeSpec } from './time';
import type { NamespaceType } from './types';
import type { UserSpec } from './user';
import type { UtsSpec } from './uts';

/** What the caller asked for, validated, every default written out; one entry for each namespace to create. */
export interface Spec {
  readonly cgroup?: Readonly<Record<string, never>>;
  readonly ipc?: Readonly<Record<string, never>>;
  readonly mount?: MountSpec;
  readonly network?: NetworkSpec;
  readonly pid?: PidSpec;
  readonly time?: TimeSpec;
  readonly user?: UserSpec;
  readonly uts?: UtsSpec;
}

/** The types of a spec, in alphabetical order. */
export function typesOf(spec: Spec): readonly NamespaceType[] {
  return Object.freeze((Object.keys(spec) as NamespaceType[]).sort());
}
