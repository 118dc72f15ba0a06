// `npm test`: jest as who you are and, when that is root, once more as an ordinary user, since most of what the
// package does differs between the two. Arguments go to jest.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, jest, tellFailures } from './support/jest.mjs';
import { ordinaryUser } from './support/ordinary-user.mjs';
import { totals } from './support/run.mjs';

const args = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'lns-test-'));

try {
  const runs = process.getuid() === 0 ? asBoth() : asOne();
  tellFailures(runs);
  if (runs.some(({ counts }) => counts)) console.log(totals(add(runs)));
  process.exitCode = runs.find(({ code }) => code !== 0)?.code ?? 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function asBoth() {
  console.error('--- as root');
  const scratch = join(folder, 'root');
  mkdirSync(scratch);
  const asRoot = jest({ scratch, args });
  const user = ordinaryUser(folder);
  console.error(`--- as an ordinary user (uid ${user.uid}, in ${user.checkout})`);
  return [asRoot, jest({ scratch: user.home, checkout: user.checkout, user, args })];
}

function asOne() {
  const run = jest({ scratch: folder, args });
  console.error('--- you are not root: what only root can do was not tested');
  return [run];
}
