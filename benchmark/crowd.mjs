// @ts-check
// The process of part `many`: starts the children, counts while all live, lets them go, and sends what it saw.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as boxes from './boxes.mjs';
import { trivial } from './build.mjs';

const CHILDREN = 500;

/** One FIFO is everybody's standard input: the children wait for its end, and none needs a pipe of its own. */
function makeGate() {
  const folder = mkdtempSync(join(tmpdir(), 'lns-benchmark-'));
  const path = join(folder, 'gate');
  execFileSync('mkfifo', [path]);
  // The first end of a FIFO waits for the second, unless it is opened both ways.
  const both = openSync(path, 'r+');
  const inside = openSync(path, 'r');
  const outside = openSync(path, 'w');
  closeSync(both);
  rmSync(folder, { recursive: true });
  return { inside, open: () => closeSync(outside), close: () => closeSync(inside) };
}

/**
 * @param {number} gate
 * @param {number} number
 */
function start(gate, number) {
  const child = boxes.six.spawn(trivial, [String(number)], { stdio: [gate, 'ignore', 'ignore'] });
  return { number, child, exit: once(child, 'exit') };
}

/** @param {Awaited<ReturnType<typeof start>>} started */
async function wrongExit({ number, child, exit }) {
  const [code, signal] = await exit;
  return code === number && signal === null
    ? []
    : [`child ${child.pid}: ${signal ?? code} instead of ${number}`];
}

function held() {
  return {
    threads: readdirSync('/proc/self/task').length,
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

const first = makeGate();
const one = start(first.inside, 1);
first.open();
await one.exit;
first.close();
await pause(50);

const before = held();
const gate = makeGate();
// An exit code has eight bits.
const children = Array.from({ length: CHILDREN }, (_, index) => start(gate.inside, index % 256));
await Promise.all(children.map(({ child }) => child.pid && process.kill(child.pid, 0)));
const open = held();
// The gate is the benchmark's own.
const alive = { ...open, descriptors: open.descriptors - 2 };
gate.open();
const wrong = (await Promise.all(children.map(wrongExit))).flat();
gate.close();
await pause(50);

process.send?.({ started: CHILDREN, before, alive, after: held(), wrong }, () =>
  process.disconnect(),
);
