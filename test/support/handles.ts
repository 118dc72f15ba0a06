// What the tests of handles have in common.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Namespace, type NamespaceType } from '../../lib/index';
import { descriptors, until } from '../hazards/fixtures/processes';

export const types: readonly NamespaceType[] = [
  'cgroup',
  'ipc',
  'mount',
  'network',
  'pid',
  'time',
  'user',
  'uts',
];

/** The file in /proc/PID/ns; two have shorter names. */
export const procName = (type: NamespaceType) =>
  ({ mount: 'mnt', network: 'net' })[type as string] ?? type;

export const linkOf = (pid: number | string | undefined, type: NamespaceType) =>
  readlinkSync(`/proc/${pid}/ns/${procName(type)}`);

/** Several whose types the compiler need not know. */
export const composed = Namespace.compose as unknown as (...parts: unknown[]) => Namespace;

/** All eight, with an own user namespace: everybody may create that. */
export const everything = composed(
  Namespace.user(),
  Namespace.pid(),
  Namespace.network(),
  Namespace.mount(),
  Namespace.uts(),
  Namespace.ipc(),
  Namespace.time(),
  Namespace.cgroup(),
);

/** A program that stays until it is killed, in `box`, for as long as `use` takes. */
export async function beside<R>(
  box: Namespace,
  use: (child: ChildProcess) => Promise<R>,
  [command = '', ...args]: readonly string[] = ['cat'],
): Promise<R> {
  const child = box.spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    return await use(child);
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}

/** No descriptor more than before, whatever `use` did. */
export async function withoutLeak(use: () => Promise<unknown>): Promise<void> {
  await Namespace.none.run('true'); // what the package opens once
  const before = new Set(descriptors().values());
  await use();
  // The pipes of a child close a moment after its end.
  const more = () => [...descriptors().values()].filter((link) => !before.has(link));
  await until('all is closed', () => more().length === 0).catch(() => expect(more()).toEqual([]));
}

/** /proc/PID/stat, or nothing when it is gone. */
export function statOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}
