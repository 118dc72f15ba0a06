// Builds the addon and the init program with node-gyp. Prints nothing when that goes well, and what it said when not.
import { createRequire } from 'node:module';
import { headersOfThisNode } from './support/headers.mjs';
import { runQuietly } from './support/run.mjs';

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');

const { code } = runQuietly(process.execPath, [nodeGyp, 'configure', 'build', '--jobs', 'max'], {
  env: { ...process.env, ...headersOfThisNode() },
});
process.exitCode = code;
