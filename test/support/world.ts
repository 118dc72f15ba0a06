// A world in which nothing happens but what the test does: its processes are our init, a script in Node, and its children.
import { Mount, Namespace } from '../../lib/index';
import { permitted, scriptInside } from './script';

// uid 0 is 0 outside when root runs the tests, and a script may need to write to its own /proc/sys.
const world = permitted(
  Namespace.pid({ init: true }),
  Namespace.mount([Mount.proc('/proc', { sys: 'writable' }), Mount.tmpfs('/run')]),
);

// `started` gives a child that runs its program, `programIn` one that runs Node code with our package and has sent a
// message; `show` prints what the test gets. All children end with the script, whose init does.
const preparation = `
  const fs = require('node:fs');
  const { once } = require('node:events');
  const { spawnSync } = require('node:child_process');
  const started = async (box, command, args = ['infinity'], options = {}) => {
    const child = box.spawn(command, args, { stdio: 'ignore', ...options });
    await once(child, 'spawn');
    return child;
  };
  const programIn = async (box, code) => {
    const [loader] = process.execArgv.at(-1).split(';');
    fs.writeFileSync('/run/program.cjs', loader + ';' + code);
    const child = box.fork('/run/program.cjs', { execArgv: [] });
    const [message] = await once(child, 'message');
    return { child, message };
  };
  const show = (value) => {
    console.log(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part)));
    process.exit();
  };
`;

/** What `code` shows, a script in a world of its own. Its bigints come as numbers. */
export async function inWorld<T>(code: string): Promise<T> {
  return JSON.parse(await scriptInside(world, preparation + code)) as T;
}
