// A small nsenter(1): `node enter.js PID [PROGRAM [ARGUMENT...]]` runs a program in all namespaces of a process.
import { Mount, Namespace, NamespaceError } from 'linux-namespaces';

/** What the demonstration runs in there, and here. */
const look = `echo "I am process $$ and uid $(id -u) on $(hostname)"
  echo "beside me run: $(cat /proc/[0-9]*/comm | sort -u | tr '\\n' ' ')"`;

async function enter(target: number, program: string, args: readonly string[]): Promise<number> {
  // Its root folder too, where that is not the root of its mounts; its working directory is left out: `cd` is quick.
  await using there = await Namespace.of(target, { root: true });
  const child = there.spawn(program, args, { stdio: 'inherit' });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

// Without arguments: a box, and somebody who looks in.
async function demonstrate(): Promise<void> {
  const box = Namespace.compose(
    Namespace.user(),
    Namespace.pid(),
    Namespace.uts({ hostname: 'box' }),
    Namespace.mount([Mount.proc()]),
  );
  const child = box.spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    await using there = await Namespace.of(child);
    const differ = [...there].filter((handle) => {
      using own = Namespace.current(handle.type);
      return !handle.equals(own);
    });
    console.log(`the box has its own: ${differ.map(({ type }) => type).join(', ')}`);
    const inside = await there.run('sh', ['-c', look]);
    console.log(inside.stdout.trim());
    console.log('one namespace alone, and a new one beside it:');
    const some = Namespace.compose(there.get('user'), there.get('uts'), Namespace.pid());
    const beside = await some.run('sh', ['-c', 'echo "I am process $$ on $(hostname)"']);
    console.log(beside.stdout.trim());
  } finally {
    child.kill('SIGKILL');
  }
}

const [pid, program = process.env.SHELL ?? 'sh', ...args] = process.argv.slice(2);
const done = pid === undefined ? demonstrate() : enter(Number(pid), program, args);
done.then(
  (code) => {
    process.exitCode = code ?? 0;
  },
  (error: unknown) => {
    console.error(error instanceof NamespaceError ? error.message : error);
    process.exitCode = 1;
  },
);
