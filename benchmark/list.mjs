// @ts-check
// (f) The list of all namespaces on a machine that has a thousand, beside lsns, and for how long it blocks the event loop.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ratios, spread } from './statistics.mjs';

/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {import('./inventory.mjs').Listed} Listed */

const LIMIT_RATIO = 1;
const LIMIT_BLOCKED_MS = 10;
/** Each takes a tenth of a second. */
const SELDOM = 5;

/** @param {{ samples: number }} options */
export async function list({ samples }) {
  const inventory = fork(new URL('./inventory.mjs', import.meta.url), [
    String(Math.ceil(samples / SELDOM)),
  ]);
  const exited = once(inventory, 'exit');
  const [times] = await Promise.race([
    once(inventory, 'message').then(([message]) => [/** @type {Listed} */ (message)]),
    exited.then(([code]) =>
      Promise.reject(new Error(`the process that lists ended early, exit code ${code}`)),
    ),
  ]);
  await exited;
  const { listed, processes, ours, lsns, blocked, control } = times;
  /** @type {Row[]} */
  const rows = [
    { figure: 'Namespace.list()', unit: 'ms', spread: spread(ours) },
    ...againstLsns(ours, lsns),
    {
      figure: 'event loop blocked at a stretch, by the observer',
      unit: 'ms',
      spread: spread(blocked),
      limit: LIMIT_BLOCKED_MS,
    },
    {
      figure: 'the longest stretch of all',
      unit: 'ms',
      value: Math.max(...blocked),
      limit: LIMIT_BLOCKED_MS,
    },
    {
      figure: 'the same for a loop of 1 ms a turn: the noise of the machine',
      unit: 'ms',
      spread: spread(control),
    },
    { figure: 'the longest stretch of that', unit: 'ms', value: Math.max(...control) },
  ];
  return {
    name: 'list',
    title: `${listed} namespaces, ${processes} processes`,
    rows,
    notes: [
      'Five hundred children, each in a user and a uts namespace of its own, and what else there is on the machine.',
      'lsns --json is started from Node, its output read and parsed.',
      'Listed once more for the observer, which keeps a core busy while it watches.',
    ],
  };
}

/**
 * @param {number[]} ours
 * @param {number[]} lsns
 * @returns {Row[]}
 */
function againstLsns(ours, lsns) {
  if (lsns.length === 0)
    return [{ figure: 'lsns --json from Node', unit: 'ms', note: 'not measured: not installed' }];
  return [
    { figure: 'lsns --json from Node', unit: 'ms', spread: spread(lsns) },
    {
      figure: 'Namespace.list() / lsns',
      unit: 'times',
      spread: spread(ratios(ours, lsns)),
      limit: LIMIT_RATIO,
    },
  ];
}
