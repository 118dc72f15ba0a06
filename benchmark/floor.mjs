// @ts-check
// The floor in C (floor.c) as a contender: a helper that lives as long as the part and makes one start for each byte.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as programs from './build.mjs';

/** A plan of one step, exec, in the words of cpp/plan/steps.h. Descriptor 3, for reports, is not there. */
const words = ['lns:[1:SETUP]', '3', 'exec', programs.trivial, programs.trivial];

const letters = { none: 'n', six: 's', network: 'w', init: 'i', all: 'a', three: 't', socket: 's' };

/** @typedef {keyof typeof letters} Kind */

export class Floor {
  #helper;
  #lines;

  /**
   * @param {string} program
   * @param {string[]} args
   */
  constructor(program = programs.floor, args = [programs.trivial, programs.init, ...words]) {
    this.#helper = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#helper.stdout })[Symbol.asyncIterator]();
  }

  /**
   * One start; the time is taken inside the helper, from before its clone to after its wait.
   * @param {Kind} kind
   */
  async start(kind) {
    this.#helper.stdin.write(letters[kind]);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the floor ended early');
    const [nanoseconds, status] = String(value).split(' ').map(Number);
    if (status !== 0 || nanoseconds === undefined)
      throw new Error(`the floor's child (${kind}) ended with ${status}`);
    return nanoseconds / 1e6;
  }

  async close() {
    const closed = once(this.#helper, 'close');
    this.#helper.stdin.end();
    await closed;
  }
}
