import { type Plan, stepsOf } from './plan';
import { flagNames } from './types';

/** The plan for people: who does what, in which order, with which system calls. */
export function explain(plan: Plan): string {
  const flags = ['CLONE_VM', 'CLONE_PIDFD', 'CLONE_CLEAR_SIGHAND', flagNames(plan.birth)];
  const rows: [string, string][] = [
    ['start', `clone3(${flags.filter(Boolean).join('|')})`],
    ['', 'close_range(all but stdio)'],
    ['', 'execveat(init program, sealed memfd)'],
    ['lns:[1:SETUP]', 'prctl(PR_SET_NAME)'],
  ];
  for (const { name, calls } of stepsOf(plan)) {
    for (const [index, call] of calls().entries())
      rows.push([index === 0 ? `  ${name}` : '', call]);
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, call]) => `${name.padEnd(width)}  ${call}`).join('\n');
}
