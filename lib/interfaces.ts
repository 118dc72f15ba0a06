import { closeSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { NamespaceError } from './errors';
import { addon } from './internal/addon';
import type { NamespaceFile } from './internal/namespaceFile';
import { openSocket } from './internal/openSocket';
import { families } from './internal/socketAddress';

const fieldCount = 8;

/** os.networkInterfaces() of a network namespace: asked through a socket that was made there (rtnetlink(7)). */
export async function interfaces(
  network: NamespaceFile,
): Promise<NodeJS.Dict<NetworkInterfaceInfo[]>> {
  const socket = await openSocket(network, { family: families.netlink, type: 3, shown: 'netlink' });
  const report = new Float64Array(1);
  const fields = addon().interfaces(socket, report).split('\0');
  closeSync(socket);
  const [errno = 0] = report;
  if (errno !== 0) throw new NamespaceError({ step: 'socket.open', errno, syscall: 'recvmsg' });
  // What it is called is for whoever owns the namespace to say: `__proto__` for one.
  const found = new Map<string, NetworkInterfaceInfo[]>();
  for (let at = 0; at + fieldCount <= fields.length; at += fieldCount) {
    const [name = '', ...rest] = fields.slice(at, at + fieldCount);
    found.set(name, [...(found.get(name) ?? []), information(rest)]);
  }
  return Object.fromEntries(found);
}

function information(fields: readonly string[]): NetworkInterfaceInfo {
  const [family, address = '', netmask = '', prefix, mac = '', loopback, scope] = fields;
  const common = {
    address,
    netmask,
    mac,
    internal: loopback === '1',
    cidr: `${address}/${prefix}`,
  };
  return family === '4'
    ? { ...common, family: 'IPv4' }
    : { ...common, family: 'IPv6', scopeid: Number(scope) };
}
