// Builds the addon and the init program with node-gyp. Prints nothing when that goes well, and what it said when not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');

// Headers that came with this Node, if they did: node-gyp would download them otherwise.
const prefix = dirname(dirname(process.execPath));
const hasHeaders = existsSync(join(prefix, 'include/node/node_api.h'));
const nodedir = process.env.npm_config_nodedir ?? (hasHeaders ? prefix : undefined);

const { status, stdout, stderr } = spawnSync(process.execPath, [nodeGyp, 'configure', 'build', '--jobs', 'max'], {
  env: { ...process.env, ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir }) },
  encoding: 'utf8',
});
if (status !== 0) {
  process.stderr.write(`${stdout}\n${stderr}`.split('\n').slice(-60).join('\n'));
  process.exitCode = 1;
}
