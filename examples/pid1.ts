// What unshare(CLONE_NEWPID) does to a process: it stays where it is, and its next child is PID 1 of a new pid namespace.
// What becomes of that namespace when its PID 1 ends. And the way around all this: a composition of namespaces.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { Mount, Namespace } from 'linux-namespaces';
import { constants, unshare } from 'linux-namespaces/syscall';

// The second value is of the children to come. After the unshare it names nothing until the first of them is there.
function whereAmI(): string {
  let children = 'a namespace without any process yet';
  try {
    children = readlinkSync('/proc/self/ns/pid_for_children');
  } catch {}
  return `I am ${process.pid} in ${readlinkSync('/proc/self/ns/pid')}, my children will be in ${children}`;
}

// Each number that a process has, from our own pid namespace down to its innermost one.
function numbersOf(child: ChildProcess): string {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return /^NSpid:\s*(.+)$/m.exec(status)?.[1]?.replaceAll('\t', ' ') ?? '';
}

// A shell that says which number it has, and then waits for its stdin to end.
async function startChild(name: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', 'echo $$; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  console.log(`   ${name} says "I am ${String(said).trim()}"`);
  console.log(`   we call it ${child.pid}; NSpid: ${numbersOf(child)}`);
  return child;
}

async function byHand(): Promise<void> {
  console.log('1. unshare(CLONE_NEWPID) does not move its caller');
  console.log(`   before: ${whereAmI()}`);
  unshare(constants.CLONE_NEWPID, { permit: ['pid'] });
  console.log(`   after:  ${whereAmI()}`);

  console.log('2. The first child is PID 1 of the new namespace');
  const first = await startChild('the first child ');
  const second = await startChild('the second child');
  console.log(`   now:    ${whereAmI()}`);

  console.log('3. When PID 1 ends, everything in its namespace dies');
  const ends = [once(first, 'exit'), once(second, 'exit')] as const;
  first.kill('SIGKILL');
  console.log(`   the first child, which we killed:       ended by ${(await ends[0])[1]}`);
  console.log(`   the second child, which nobody killed:  ended by ${(await ends[1])[1]}`);
  try {
    spawn('true');
  } catch (error) {
    console.log(`   one more child: ${(error as Error).message}`);
  }
}

async function main(): Promise<void> {
  // The raw call takes CAP_SYS_ADMIN, which an ordinary user has in a user namespace; and it leaves a process that can
  // start no other. So it is made by a Node process of its own.
  const pid = (await Namespace.probe()).find(({ type }) => type === 'pid');
  const rights = pid?.needsUser ? Namespace.user() : Namespace.none;
  const [code] = await once(rights.fork(__filename, ['by hand']), 'exit');
  if (code !== 0) throw new Error(`the first part ended with ${code}`);

  console.log('4. The same in one call, which leaves this process as it was');
  const box = Namespace.compose(
    Namespace.user(),
    Namespace.pid(),
    Namespace.mount([Mount.proc()]),
    Namespace.uts({ hostname: 'box' }),
  );
  const { stdout } = await box.run('sh', ['-c', 'echo "PID $$ on $(hostname)"']);
  console.log(`   ${stdout.trim()}`);
}

void (process.argv[2] === 'by hand' ? byHand() : main());
