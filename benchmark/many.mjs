// @ts-check
// (d) Five hundred children alive at once: threads, descriptors, and whether every exit is the right one.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {{ threads: number, descriptors: number }} Held */
/** @typedef {{ started: number, before: Held, alive: Held, after: Held, wrong: string[] }} Counted */

/** Whatever is made once and shared is no thread each. */
const LIMIT_THREADS = 0;
const LIMIT_DESCRIPTORS_EACH = 2;

export async function many() {
  // In a process of its own: what other parts have opened or started lazily is not counted.
  const crowd = fork(new URL('./crowd.mjs', import.meta.url));
  const exited = once(crowd, 'exit');
  const counted = await Promise.race([
    once(crowd, 'message').then(([message]) => /** @type {Counted} */ (message)),
    exited.then(([code]) =>
      Promise.reject(new Error(`the process with the children ended early, exit code ${code}`)),
    ),
  ]);
  await exited;
  const { started, before, alive, after, wrong } = counted;
  if (wrong.length > 0)
    throw new Error(
      `${wrong.length} of ${started} exits are wrong: ${wrong.slice(0, 5).join(', ')}`,
    );
  /** @type {Row[]} */
  const rows = [
    { figure: 'threads before', unit: 'count', value: before.threads },
    {
      figure: `threads added by ${started} live children`,
      unit: 'count',
      value: alive.threads - before.threads,
      limit: LIMIT_THREADS,
    },
    { figure: 'descriptors before', unit: 'count', value: before.descriptors },
    {
      figure: 'descriptors for each live child',
      unit: 'count',
      value: (alive.descriptors - before.descriptors) / started,
      limit: LIMIT_DESCRIPTORS_EACH,
    },
    {
      figure: 'descriptors left after all exits',
      unit: 'count',
      value: after.descriptors - before.descriptors,
      limit: 0,
    },
    { figure: 'wrong exits', unit: 'count', value: wrong.length, limit: 0 },
  ];
  return {
    name: 'many',
    title: `${started} children alive at once`,
    rows,
    notes: [
      'Each in six namespaces of its own, stdio without a pipe each. Before: after one child has come and gone.',
    ],
  };
}
