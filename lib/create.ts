import { NamespaceHandles } from './handles';
import { NamespaceFile } from './internal/namespaceFile';
import { carryOut } from './internal/task';
import * as validate from './internal/validate';
import { planFor } from './spawn';
import type { Spec } from './spec';
import type { NamespaceType } from './types';

/** Makes the namespaces of `spec` in a child that sends them and ends. */
export async function createHandles<T extends NamespaceType>(
  spec: Spec,
): Promise<NamespaceHandles<T>> {
  requireNoProcess(spec);
  const files: NamespaceFile[] = [];
  try {
    await carryOut(planFor(spec, 'send'), {
      onSocket: (descriptor) => files.push(new NamespaceFile(descriptor, 'what was created')),
    });
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
  return new NamespaceHandles<T>(files);
}

// What only a process in the pid namespace can do.
function requireNoProcess({ join, pid, mount }: Spec): void {
  if (join?.namespaces.pid !== undefined) {
    throw validate.invalidValue(
      'parts',
      'have a handle on a pid namespace, and no process is to enter it: leave it out',
      join.namespaces.pid.link,
    );
  }
  if (pid?.init) {
    throw validate.invalidValue(
      'parts',
      'have an init, and without a process there is none: leave it out of Namespace.pid()',
      { init: true },
    );
  }
  if (pid !== undefined && mount?.mounts.some(({ kind }) => kind === 'proc')) {
    throw validate.invalidValue(
      'parts',
      'have Mount.proc() beside Namespace.pid(), and a proc belongs to the processes of its pid namespace: there are none yet',
      'proc',
    );
  }
}
