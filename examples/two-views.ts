// One process, seen in two proc file systems: in that of its own pid namespace, and in that of the machine.
import type { ChildProcessByStdio } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Mount, Namespace } from 'linux-namespaces';

const box = Namespace.compose(
  Namespace.user(),
  Namespace.pid(),
  Namespace.mount([Mount.proc()]), // without it, /proc inside would still show the processes outside
);

type Child = ChildProcessByStdio<Writable, Readable, null>;

// What /proc/PID/status says, line by line.
type View = Map<string, string>;

function add(view: View, line: string): void {
  const [, name = '', value = ''] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
  view.set(name, value.replaceAll('\t', ' '));
}

async function main(): Promise<void> {
  // The program reads its own entry, says so, and stays until its stdin ends.
  const script =
    'echo "namespace: $(readlink /proc/1/ns/pid)"; cat /proc/1/status; echo; read line';
  const child = box.spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] }) as Child;

  const inside: View = new Map();
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === '') break;
    add(inside, line);
  }

  const outside: View = new Map();
  add(outside, `namespace: ${readlinkSync(`/proc/${child.pid}/ns/pid`)}`);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  for (const line of status.split('\n')) add(outside, line);
  child.stdin.end();

  const row = (name: string, one = '', other = '') =>
    console.log(`${name.padEnd(12)}${one.padEnd(22)}${other}`);
  row('', 'inside', 'outside');
  for (const name of ['Name', 'Pid', 'PPid', 'NSpid', 'Uid', 'namespace']) {
    row(name, inside.get(name), outside.get(name));
  }
}

void main();
