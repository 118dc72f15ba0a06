import { NamespaceError } from './errors';
import { interfaces } from './interfaces';
import type { NamespaceFile } from './internal/namespaceFile';

const ENODEV = 19;

/** `fe80::1%eth0` with the number that the interface has in there; any other address as it is. */
export async function numericScope(network: NamespaceFile, address: string): Promise<string> {
  const [host, scope = '0'] = address.split('%');
  if (/^\d+$/.test(scope)) return address;
  const addresses = (await interfaces(network))[scope] ?? [];
  const number = addresses.map((one) => (one.family === 'IPv6' ? one.scopeid : 0)).find(Boolean);
  if (number === undefined) {
    throw new NamespaceError({
      step: 'socket.open',
      errno: ENODEV,
      syscall: 'if_nametoindex',
      path: address,
      hint: `no interface ${scope} of that namespace is up and has a link-local address`,
    });
  }
  return `${host}%${number}`;
}
