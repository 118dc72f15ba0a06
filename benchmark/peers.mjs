// @ts-check
// (b) The same start beside child_process.spawn without namespaces, and beside the programs that one runs today.
import { spawn, spawnSync } from 'node:child_process';
import * as boxes from './boxes.mjs';
import { trivial } from './build.mjs';
import { makeBundles } from './bundle.mjs';
import { Floor } from './floor.mjs';
import { rounds, startToExit } from './rounds.mjs';
import { ratios, spread } from './statistics.mjs';

/** @typedef {import('./report.mjs').Row} Row */
/** @typedef {'six' | 'network'} Kind */

const names = { six: 'six', network: 'six and network' };

/** @param {ReturnType<typeof makeBundles>} bundles */
function commandLines(bundles) {
  let container = 0;
  const oci = (/** @type {Kind} */ kind, /** @type {string[]} */ options) => {
    const id = `lns-benchmark-${process.pid}-${container++}`;
    return ['--root', bundles.state, ...options, 'run', '--bundle', bundles.bundle[kind], id];
  };
  const bwrap =
    '--unshare-user --uid 0 --gid 0 --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup';
  /** @type {Record<string, (kind: Kind) => string[]>} */
  return {
    unshare: (kind) => [
      ...'--user --map-root-user --pid --fork --mount --mount-proc --uts --ipc --cgroup'.split(' '),
      ...(kind === 'network' ? ['--net'] : []),
      trivial,
    ],
    bwrap: (kind) => [
      ...`${bwrap} --hostname box --dev-bind / / --proc /proc --as-pid-1`.split(' '),
      ...(kind === 'network' ? ['--unshare-net'] : []),
      trivial,
    ],
    crun: (kind) => oci(kind, ['--cgroup-manager=disabled']),
    runc: (kind) => oci(kind, []),
  };
}

/**
 * Why a peer does not run here, if so.
 * @param {string} command
 * @param {string[]} args
 */
function refusal(command, args) {
  const { error, status, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error)
    return 'code' in error && error.code === 'ENOENT'
      ? 'not installed'
      : `does not run: ${error.message}`;
  return status === 0
    ? undefined
    : `does not run: ${stderr.trim().split('\n')[0] || `exit code ${status}`}`;
}

/**
 * @param {Kind} kind
 * @param {Floor} floor
 * @param {ReturnType<typeof commandLines>} peers
 * @param {number} samples
 * @returns {Promise<Row[]>}
 */
async function compare(kind, floor, peers, samples) {
  const contenders = [
    {
      name: 'linux-namespaces',
      start: () => startToExit(() => boxes[kind].spawn(trivial, [], { stdio: 'ignore' })),
    },
    { name: 'floor in C', start: () => floor.start(kind) },
    {
      name: 'child_process.spawn, no namespaces',
      start: () => startToExit(() => spawn(trivial, [], { stdio: 'ignore' })),
    },
  ];
  /** @type {Row[]} */
  const absent = [];
  for (const [name, args] of Object.entries(peers)) {
    const note = refusal(name, args(kind));
    if (note) absent.push({ figure: `${names[kind]}: ${name}`, unit: 'ms', note });
    else
      contenders.push({
        name,
        start: () => startToExit(() => spawn(name, args(kind), { stdio: 'ignore' })),
      });
  }
  const times = await rounds(contenders, samples);
  const ours = times.get('linux-namespaces') ?? [];
  const measured = [...times].map(([name, series]) => /** @type {const} */ ({ name, series }));
  return [
    ...measured.map(
      ({ name, series }) =>
        /** @type {Row} */ ({
          figure: `${names[kind]}: ${name}`,
          unit: 'ms',
          spread: spread(series),
        }),
    ),
    ...absent,
    ...measured.slice(1).map(
      ({ name, series }) =>
        /** @type {Row} */ ({
          figure: `${names[kind]}: ours / ${name}`,
          unit: 'times',
          spread: spread(ratios(ours, series)),
        }),
    ),
  ];
}

/** @param {{ samples: number }} options */
export async function peers({ samples }) {
  const floor = new Floor();
  const bundles = makeBundles();
  // The slowest peer takes fifty times as long as we do.
  const count = Math.ceil(samples / 3);
  try {
    const lines = commandLines(bundles);
    const rows = [
      ...(await compare('six', floor, lines, count)),
      ...(await compare('network', floor, lines, count)),
    ];
    return {
      name: 'peers',
      title: 'beside child_process.spawn and the programs of today',
      rows,
      notes: [
        'The peers are started with child_process.spawn, so each pays for a fork of Node first.',
        'unshare(1) sets no hostname and leaves loopback down; its --fork keeps a second process.',
        'bwrap builds a root of its own (here the whole / bound into it) and pivots to it.',
        'crun and runc read a bundle, pivot to its root, make /dev nodes and write state to disk; runc makes a cgroup, crun is told not to.',
      ],
    };
  } finally {
    bundles.remove();
    await floor.close();
  }
}
