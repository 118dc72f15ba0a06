import { errnoName, NamespaceError } from '../errors';
import type { Plan } from '../plan';
import { typesIn } from '../types';
import { creationHint, execHint } from './hints';
import { forkHint, joinHint, pinHint, socketHint, unpinHint } from './joinHints';
import type { Failure } from './launch';
import { joins, type Step } from './steps';

/** The error for a plan that could not be carried out. */
export function planError(plan: Plan, failure: Failure): NamespaceError {
  const step = [...plan.setup, ...plan.program][failure.step];
  if (step === undefined) return startError(plan, failure);
  const code = errnoName(failure.errno);
  if (step.name === 'exec' || step.name === 'init') return execError(plan, step, code, failure);
  const path = step.files?.[failure.operand];
  const dest = step.name === 'mount.bind' ? step.files?.[1] : undefined;
  return new NamespaceError({
    step: step.name,
    errno: failure.errno,
    syscall: failure.syscall,
    path: dest === undefined ? path : step.files?.[0],
    dest,
    hint: stepHint(step, code, failure, plan),
  });
}

// As child_process has it: the syscall is `spawn COMMAND`, so that whoever looks for that finds it.
function execError(
  plan: Plan,
  step: Step,
  code: string,
  { errno, syscall }: Failure,
): NamespaceError {
  const [file = ''] = step.operands;
  const isExec = syscall === 'execve';
  // A look at the file helps only where the child saw the same one.
  const sameTree = !plan.setup.some((one) => one.name.startsWith('mount.') || joins(one, 'mount'));
  return new NamespaceError({
    step: step.name,
    errno,
    syscall: isExec ? `spawn ${file}` : syscall,
    path: file,
    hint: isExec ? execHint(code, sameTree ? file : '') : undefined,
  });
}

function stepHint(
  { name, operands }: Step,
  code: string,
  failure: Failure,
  plan: Plan,
): string | undefined {
  switch (name) {
    case 'namespace.join':
      return joinHint(code, typesIn(Number(operands[0])));
    case 'process.fork':
      return forkHint(code, plan, typesIn(Number(operands[0])));
    case 'namespace.pin':
      return pinHint(code, failure);
    case 'namespace.send':
      return code === 'ENOTTY'
        ? 'a handle on a pid namespace that has no process yet needs Linux 6.11'
        : undefined;
    case 'namespace.unpin':
      return unpinHint(code);
    case 'socket.open':
      return socketHint(code, failure.syscall);
    case 'namespace.create':
      return creationHint(code, [...typesIn(plan.birth), ...typesIn(Number(operands[0]))]);
    case 'mount.bind':
      return bindHint(code, failure);
    case 'mount.proc':
      return code === 'EPERM'
        ? 'a new proc needs Namespace.pid() beside Namespace.user(), and a proc outside of which nothing is masked (Docker masks some)'
        : undefined;
    case 'process.cwd':
      return "the working directory as it is inside: say another with the option cwd, '/' for one";
    case 'user.map':
      return code === 'EPERM'
        ? 'an ordinary user may map only its own ids, or those of /etc/subuid with map: "auto"'
        : undefined;
    default:
      return undefined;
  }
}

function bindHint(code: string, { operand, syscall }: Failure): string | undefined {
  if (code === 'ENOENT') return `the ${operand === 0 ? 'source' : 'target'} is not there`;
  if (code === 'ENOTDIR' && syscall === 'move_mount')
    return 'a file goes onto a file, a folder onto a folder';
  if (code === 'EINVAL' && syscall === 'open_tree') {
    return 'the source is unbindable, or an ordinary user left out what is mounted beneath it (recursive: false)';
  }
  return undefined;
}

// A child that was not even born, or could not come to the init program.
function startError(plan: Plan, failure: Failure): NamespaceError {
  const code = errnoName(failure.errno);
  return new NamespaceError({
    step: 'start',
    errno: failure.errno,
    syscall: failure.syscall,
    path: plan.program.at(-1)?.operands[0],
    hint: startHint(code, failure, plan),
  });
}

function startHint(code: string, { syscall }: Failure, plan: Plan): string | undefined {
  if (code === 'EMFILE') return 'this process has no descriptors left: ulimit -n';
  if (syscall === 'clone') return creationHint(code, typesIn(plan.birth));
  if (code === 'E2BIG')
    return 'the arguments and the environment together are too long (execve(2), "Limits on size")';
  if (code === 'EBADF') return 'a descriptor in the option stdio is not open';
  if (code === 'EACCES' && syscall === 'execveat')
    return 'programs in memory may not be executed here: vm.memfd_noexec';
  return undefined;
}

/** The error for a raw clone. */
export function cloneError(plan: Plan, failure: Failure): NamespaceError {
  if (failure.syscall !== 'clone') return planError(plan, failure);
  const code = errnoName(failure.errno);
  const hint = creationHint(code, typesIn(plan.birth));
  return new NamespaceError({ step: 'clone', errno: failure.errno, syscall: 'clone', hint });
}
