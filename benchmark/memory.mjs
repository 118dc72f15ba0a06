// @ts-check
// What a live process costs: its proportional set size, by /proc/<pid>/smaps_rollup.
import { readdirSync, readFileSync } from 'node:fs';

/** @param {number} pid */
export function pss(pid) {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(
    readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'),
  )?.[1];
  if (kilobytes === undefined) throw new Error(`no Pss for process ${pid}`);
  return Number(kilobytes) * 1024;
}

/** @param {number} pid */
export function childrenOf(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return (
          Number(
            /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${candidate}/status`, 'utf8'))?.[1],
          ) === pid
        );
      } catch {
        // It ended while we looked.
        return false;
      }
    });
}
