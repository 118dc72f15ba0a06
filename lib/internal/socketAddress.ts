import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';
import * as validate from './validate';

/** The kernel's address families (socket(2)). */
export const families = { unix: 1, ipv4: 2, ipv6: 10, netlink: 16 } as const;

/** That of an address; of a path, where there is none. */
export function familyOf(host?: string): number {
  if (host === undefined) return families.unix;
  return isIPv6(host) ? families.ipv6 : families.ipv4;
}

/** As people write it: an abstract name begins with @ for the NUL. */
export function shownPath(path: unknown): string {
  return String(path).replace('\0', '@');
}

/** Longest path of a unix socket, and of an abstract name with its NUL in front (unix(7)). */
const longestPath = 107;

function head(family: number, size: number): { bytes: Buffer; view: DataView } {
  const bytes = Buffer.alloc(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  view.setUint16(0, family, endianness() === 'LE');
  return { bytes, view };
}

/** struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)); a scope is an interface's number: `fe80::1%3`. */
export function internetAddress(host: string, port: number): Buffer {
  if (!isIPv6(host)) {
    const { bytes, view } = head(families.ipv4, 16);
    view.setUint16(2, port);
    bytes.set(host.split('.').map(Number), 4);
    return bytes;
  }
  const [address = '', scope = '0'] = host.split('%');
  const { bytes, view } = head(families.ipv6, 28);
  view.setUint16(2, port);
  bytes.set(ipv6Bytes(address), 8);
  view.setUint32(24, Number(scope), endianness() === 'LE');
  return bytes;
}

// The URL parser knows every way to write one, and answers with groups of hexadecimal digits.
function ipv6Bytes(address: string): number[] {
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const [left, right] = [groups(before), groups(after ?? '')];
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff]);
}

/** struct sockaddr_un (unix(7)); a path that begins with NUL is an abstract name, which a network namespace has its own of. */
export function unixAddress(path: unknown, name: string): Buffer {
  if (typeof path !== 'string') throw validate.invalidType(name, 'of type string', path);
  const isAbstract = path.startsWith('\0');
  validate.path(isAbstract ? path.slice(1) : path, name);
  const text = Buffer.from(path);
  if (text.length > longestPath)
    throw validate.outOfRange(`${name}.length`, `<= ${longestPath} bytes`, text.length);
  const { bytes } = head(families.unix, 2 + text.length + (isAbstract ? 0 : 1));
  bytes.set(text, 2);
  return bytes;
}
