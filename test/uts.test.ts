import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { Namespace, type UtsOptions } from '../lib/index';
import { asRoot } from './support/needs';
import { output, permitted, shell } from './support/script';

const files = ['/proc/sys/kernel/hostname', '/proc/sys/kernel/domainname'];

/** Hostname and domain name inside. */
async function names(options?: UtsOptions): Promise<string[]> {
  return (await output(permitted(Namespace.uts(options)), 'cat', files)).split('\n');
}

test('by default both are what they are outside', async () => {
  const outside = (await output(Namespace.none, 'cat', files)).split('\n');
  expect(await names()).toEqual(outside);
  expect(await names({})).toEqual(outside);
  expect(outside[0]).toBe(hostname());
});

test('hostname and domainname, one without the other', async () => {
  const [host, domain] = await names();
  expect(await names({ hostname: 'box' })).toEqual(['box', domain]);
  expect(await names({ domainname: 'example.org' })).toEqual([host, 'example.org']);
  expect(await names({ hostname: 'box', domainname: 'b.example' })).toEqual(['box', 'b.example']);
  expect(await names()).toEqual([host, domain]);
});

test.each([
  ['one byte', 'x'],
  ['the most bytes', 'x'.repeat(64)],
  ['the most bytes in fewer characters', 'é'.repeat(32)],
  ['what a shell would take for something else', "a b; $(c) 'd' %s"],
])('%s', async (_, name) => {
  expect(await names({ hostname: name, domainname: name })).toEqual([name, name]);
});

test.each(['hostname', 'domainname'])('a %s that the kernel would not take', (option) => {
  const make = (value: unknown) => () => Namespace.uts({ [option]: value });
  const tooLong = { code: 'ERR_OUT_OF_RANGE', name: 'RangeError' };
  expect(make('x'.repeat(65))).toThrow(expect.objectContaining(tooLong));
  expect(make('é'.repeat(33))).toThrow(expect.objectContaining(tooLong));
  expect(make('')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
  expect(make(5)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  expect(make(5)).toThrow(`options.${option}`);
});

// As an ordinary user the file of proc is somebody else's.
asRoot('it can be changed inside, and nobody outside sees it', async () => {
  const before = hostname();
  const change = 'echo changed >/proc/sys/kernel/hostname; cat /proc/sys/kernel/hostname';
  expect(await shell(permitted(Namespace.uts({ hostname: 'box' })), change)).toBe('changed');
  expect(hostname()).toBe(before);
});
