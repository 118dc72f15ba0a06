import { constants } from 'node:os';
import { NamespaceError } from '../errors';
import type { Plan } from '../plan';
import { addon } from './addon';
import { planError } from './failure';
import { writeIdMaps } from './idMaps';
import { isFailure, launch, requireChildPermission } from './launch';

const kill = 9;

/** What is told of a plan while it is carried out. */
export interface TaskEvents {
  /** A socket that was made, or a namespace that was sent. */
  onSocket?(descriptor: number): void;
}

/**
 * Carries a plan out in a child that never becomes a program: it ends with `done`.
 * @throws NamespaceError of the step that failed
 */
export function carryOut(plan: Plan, events: TaskEvents = {}): Promise<void> {
  requireChildPermission();
  return new Promise((resolve, reject) => {
    const nothing = addon().nullDevice();
    let refused: NamespaceError | undefined;
    const started = launch({
      plan,
      argv: [],
      environment: [],
      inheritsEnvironment: false,
      descriptors: Int32Array.of(nothing, nothing, nothing),
      detached: false,
      onStarted() {},
      onSocket(descriptor) {
        if (descriptor < 0) refused = lost(plan);
        else events.onSocket?.(descriptor);
      },
      onExit({ failure, code, signal }) {
        if (failure !== undefined) reject(planError(plan, failure));
        else if (refused !== undefined) reject(refused);
        else if (code === 0 && signal === 0) resolve();
        else reject(killed(plan, signal));
      },
    });
    if (isFailure(started)) {
      reject(planError(plan, started));
      return;
    }
    if (plan.idMaps === undefined) return;
    writeIdMaps(started.pid, plan.idMaps, (error) => {
      refused = error;
      if (error === undefined) started.proceed();
      else started.kill(kill);
    });
  });
}

// The kernel drops a descriptor that the receiver has no room for (unix(7)).
function lost(plan: Plan): NamespaceError {
  return new NamespaceError({
    step: plan.setup.at(-1)?.name ?? 'start',
    errno: constants.errno.EMFILE,
    syscall: 'recvmsg',
    hint: 'this process has no descriptors left: ulimit -n',
  });
}

// What a seccomp filter does that kills instead of refusing.
function killed(plan: Plan, signal: number): NamespaceError {
  return new NamespaceError({
    step: plan.program.at(-1)?.name ?? 'start',
    errno: 1,
    syscall: 'unshare',
    hint: `the child that tried was ended by signal ${signal}: a seccomp filter?`,
  });
}
