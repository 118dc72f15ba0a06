import type { ChildProcess } from 'node:child_process';

/** A child in namespaces: Node's own ChildProcess, and what only namespaces have. */
export type NamespaceChild<C extends ChildProcess = ChildProcess> = C & {
  /**
   * Its numbers, from this process's pid namespace inward; the last is how it sees itself, 1 for a PID 1. With
   * `init: true` they are the init's, whose number `child.pid` is. None when it has ended (NSpid, proc(5)).
   */
  idsInside(): readonly number[];
};
