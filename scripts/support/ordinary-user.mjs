// An ordinary user for root to run the tests as: an id, a home, and a checkout that this user can read.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './run.mjs';

/** `folder` is a temporary folder of the caller's, who removes it with all that is put there. */
export function ordinaryUser(folder) {
  const account = accountWithSubordinateIds() ?? { name: 'user', uid: 1000, gid: 1000 };
  const home = join(folder, 'home');
  mkdirSync(join(home, 'tmp'), { recursive: true });
  for (const path of [home, join(home, 'tmp')]) chownSync(path, account.uid, account.gid);
  chmodSync(folder, 0o755);
  const env = environment(account, home);
  const user = { ...account, home, env };
  const checkout = canRead(user, root) ? root : copyCheckout(join(folder, 'checkout'));
  return { ...user, checkout };
}

// newuidmap works only for somebody who is in /etc/passwd and has a range in /etc/subuid.
function accountWithSubordinateIds() {
  const subordinate = new Set(lines('/etc/subuid').map(([name]) => name));
  return lines('/etc/passwd')
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .find(({ name, uid }) => uid > 0 && (subordinate.has(name) || subordinate.has(String(uid))));
}

function lines(path) {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

// Root's own places (XDG folders, npm's settings) would be errors or surprises for another user.
function environment(account, home) {
  const foreign = /^(XDG_|npm_|INIT_CWD$|MAIL$|OLDPWD$|SUDO_)/;
  const rest = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const own = { HOME: home, TMPDIR: join(home, 'tmp'), USER: account.name, LOGNAME: account.name };
  return { ...Object.fromEntries(rest), ...own };
}

function canRead({ uid, gid, env }, folder) {
  const files = ['package.json', 'lib', 'test', 'node_modules/jest/bin/jest.js', 'build/Release'];
  const look = 'for (const f of process.argv.slice(1)) require("node:fs").accessSync(f, 4)';
  const paths = files.map((file) => join(folder, file));
  return spawnSync(process.execPath, ['-e', look, ...paths], { uid, gid, env }).status === 0;
}

// A clone in somebody's own folder (0700). History and other builds are not needed for the tests.
function copyCheckout(target) {
  const skipped = new Set(['.git', 'build-cmake', 'coverage']);
  cpSync(root, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !skipped.has(basename(source)) || source === root,
  });
  spawnSync('chmod', ['-R', 'a+rX', target]);
  return target;
}
