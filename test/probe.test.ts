import { describe, expect, test } from '@jest/globals';
import { Namespace, type Probe } from '../lib/index';
import { scriptInside } from './support/script';

const types = ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'];

/** What a probe inside a user namespace says, where `prepare` has changed something before. */
async function probeInside(box: Namespace, prepare: string): Promise<Probe[]> {
  const code = `
    const { writeFileSync } = require('node:fs');
    ${prepare}
    const probes = await Namespace.probe();
    console.log(JSON.stringify(probes.map((probe) =>
      ({ ...probe, error: probe.error && { ...probe.error, message: probe.error.message } }))));`;
  return JSON.parse(await scriptInside(box, code));
}

test('all types, in alphabetical order; alone for root, beside a user namespace for others', async () => {
  const isRoot = process.getuid?.() === 0;
  expect(await Namespace.probe()).toEqual(
    types.map((type) => ({ type, available: true, needsUser: !isRoot && type !== 'user' })),
  );
});

describe('what may not be created', () => {
  test('a limit of 0: which sysctl it is, and how to set it', async () => {
    const probes = await probeInside(
      Namespace.user() as Namespace,
      "writeFileSync('/proc/sys/user/max_net_namespaces', '0');",
    );
    expect(probes.filter(({ available }) => !available).map(({ type }) => type)).toEqual([
      'network',
    ]);
    expect(probes.find(({ type }) => type === 'network')?.error).toMatchObject({
      code: 'ENOSPC',
      step: 'namespace.create',
      syscall: 'unshare',
      hint: 'user.max_net_namespaces is 0: set it with sysctl -w user.max_net_namespaces=10000',
    });
  });

  test('nothing alone, for one without capabilities', async () => {
    const one = (outside = 0) => [{ inside: 5, outside, length: 1 }];
    const map = { uid: one(process.getuid?.()), gid: one(process.getgid?.()) };
    expect(await probeInside(Namespace.user({ map }) as Namespace, '')).toEqual(
      types.map((type) => ({ type, available: true, needsUser: type !== 'user' })),
    );
  });

  test('user namespaces are off', async () => {
    const probes = await probeInside(
      Namespace.user() as Namespace,
      "writeFileSync('/proc/sys/user/max_user_namespaces', '0');",
    );
    expect(probes.filter(({ available }) => !available).map(({ type }) => type)).toEqual(['user']);
    expect(probes.find(({ type }) => type === 'user')?.error).toMatchObject({
      code: 'ENOSPC',
      hint: expect.stringContaining('user.max_user_namespaces is 0'),
    });
  });
});

test('it leaves nothing behind, and moves nobody', async () => {
  const code = `
    const { readdirSync, readFileSync, readlinkSync } = require('node:fs');
    const look = () => JSON.stringify([readdirSync('/proc/self/fd').length,
      readdirSync('/proc/self/ns').map((name) => readlinkSync('/proc/self/ns/' + name)),
      readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8')]);
    await Namespace.probe();
    const before = look();
    await Promise.all(Array.from({ length: 10 }, () => Namespace.probe()));
    console.log(before === look());`;
  expect(await scriptInside(Namespace.none, code)).toBe('true\n');
});
