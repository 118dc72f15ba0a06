// The developers' build: cmake-js over cpp/CMakeLists.txt, each kind of build in a folder of its own.
import { join } from 'node:path';
import { headersOfThisNode } from './headers.mjs';
import { root, runQuietly } from './run.mjs';

const cmakeJs = join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js');

/** Configures (always anew: options may have changed) and returns the folder. */
export function configure(name, options = {}) {
  const folder = join(root, 'build-cmake', name);
  const defines = Object.entries(options).map(([key, value]) => `--CD${key}=${value}`);
  invoke('configure', folder, defines);
  return folder;
}

/** Configures and builds; returns the folder. */
export function build(name, options = {}) {
  const folder = configure(name, options);
  invoke('build', folder, ['--parallel', '2']);
  return folder;
}

function invoke(command, folder, args) {
  const { code } = runQuietly(
    process.execPath,
    [
      cmakeJs,
      command,
      '--directory',
      'cpp',
      '--out',
      folder,
      '--config',
      'RelWithDebInfo',
      ...args,
    ],
    { env: { ...process.env, ...headersOfThisNode() } },
  );
  if (code !== 0) throw new Error(`cmake-js ${command} failed in ${folder}`);
}
