// @ts-check
// (d) What the init program costs: its size, its time, its memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as boxes from './boxes.mjs';
import * as programs from './build.mjs';
import { Floor } from './floor.mjs';
import { childrenOf, pss } from './memory.mjs';
import { rounds, startToExit } from './rounds.mjs';
import { pairwise, ratios, spread } from './statistics.mjs';

/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const LIMIT_SIZE = 40 * 1024;
const LIMIT_TIME_MS = 0.2;
const LIMIT_MEMORY = 1024 * 1024;

/** @type {import('node:child_process').StdioOptions} */
const idleStdio = ['pipe', 'ignore', 'ignore'];

/**
 * The idle program and, with an init, the init before it: every process from the child downwards.
 * @param {ChildProcess} child
 * @param {number} count
 */
async function settled(child, count) {
  const pid = child.pid ?? 0;
  for (let tries = 0; tries < 200; tries++) {
    const all = [pid, ...childrenOf(pid)];
    // Running in the program's image, and no longer on the way there.
    if (all.length === count && readFileSync(`/proc/${all.at(-1)}/comm`, 'utf8') === 'trivial\n')
      return all;
    await pause(10);
  }
  throw new Error(`${child.spawnfile}: not ${count} processes after two seconds`);
}

/**
 * @param {(options: { stdio: typeof idleStdio }) => ChildProcess} start
 * @param {number} count
 */
async function memory(start, count) {
  const child = start({ stdio: idleStdio });
  try {
    return (await settled(child, count)).map(pss);
  } finally {
    const exited = once(child, 'exit');
    child.stdin?.end();
    await exited;
  }
}

/** @returns {Promise<Row[]>} */
async function memoryRows() {
  const { trivial } = programs;
  const [bare = 0] = await memory((options) => boxes.none.spawn(trivial, ['0'], options), 1);
  const [init = 0, program = 0] = await memory(
    (options) => boxes.withInit.spawn(trivial, ['0'], options),
    2,
  );
  return [
    { figure: 'memory (PSS) of the idle bare program', unit: 'bytes', value: bare },
    { figure: 'memory (PSS) of the live init before it', unit: 'bytes', value: init },
    {
      figure: 'memory of a live idle child, init: true less the bare program',
      unit: 'bytes',
      value: init + program - bare,
      limit: LIMIT_MEMORY,
    },
  ];
}

/** @param {{ samples: number }} options */
export async function init({ samples }) {
  const floor = new Floor();
  const times = await rounds(
    [
      { name: 'floor', start: () => floor.start('none') },
      { name: 'init', start: () => floor.start('init') },
      {
        name: 'none',
        start: () => startToExit(() => boxes.none.spawn(programs.trivial, [], { stdio: 'ignore' })),
      },
      {
        name: 'child_process',
        start: () => startToExit(() => spawn(programs.trivial, [], { stdio: 'ignore' })),
      },
    ],
    samples,
  );
  await floor.close();
  const of = (/** @type {string} */ name) => times.get(name) ?? [];
  const added = (
    /** @type {string} */ figure,
    /** @type {string} */ by,
    /** @type {string} */ without,
  ) =>
    /** @type {const} */ ({
      figure,
      unit: 'ms',
      spread: spread(pairwise(of(by), of(without), (a, b) => a - b)),
      limit: LIMIT_TIME_MS,
    });
  /** @type {Row[]} */
  const rows = [
    {
      figure: 'size of the init program',
      unit: 'bytes',
      value: statSync(programs.init).size,
      limit: LIMIT_SIZE,
    },
    { figure: 'floor in C, no namespaces', unit: 'ms', spread: spread(of('floor')) },
    { figure: 'floor in C, by way of the init program', unit: 'ms', spread: spread(of('init')) },
    { figure: 'Namespace.none.spawn', unit: 'ms', spread: spread(of('none')) },
    { figure: 'child_process.spawn', unit: 'ms', spread: spread(of('child_process')) },
    {
      figure: 'Namespace.none / child_process.spawn',
      unit: 'times',
      spread: spread(ratios(of('none'), of('child_process'))),
    },
    added('added by the init program: floor by way of it less floor', 'init', 'floor'),
    added('added by init program and Node: none less floor', 'none', 'floor'),
    ...(await memoryRows()),
  ];
  return { name: 'init', title: 'what the init program costs', rows, notes: [] };
}
