export type { NamespaceChild } from './child';
export { NamespaceError } from './errors';
export { NamespaceHandle } from './handle';
export { NamespaceHandles } from './handles';
export type { IdMaps, IdRange } from './idMap';
export type { NamespaceEntry } from './list';
export type {
  BindMount,
  BindOptions,
  MountAttributes,
  MountOptions,
  ProcMount,
  ProcOptions,
  Propagation,
  TmpfsMount,
  TmpfsOptions,
} from './mount';
export { Mount } from './mount';
export { Namespace } from './namespace';
export type { NetworkOptions } from './network';
export type { ProcessOptions, ProcessTarget } from './open';
export type { PidOptions } from './pid';
export type { Probe } from './probe';
export type { RunOptions, RunResult } from './run';
export type { DatagramOptions, ListeningSocket, ListenOptions } from './socket';
export type { TimeOptions } from './time';
export type { NamespaceNode, NamespaceTree } from './tree';
export type { NamespaceIdentity, NamespaceType } from './types';
export type { Usage } from './usage';
export type { UserOptions } from './user';
export type { UtsOptions } from './uts';
