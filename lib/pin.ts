import { basename, dirname } from 'node:path';
import type { NamespaceFile } from './internal/namespaceFile';
import { type Step, steps } from './internal/steps';
import { carryOut } from './internal/task';
import * as validate from './internal/validate';

/** The folder of ip-netns(8), by both of its names. */
const sharedFolders = ['/run/netns', '/var/run/netns'];

/** Mounts the file of a namespace on `path`, in this process's mount namespace. */
export async function pin(file: NamespaceFile, path: unknown): Promise<void> {
  const { folder, name } = split(path);
  const shares = file.type === 'network' && sharedFolders.includes(folder);
  await carry([steps.pin(0, folder, name, shares)], [file.descriptor]);
}

/** Takes that mount away, and its file. */
export async function unpin(path: unknown): Promise<void> {
  const { folder, name } = split(path);
  await carry([steps.unpin(folder, name)], []);
}

// In a child: umount(2) may wait for all processors, and the event loop should not.
function carry(setup: readonly Step[], descriptors: readonly number[]): Promise<void> {
  return carryOut({ birth: 0, descriptors, setup, program: [steps.done()] });
}

function split(value: unknown): { folder: string; name: string } {
  const path = validate.absolutePath(value, 'path');
  const [folder, name] = [dirname(path), basename(path)];
  if (name === '' || name === '.' || name === '..')
    throw validate.invalidValue('path', 'must be the path of a file', value);
  return { folder, name };
}
