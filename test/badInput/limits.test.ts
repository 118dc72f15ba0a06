// Nothing left of something: descriptors, processes, namespaces. Each in a process of its own, since the limit is its own.
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { installed, isRoot, run } from '../hazards/fixtures/programs';
import { asOrdinaryUser, asRoot, needs } from '../support/needs';
import type { Failure } from './fixtures/nothing';

interface Report {
  outcomes: Failure[];
  outcome: Failure;
  inBox: Failure;
  closed: Failure;
  afterwards: unknown;
  left: unknown;
}

const program = join(__dirname, 'fixtures', 'attempts.cjs');
const nothing = { children: 0, descriptors: 0 };
const works = { exitCode: 0 };

function parse({
  code,
  stdout,
  stderr,
}: {
  code: number | null;
  stdout: string;
  stderr: string;
}): Report {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

test('no descriptors left: one error for every number of them that is free', async () => {
  const script = `ulimit -n 64; exec "$0" "$@"`;
  const { outcomes, afterwards, left } = parse(
    await run('sh', ['-c', script, process.execPath, program, 'descriptors']),
  );
  expect({ afterwards, left }).toEqual({ afterwards: works, left: nothing });
  expect(outcomes).toContainEqual(works);
  const errors = outcomes.filter((outcome) => !('exitCode' in outcome));
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error).toMatchObject({
      name: 'NamespaceError',
      code: 'EMFILE',
      step: 'start',
      hint: expect.stringContaining('ulimit -n'),
    });
  }
});

const hasPrlimit = installed('prlimit');
const ordinary = isRoot ? asOrdinaryUser : needs(hasPrlimit, 'prlimit');

ordinary('no processes left for this user', async () => {
  const { outcome, inBox, left } = parse(await run(process.execPath, [program, 'processes']));
  const expected = {
    name: 'NamespaceError',
    code: 'EAGAIN',
    step: 'start',
    hint: expect.stringContaining('ulimit -u'),
  };
  expect(outcome).toMatchObject(expected);
  expect(inBox).toMatchObject(expected);
  expect(left).toEqual(nothing);
});

const pids = '/sys/fs/cgroup/pids';
const inCgroup = isRoot
  ? needs(existsSync(join(pids, 'cgroup.procs')), 'the cgroup v1 controller pids')
  : asRoot;

inCgroup('no processes left in this cgroup', async () => {
  const folder = join(pids, `lns-test-${process.pid}`);
  mkdirSync(folder);
  try {
    const script = `echo $$ > "$0/cgroup.procs" && exec "$@"`;
    const command = [process.execPath, program, 'cgroup', folder];
    const { outcome, afterwards, left } = parse(
      await run('sh', ['-c', script, folder, ...command]),
    );
    expect(outcome).toMatchObject({
      code: 'EAGAIN',
      step: 'start',
      hint: expect.stringContaining('pids cgroup'),
    });
    expect({ afterwards, left }).toEqual({ afterwards: works, left: nothing });
  } finally {
    rmdirSync(folder);
  }
});

test('no namespaces left: the hint names the limit', async () => {
  const args = [program, 'namespaces'];
  // The limits are those of the user namespace that the process is in.
  const { stdout, stderr } = await Namespace.user().run(process.execPath, args);
  expect(stderr).toBe('');
  const { outcomes, afterwards, left } = JSON.parse(stdout) as Omit<Report, 'outcomes'> & {
    outcomes: Record<string, unknown>;
  };
  const refused = (file: string, step: string) => ({
    name: 'NamespaceError',
    code: 'ENOSPC',
    step,
    hint: expect.stringContaining(`user.max_${file}_namespaces is 0`),
  });
  expect(outcomes).toEqual({
    user: refused('user', 'start'),
    probe: false,
    pid: refused('pid', 'start'),
    uts: refused('uts', 'namespace.create'),
    network: refused('net', 'namespace.create'),
    mount: refused('mnt', 'namespace.create'),
  });
  expect({ afterwards, left }).toEqual({ afterwards: works, left: nothing });
});

test('a closed stdio descriptor', async () => {
  const { outcomes, closed, left } = parse(await run(process.execPath, [program, 'stdio']));
  const expected = {
    name: 'NamespaceError',
    code: 'EBADF',
    step: 'start',
    hint: expect.stringContaining('not open'),
  };
  for (const outcome of [...outcomes, closed]) expect(outcome).toMatchObject(expected);
  expect(left).toEqual(nothing);
});
