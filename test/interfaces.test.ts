import { existsSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { Namespace } from '../lib/index';
import { needs } from './support/needs';
import { output } from './support/script';

const withIp = needs(['/sbin/ip', '/usr/sbin/ip', '/bin/ip'].some(existsSync), 'ip(8)');

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

const sorted = (interfaces: Interfaces) =>
  Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.map((one) => ({ name, ...one })))
    .sort((a, b) => `${a.name}${a.cidr}`.localeCompare(`${b.name}${b.cidr}`));

test('of a new network: the loopback', async () => {
  await using made = await Namespace.create(Namespace.user(), Namespace.network());
  const { lo = [] } = await made.get('network').interfaces();
  expect(lo.find(({ family }) => family === 'IPv4')).toEqual({
    ...{ address: '127.0.0.1', netmask: '255.0.0.0', family: 'IPv4' },
    ...{ mac: '00:00:00:00:00:00', internal: true, cidr: '127.0.0.1/8' },
  });
});

withIp('is what os.networkInterfaces() says in there', async () => {
  await using made = await Namespace.create(Namespace.user(), Namespace.network());
  const commands = [
    'link add v0 type veth peer name v1',
    'link set v0 up',
    'link set v1 up',
    'addr add 10.0.0.1/24 dev v0',
    'addr add 10.0.1.1/20 dev v0 label v0:1',
    'addr add 10.1.0.1 peer 10.1.0.2/32 dev v1',
    'addr add 2001:db8::1/48 dev v1 nodad',
    'link add d0 type veth peer name d1',
  ];
  for (const command of commands) await output(made, 'ip', command.split(' '));
  const script = 'console.log(JSON.stringify(require("os").networkInterfaces()))';
  // The kernel says a little later that a link is up, and that an address is nobody else's.
  for (;;) {
    const there = JSON.parse(await output(made, process.execPath, ['-e', script])) as Interfaces;
    const ours = await made.get('network').interfaces();
    const again = JSON.parse(await output(made, process.execPath, ['-e', script])) as Interfaces;
    if (JSON.stringify(there) !== JSON.stringify(again) || there.v0 === undefined) continue;
    expect(sorted(ours)).toEqual(sorted(there));
    expect(Object.keys(ours)).toContain('v0:1');
    return;
  }
});
