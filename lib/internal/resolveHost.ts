import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import * as validate from './validate';

/** What net.connect takes for it. */
export interface LookupSettings {
  readonly family?: number | undefined;
  readonly hints?: number | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/** The addresses of a host name, best first; an address is its own. Looked up by this process, in its own network. */
export async function addressesOf(
  host: unknown,
  name: string,
  settings: LookupSettings = {},
): Promise<readonly string[]> {
  const text = validate.path(host, name);
  if (isIP(text) !== 0) return [text];
  const { family = 0, hints = 0, lookup: look = lookup } = settings;
  const found = await new Promise<string | LookupAddress[]>((resolve, reject) => {
    look(text, { family, hints, all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });
  return typeof found === 'string' ? [found] : found.map(({ address }) => address);
}

/** The first of them. */
export async function addressOf(host: unknown, name: string, family: number): Promise<string> {
  const [first = ''] = await addressesOf(host, name, { family });
  return first;
}
