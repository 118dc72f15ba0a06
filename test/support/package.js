// Makes what the package exports, and its raw layer as `syscall`, globals of a plain Node program. It gets our TypeScript
// translated: inside a box, where /tmp belongs to nobody, the translator does not work.
const { readFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const root = join(__dirname, '..', '..');

/** @param {string} file of a JSON object: the code of each source, by its path from the root */
module.exports = (file) => {
  const sources = JSON.parse(readFileSync(file, 'utf8'));
  require.extensions['.ts'] = (module, filename) => {
    module._compile(sources[relative(root, filename)], filename);
  };
  const main = require(join(root, 'lib/index'));
  Object.assign(globalThis, main, { syscall: require(join(root, 'lib/syscall')) });
};
