// @ts-check
// (c) For how long one start blocks the event loop, by the size of the parent; beside child_process.spawn.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freemem } from 'node:os';
import { shuffled } from './rounds.mjs';
import { ratios, spread } from './statistics.mjs';

/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {import('./heap.mjs').Way} Way */
/** @typedef {import('./heap.mjs').Blocked} Blocked */

const LIMIT_MS = 0.25;
const LIMIT_GROWTH = 1.2;
const WARM_UP = 5;
/** child_process.spawn blocks for a fifth of a second at 4 GB: one round of so many has it. */
const SELDOM = 10;

const sizes = [
  { label: '50 MB', megabytes: 50 },
  { label: '1 GB', megabytes: 1020 },
  { label: '4 GB', megabytes: 4090 },
];

/** A process that holds so much, ready to be asked. */
class Heap {
  /** @type {Record<Way, Blocked[]>} */
  blocked = { ours: [], child_process: [] };
  #process;

  /** @param {{ label: string, megabytes: number }} size */
  constructor({ label, megabytes }) {
    this.label = label;
    this.#process = fork(new URL('./heap.mjs', import.meta.url), [String(megabytes)]);
  }

  async ready() {
    await this.#answer();
  }

  /** @param {Way} way */
  async measure(way) {
    this.#process.send(way);
    return /** @type {Blocked} */ (await this.#answer());
  }

  async close() {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  /** Rejects when the process ends instead. */
  async #answer() {
    const done = new AbortController();
    const { signal } = done;
    const ended = once(this.#process, 'exit', { signal }).then(() => {
      throw new Error(`the process with ${this.label} ended early`);
    });
    try {
      const [message] = await Promise.race([once(this.#process, 'message', { signal }), ended]);
      return message;
    } finally {
      ended.catch(() => {});
      done.abort();
    }
  }
}

/**
 * @param {Heap} heap
 * @param {Way} way
 * @param {keyof Blocked} what
 */
const series = (heap, way, what) => heap.blocked[way].map((blocked) => blocked[what]);

/**
 * @param {Heap} heap
 * @param {Way} way
 * @param {number} [limit]
 * @returns {Row[]}
 */
function rowsOf(heap, way, limit) {
  const name = `${heap.label}: ${way === 'ours' ? 'ours' : 'child_process.spawn'}`;
  const limited = limit === undefined ? {} : { limit };
  return [
    {
      figure: `${name}, the call`,
      unit: 'ms',
      spread: spread(series(heap, way, 'call')),
      ...limited,
    },
    {
      figure: `${name}, by the observer`,
      unit: 'ms',
      spread: spread(series(heap, way, 'observed')),
      ...limited,
    },
    {
      figure: `${name}, busy in all until the exit`,
      unit: 'ms',
      spread: spread(series(heap, way, 'busy')),
    },
  ];
}

/** @param {{ samples: number }} options */
export async function blocking({ samples }) {
  // All at once, so that a round compares sizes under the same load.
  const needed = sizes.reduce((sum, { megabytes }) => sum + megabytes, 0) * 2 ** 20;
  const fitting = freemem() > 1.2 * needed ? sizes : sizes.slice(0, 2);
  /** @type {Heap[]} */
  const heaps = [];
  for (const size of fitting) {
    const heap = new Heap(size);
    heaps.push(heap);
    await heap.ready();
  }
  for (let round = -WARM_UP; round < samples; round++) {
    for (const heap of shuffled(heaps)) {
      /** @type {Way[]} */
      const ways = round % SELDOM === 0 ? shuffled(['ours', 'child_process']) : ['ours'];
      for (const way of ways) {
        const blocked = await heap.measure(way);
        if (round >= 0) heap.blocked[way].push(blocked);
      }
    }
  }
  for (const heap of heaps) await heap.close();

  const rows = heaps.flatMap((heap) => [
    ...rowsOf(heap, 'ours', LIMIT_MS),
    ...rowsOf(heap, 'child_process'),
  ]);
  const [small] = heaps;
  const large = heaps.find(({ label }) => label === '4 GB');
  for (const [name, what] of /** @type {const} */ ([
    ['the call', 'call'],
    ['by the observer', 'observed'],
  ])) {
    /** @type {Row} */
    const row = { figure: `4 GB / 50 MB: ours, ${name}`, unit: 'times', limit: LIMIT_GROWTH };
    if (small && large)
      row.spread = spread(ratios(series(large, 'ours', what), series(small, 'ours', what)));
    else row.note = 'not measured: not enough free memory';
    rows.push(row);
  }
  return {
    name: 'blocking',
    title: 'event loop blocked by one start, by touched Buffers in the parent',
    rows,
    notes: [
      'Each size in a process of its own; ours makes the six namespaces and network, child_process.spawn makes none.',
      "The observer is a Worker thread that notes, with its own clock, the longest standstill of the main thread's event loop, from its last turn before the start to its first turns after it.",
      'The processes take turns, so every start comes after a pause, with cold caches; starts in a row are quicker.',
      'The observer keeps a core busy while it watches, so the call is timed in a start of its own.',
      "Busy in all: the call, the news of the exit and all between, by libuv's account of its idle time.",
    ],
  };
}
