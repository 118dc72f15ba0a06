import type { Plan } from '../plan';
import type { Step } from './steps';

// Words as the kernel lays out an argument vector: each with its NUL behind it.
function join(words: readonly string[]): string {
  return words.length === 0 ? '' : `${words.join('\0')}\0`;
}

function joinSteps(steps: readonly Step[]): string {
  return join(steps.flatMap(({ name, operands }) => [name, ...operands]));
}

// A composition's setup is the same at every start.
const joinedSetups = new WeakMap<readonly Step[], string>();

function joinSetup(setup: readonly Step[]): string {
  let joined = joinedSetups.get(setup);
  if (joined === undefined) {
    joined = joinSteps(setup);
    joinedSetups.set(setup, joined);
  }
  return joined;
}

/** The plan's bytes: each step's name and operands, and the program's argument vector behind the last. */
export function encodePlan(plan: Plan, argv: readonly string[]): Buffer {
  return Buffer.from(joinSetup(plan.setup) + joinSteps(plan.program) + join(argv));
}

/** The environment's bytes. */
export function encodeEnvironment(pairs: readonly string[]): Buffer {
  return Buffer.from(join(pairs));
}
