import { readFileSync } from 'node:fs';

/**
 * The numbers of a process, from this process's pid namespace inward, the last as it sees itself (NSpid, proc(5)); none
 * when it has ended.
 * @param pid - of a child that is not reaped: its number is its own
 */
export function idsInside(pid: number): readonly number[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const numbers = /^NSpid:\s*(.*)$/m.exec(status)?.[1] ?? '';
    return numbers.split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
