import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { NativeAddon } from '../../types/native';
import { NamespaceError } from '../errors';

// The folder of our package.json, from lib/internal as from dist/lib/internal.
function packageRoot(folder: string): string {
  const parent = dirname(folder);
  if (parent === folder || existsSync(join(folder, 'package.json'))) return folder;
  return packageRoot(parent);
}

const binaries = join(packageRoot(__dirname), 'build', 'Release');

function load(): NativeAddon {
  if (process.platform !== 'linux') {
    throw new NamespaceError({
      step: 'load',
      errno: constants.errno.ENOSYS,
      syscall: 'clone',
      hint: `namespaces are a feature of the Linux kernel, and this is ${process.platform}`,
    });
  }
  const file = join(binaries, 'linux_namespaces.node');
  if (!existsSync(file)) {
    throw new NamespaceError({
      step: 'load',
      errno: 2,
      syscall: 'open',
      path: file,
      hint: `the addon for ${process.platform}-${process.arch} is not there: build it with 'npm run build' in the package's folder`,
    });
  }
  return createRequire(__filename)(file) as NativeAddon;
}

let loaded: NativeAddon | undefined;

/** The addon, loaded at its first use: importing the package works everywhere. */
export function addon(): NativeAddon {
  loaded ??= load();
  return loaded;
}

let program: number | undefined;

/** Descriptor of the init program, sealed in memory; the same for the whole process. */
export function initProgram(): number {
  if (program !== undefined) return program;
  const file = join(binaries, 'lns-init');
  const descriptor = addon().sealProgram(file);
  if (descriptor < 0) {
    throw new NamespaceError({
      step: 'load',
      errno: -descriptor,
      syscall: 'memfd_create',
      path: file,
      hint: 'the init program could not be copied into memory',
    });
  }
  program = descriptor;
  return descriptor;
}
