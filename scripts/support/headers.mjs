// Node's headers, for the builds of the native code.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * node-gyp and cmake-js download the headers unless this variable says where they are; most installations of Node have
 * brought theirs along. What the caller has set stays.
 */
export function headersOfThisNode() {
  const prefix = dirname(dirname(process.execPath));
  const given = process.env.npm_config_nodedir !== undefined;
  const there = existsSync(join(prefix, 'include', 'node', 'node_api.h'));
  return there && !given ? { npm_config_nodedir: prefix } : {};
}
