import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import { needs } from './support/needs';
import { ended, nodeArguments, temporaryFolder, thrown } from './support/script';

/** The rows of an explanation: the step's name, where one begins, and the call. */
function rows(text: string): [step: string, call: string][] {
  return text.split('\n').map((line) => {
    const [, step = '', call = ''] = /^( ?\S*(?: {1}\S+)?| {2}\S*) {2,}(\S.*)$/.exec(line) ?? [];
    return [step.trim(), call];
  });
}

describe('the steps', () => {
  test('of no namespace', () => {
    expect(rows(Namespace.none.explain('sh'))).toEqual([
      ['start', expect.stringMatching(/^clone3\(CLONE_VM\|[A-Z_|]*\)$/)],
      ['', 'close_range(all but stdio)'],
      ['', 'execveat(init program, sealed memfd)'],
      ['lns:[1:SETUP]', 'prctl(PR_SET_NAME)'],
      ['process.lifeline', 'prctl(PR_SET_PDEATHSIG, SIGKILL)'],
      ['exec', 'execve(sh)'],
    ]);
  });

  test('of everything, in the order in which they are done', () => {
    const box = Namespace.compose(
      Namespace.uts({ hostname: 'box', domainname: 'example.org' }),
      Namespace.time({ boottime: 5 }),
      Namespace.network(),
      Namespace.mount([Mount.tmpfs('/mnt'), Mount.proc()]),
      Namespace.pid({ init: true }),
      Namespace.user(),
    );
    const all = rows(box.explain());
    expect(all.map(([step]) => step).filter(Boolean)).toEqual([
      ...['start', 'lns:[1:SETUP]', 'user.map', 'namespace.create', 'time.offsets', 'time.enter'],
      'uts.hostname',
      ...['uts.domainname', 'network.loopback', 'mount.propagation', 'mount.tmpfs', 'mount.proc'],
      ...['process.cwd', 'process.rights', 'process.lifeline', 'init'],
    ]);
    const text = box.explain();
    expect(text).toContain('CLONE_NEWPID|CLONE_NEWUSER)');
    expect(text).toContain('unshare(CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWTIME|CLONE_NEWUTS)');
    expect(text).toContain(`write(/proc/self/uid_map, "0 ${process.getuid?.()} 1")`);
    expect(text).toContain('sethostname("box")');
    expect(text).toContain('execve(PROGRAM)');
  });

  test('nothing is started, and nothing has to be there', () => {
    const box = Namespace.mount([Mount.bind('/no/such/file', '/none')]);
    expect(box.explain('no-such-program')).toContain('open_tree(/no/such/file, OPEN_TREE_CLONE)');
  });

  test('a command that is none', () => {
    expect(thrown(() => Namespace.none.explain('')).code).toBe('ERR_INVALID_ARG_VALUE');
    expect(thrown(() => Namespace.none.explain(5 as never)).code).toBe('ERR_INVALID_ARG_TYPE');
  });
});

describe('what really happens', () => {
  const file = temporaryFolder();
  const hasStrace = (() => {
    try {
      return execFileSync('strace', ['-V'], { stdio: 'pipe' }).length > 0;
    } catch {
      return false;
    }
  })();

  // What a row stands for in strace's words, where that is not the same.
  const words: [RegExp, RegExp][] = [
    [/^close_range/, /^close_range\(\d+, 4294967295/],
    [/^execveat/, /^execveat\(.*lns:\[1:SETUP\]/],
    [/^prctl\(PR_SET_NAME\) {2}# (lns:\[1:INIT\])/, /^prctl\(PR_SET_NAME, "lns:\[1:INIT\]"/],
    [/^prctl\(PR_SET_NAME\)$/, /^prctl\(PR_SET_NAME, "lns:\[1:SETUP\]"/],
    [/^prctl\(PR_CAP_AMBIENT_CLEAR_ALL/, /^prctl\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL/],
    [/^signalfd/, /^signalfd4\(-1, ~\[/],
    [/^setns\(.*CLONE_NEWTIME/, /^setns\(\d+.*CLONE_NEWTIME/],
    [/^ioctl\(SIOCSIFFLAGS/, /^ioctl\(\d+.*SIOCSIFFLAGS/],
  ];

  /** Whether a line of strace is the call of a row. */
  function matches(call: string, line: string): boolean {
    const special = words.find(([row]) => row.test(call));
    if (special !== undefined) return special[1].test(line);
    const [, name = '', rest = ''] = /^(\w+)\((.*)\)/.exec(call) ?? [];
    // `move_mount(/proc)`, `write(/proc/self/uid_map, "0 0 1")`, `unshare(CLONE_NEWNS|CLONE_NEWNET)`: the parts of the
    // first argument are in the line, in whichever order.
    const argument = rest.split(', ')[0]?.replaceAll('"', '') ?? '';
    const parts = argument.split('|').map((part) => part.replace('/proc/self/', ''));
    const entry = /^mount_setattr\(.*\/([^/]+), readonly/.exec(call)?.[1];
    if (entry !== undefined) return line.startsWith('open_tree(') && line.includes(`"${entry}"`);
    if (!line.startsWith(`${name}(`)) return false;
    return !/^[\w/.|-]+$/.test(argument) || parts.every((part) => line.includes(part));
  }

  const traced = needs(hasStrace, 'strace');

  traced.each([false, true])('the same calls in the same order (init: %p)', async (init) => {
    mkdirSync(file('target'), { recursive: true });
    const code = `
      const target = ${JSON.stringify(file('target'))};
      const box = Namespace.compose(
        Namespace.user(),
        Namespace.pid({ init: ${init} }),
        Namespace.mount([Mount.proc(), Mount.tmpfs(target), Mount.bind('/proc/self', target)]),
        Namespace.uts({ hostname: 'box' }),
        Namespace.network(),
        Namespace.time({ monotonic: 1 }),
      );
      console.log(box.explain('/bin/true'));
      await box.run('/bin/true');`;
    const log = file(`strace-${init}`);
    const strace = ['-f', '-y', '-s', '4096', '-o', log, process.execPath, ...nodeArguments(code)];
    const { stdout, stderr } = await ended(spawn('strace', strace));
    expect(stderr).toBe('');

    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => line.split(/ +/));
    const isBirth = (line: string) => line.startsWith('clone') && line.includes('CLONE_NEWUSER');
    const calls = lines.map(([pid = '', ...rest]) => [pid, rest.join(' ')] as const);
    const birth = calls.findIndex(([, call]) => isBirth(call));
    // What begins behind the birth with the number of a process that was not seen before is the child.
    const seen = new Set(calls.slice(0, birth + 1).map(([pid]) => pid));
    const child = calls.slice(birth).find(([pid]) => !seen.has(pid))?.[0];
    const its = calls.filter(([pid]) => pid === child).map(([, call]) => call);

    const missing: string[] = [];
    for (const [, call] of rows(stdout.trimEnd()).slice(1)) {
      const at = its.findIndex((line) => matches(call, line));
      if (at === -1) missing.push(call);
      else its.splice(0, at + 1);
    }
    expect(missing).toEqual([]);
    expect(rows(stdout.trimEnd()).length).toBeGreaterThan(20);
  });
});
