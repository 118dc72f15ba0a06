// @ts-check
// Contenders measured in turn: every round starts each of them once, in a new order, so that no contender always
// follows the same other one (an ended network namespace is taken down later, at the expense of who comes next).

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => Promise<number>} start one start; resolves to the milliseconds until the exit
 */

/** Not counted: caches, lazy threads, the first reading of a file. */
const WARM_UP = 5;

/**
 * @template T
 * @param {T[]} list
 */
export function shuffled(list) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [/** @type {T} */ (copy[other]), /** @type {T} */ (copy[last])];
  }
  return copy;
}

/**
 * @param {Contender[]} contenders
 * @param {number} count
 * @returns {Promise<Map<string, number[]>>} the times of each contender, by round
 */
export async function rounds(contenders, count) {
  /** @type {Map<string, number[]>} */
  const times = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = -WARM_UP; round < count; round++) {
    for (const { name, start } of shuffled(contenders)) {
      const time = await start();
      if (round >= 0) times.get(name)?.push(time);
    }
  }
  return times;
}

/**
 * From the call to the 'exit' event. Anything but exit code 0 is a wrong result and ends the benchmark.
 * @param {() => import('node:child_process').ChildProcess} spawn
 * @returns {Promise<number>}
 */
export function startToExit(spawn) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn();
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const time = Number(process.hrtime.bigint() - begin) / 1e6;
      if (code === 0) resolve(time);
      else
        reject(
          new Error(`${child.spawnargs.join(' ')}: ended with ${signal ?? `exit code ${code}`}`),
        );
    });
  });
}
