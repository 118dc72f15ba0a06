// @ts-check
// Where the figures come from: without it, they say nothing.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, release, totalmem } from 'node:os';

/** @param {string} path */
function bracketed(path) {
  try {
    return /\[(\w+)\]/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

const gigabytes = (/** @type {number} */ bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export function header() {
  const uid = process.getuid?.();
  return {
    date: new Date().toISOString(),
    user: uid === 0 ? 'root' : `ordinary user (uid ${uid})`,
    kernel: release(),
    node: process.version,
    cpu: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${gigabytes(freemem())} free of ${gigabytes(totalmem())}`,
    // Huge pages make a fork cheaper: fewer page table entries to copy.
    'huge pages': bracketed('/sys/kernel/mm/transparent_hugepage/enabled'),
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
}
