// @ts-check
// A minimal OCI bundle for runc and crun: a root with the trivial program in it, and the same namespaces.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trivial } from './build.mjs';

const idMap = (/** @type {number | undefined} */ id) => [
  { containerID: 0, hostID: id ?? 0, size: 1 },
];

/** @param {boolean} network */
function config(network) {
  const types = ['user', 'pid', 'mount', 'uts', 'ipc', 'cgroup', ...(network ? ['network'] : [])];
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/trivial'], env: [], cwd: '/' },
    root: { path: 'rootfs' },
    hostname: 'box',
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: {
      uidMappings: idMap(process.geteuid?.()),
      gidMappings: idMap(process.getegid?.()),
      namespaces: types.map((type) => ({ type })),
    },
  };
}

/** Both bundles and the runtimes' state in one temporary folder, which goes with `remove`, or with the process. */
export function makeBundles() {
  const folder = mkdtempSync(join(tmpdir(), 'lns-benchmark-'));
  const make = (/** @type {boolean} */ network) => {
    const bundle = join(folder, network ? 'network' : 'six');
    mkdirSync(join(bundle, 'rootfs/proc'), { recursive: true });
    copyFileSync(trivial, join(bundle, 'rootfs/trivial'));
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(config(network)));
    return bundle;
  };
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    state: join(folder, 'state'),
    bundle: { six: make(false), network: make(true) },
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}
