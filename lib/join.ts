import { statSync } from 'node:fs';
import type { NamespaceFile } from './internal/namespaceFile';
import { type Step, steps } from './internal/steps';
import type { JoinedNamespaces, Joins } from './spec';
import { flagsOf, type NamespaceType, typeFacts } from './types';

/** The steps that join, and the descriptors that they name by index. */
export interface JoinPlan {
  readonly steps: readonly Step[];
  /** In the finished tree: the root and the working directory of the joined process. */
  readonly folders: readonly Step[];
  readonly descriptors: readonly number[];
}

/** The joins without those of namespaces that this thread is in: there is nothing to do, and for user it is an error. */
export function effectiveJoins(join: Joins | undefined): Joins | undefined {
  if (join === undefined) return undefined;
  const files = Object.values(join.namespaces).filter((file) => !isOurs(file));
  const namespaces: JoinedNamespaces = Object.fromEntries(files.map((file) => [file.type, file]));
  return { ...join, namespaces };
}

function isOurs(file: NamespaceFile): boolean {
  file.requireOpen();
  try {
    const path = `/proc/thread-self/ns/${typeFacts[file.type].procName}`;
    return file.isAt(statSync(path, { bigint: true }));
  } catch {
    return false;
  }
}

/**
 * The user namespace comes before those that it owns, for it gives the right to them, and after all others, for it takes
 * that right away (setns(2)).
 */
export function planJoins({ namespaces, process }: Joins): JoinPlan {
  const descriptors: number[] = [];
  const add = (descriptor: number) => descriptors.push(descriptor) - 1;
  const single = inOrder(namespaces).map((file) =>
    steps.join(typeFacts[file.type].flag, add(file.descriptor), file.link),
  );
  const all = process === undefined ? [] : joinAll(namespaces, add(process.pidfd()), single.length);
  return {
    steps: [...all, ...single],
    folders: [
      ...(process?.root === undefined ? [] : [steps.changeRoot(add(process.root()), 'its root')]),
      ...(process?.cwd === undefined
        ? []
        : [steps.enterFolder(add(process.cwd()), 'its working directory')]),
    ],
    descriptors,
  };
}

function joinAll(namespaces: JoinedNamespaces, pidfd: number, alternatives: number): Step[] {
  const flags = flagsOf(Object.keys(namespaces) as NamespaceType[]);
  return flags === 0 ? [] : [steps.joinAll(flags, pidfd, alternatives)];
}

function inOrder({ user, ...others }: JoinedNamespaces): readonly NamespaceFile[] {
  const rest = Object.values(others);
  if (user === undefined) return rest;
  const isWithin = (file: NamespaceFile) => file.isOwnedWithin(user);
  return [...rest.filter((file) => !isWithin(file)), user, ...rest.filter(isWithin)];
}
