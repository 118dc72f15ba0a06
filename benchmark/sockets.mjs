// @ts-check
// (h) A listening socket in another network namespace, beside a floor in C that joins and comes back on one thread.
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { Namespace } from 'linux-namespaces';
import { existing, trivial } from './build.mjs';
import { Floor } from './floor.mjs';
import { target } from './join.mjs';
import { rounds } from './rounds.mjs';
import { ratios, spread } from './statistics.mjs';

const LIMIT_MS = 0.15;
const LIMIT_RATIO = 3;

/** @param {{ samples: number }} options */
export async function sockets({ samples }) {
  const title = 'a listening socket in another network namespace';
  if (process.getuid?.() !== 0)
    return { name: 'sockets', title, rows: [], notes: ['Not measured: for root.'] };
  const child = target.spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
  await once(child, 'spawn');
  const network = await Namespace.of(child, 'network');
  const floor = new Floor(existing, [String(child.pid), trivial]);
  const ours = async () => {
    const begin = process.hrtime.bigint();
    const { fd } = await network.listen({ host: '127.0.0.1' });
    const time = Number(process.hrtime.bigint() - begin) / 1e6;
    closeSync(fd);
    return time;
  };
  const times = await rounds(
    [
      { name: 'floor', start: () => floor.start('socket') },
      { name: 'ours', start: ours },
    ],
    samples,
  );
  await floor.close();
  network.close();
  child.kill('SIGKILL');
  const of = (/** @type {string} */ name) => times.get(name) ?? [];
  return {
    name: 'sockets',
    title,
    rows: [
      /** @type {const} */ ({ figure: 'floor in C', unit: 'ms', spread: spread(of('floor')) }),
      /** @type {const} */ ({
        figure: 'linux-namespaces',
        unit: 'ms',
        spread: spread(of('ours')),
        limit: LIMIT_MS,
      }),
      /** @type {const} */ ({
        figure: 'ours / floor',
        unit: 'times',
        spread: spread(ratios(of('ours'), of('floor'))),
        limit: LIMIT_RATIO,
      }),
    ],
    notes: [
      'All of ours is time of the event loop: the thread that makes the socket is waited for.',
    ],
  };
}
