// The system calls that make a PID 1: our own start of one under strace(1), and the story that the log tells.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Namespace } from 'linux-namespaces';

const box = Namespace.compose(
  Namespace.user(),
  Namespace.pid(),
  Namespace.uts({ hostname: 'box' }),
);

// What is traced: this file once more, with an argument.
async function startChild(): Promise<void> {
  await once(box.spawn('sh', ['-c', 'test $$ = 1'], { stdio: 'ignore' }), 'exit');
}

// One thing that happens in the start of a child: the call in the log, and what it is for.
const story: readonly [call: RegExp, meaning: string][] = [
  [/^clone3?\(.*CLONE_NEWPID/, 'we make a process that shares our memory for a moment'],
  [/^execveat\(/, 'it leaves our memory: the init program, from a sealed file in memory'],
  [/^prctl\(PR_SET_NAME, "lns:\[1:/, 'it has a name now, which ps shows'],
  [/^openat\(.*"\/proc\/self\/uid_map"/, 'it says who uid 0 inside is outside'],
  [/^unshare\(/, 'it makes the other namespaces, where nobody waits for them'],
  [/^sethostname\(/, 'it sets them up'],
  [/^execve\(/, 'it becomes the program'],
  [/^getpid\(\)/, 'the program asks who it is'],
  [/^exit_group\(/, 'the program ends, and with it its pid namespace'],
];

// The lines of the child: `PID call(arguments) = result`. A call that others interrupt takes two lines in the log.
function linesOf(log: string): { pid: string; call: string }[] {
  const unfinished = new Map<string, string>();
  return log.split('\n').flatMap((line) => {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const first = /^(.*?) *<unfinished \.\.\.>$/.exec(text)?.[1];
    if (first !== undefined) unfinished.set(pid, first);
    if (first !== undefined || text === '') return [];
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
    const whole = rest === undefined ? text : `${unfinished.get(pid)}${rest}`;
    return [{ pid, call: whole.replace(/\s+= /, ' = ') }];
  });
}

function tell(log: string): void {
  const lines = linesOf(log);
  const birth = lines.find(({ call }) => story[0]?.[0].test(call));
  const child = / = (\d+)/.exec(birth?.call ?? '')?.[1];
  if (birth === undefined || child === undefined) throw new Error(`no clone in the log:\n${log}`);
  console.log(`Process ${birth.pid} starts a child, which it knows as ${child}.\n`);
  for (const [pattern, meaning] of story) {
    const wanted = ({ pid, call }: (typeof lines)[number]) =>
      (pid === child || call === birth.call) && pattern.test(call) && !/ = -1 /.test(call);
    const found = lines.find(wanted);
    if (found === undefined) continue;
    console.log(`${found.pid}  ${found.call}`);
    console.log(`${' '.repeat(found.pid.length)}  -- ${meaning}\n`);
  }
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lns-trace-'));
  const log = join(folder, 'log');
  const calls = 'clone,clone3,execve,execveat,exit_group,getpid,openat,prctl,sethostname,unshare';
  const args = ['-f', '-qq', '-o', log, '-e', `trace=${calls}`, '-e', 'signal=none'];
  const { error, status } = spawnSync('strace', [...args, process.execPath, __filename, 'child'], {
    stdio: 'inherit',
  });
  try {
    if (error !== undefined) {
      console.error(`strace did not start (${error.message}): install the package strace`);
      process.exitCode = 1;
    } else if (status !== 0) {
      console.error(`strace ended with ${status}: may this user trace processes (ptrace(2))?`);
      process.exitCode = 1;
    } else {
      tell(readFileSync(log, 'utf8'));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void (process.argv[2] === 'child' ? startChild() : main());
