// Networks that are made once, pinned, and lent to many children: to make one takes the kernel longer than to join it.
import { readdirSync } from 'node:fs';
import { Mount, Namespace } from 'linux-namespaces';

const folder = '/run/netns';

/** Lends each of `items` to one at a time, in the order in which they ask. */
class Pool<T> {
  readonly #free: T[];
  readonly #waiting: ((item: T) => void)[] = [];

  constructor(items: readonly T[]) {
    this.#free = [...items];
  }

  async with<R>(use: (item: T) => Promise<R>): Promise<R> {
    const item = this.#free.pop() ?? (await new Promise<T>((lent) => this.#waiting.push(lent)));
    try {
      return await use(item);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(item);
      else next(item);
    }
  }
}

// A job that two cannot do at once in one network: it has port 80 for itself.
const job = `
  const server = require('node:http').createServer((_, response) => response.end('served'));
  server.listen(80, '127.0.0.1', async () => {
    console.log(await (await fetch('http://127.0.0.1')).text());
    server.close();
    process.exit();
  });`;

async function main(): Promise<void> {
  const names = ['pool-0', 'pool-1', 'pool-2'];
  for (const name of names) {
    await using made = await Namespace.create(Namespace.network());
    await made.get('network').pin(`${folder}/${name}`);
  }
  console.log(`pinned, and no process in them: ${readdirSync(folder).join(', ')}`);

  const pool = new Pool(names);
  const jobs = Array.from({ length: 9 }, (_, number) =>
    pool.with(async (name) => {
      await using network = await Namespace.open(`${folder}/${name}`, 'network');
      const { stdout } = await network.run(process.execPath, ['--eval', job]);
      return `job ${number} in ${name}: ${stdout.trim()}`;
    }),
  );
  for (const line of await Promise.all(jobs)) console.log(line);

  for (const name of names) await Namespace.unpin(`${folder}/${name}`);
  console.log(`left in ${folder}: ${readdirSync(folder).length}`);
}

// Pins are mounts, and mounting takes rights: for everybody to have them, and for nothing to stay on the machine, this
// program goes on in a user and a mount namespace of its own. Root would leave that out to share its pins with `ip netns`.
if (process.argv[2] === 'inside') {
  void main();
} else {
  const place = Namespace.compose(Namespace.user(), Namespace.mount([Mount.tmpfs('/run')]));
  place.fork(__filename, ['inside']).once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
