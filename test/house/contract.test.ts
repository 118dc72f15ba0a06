// types/native.d.ts is the whole contract of the addon, and TypeScript cannot see whether C++ keeps it: so its names and
// what is written into its reports are held against the real addon.
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { addon, initProgram } from '../../lib/internal/addon';
import type { StartArguments } from '../../types/native';
import { text } from '../support/sources';

const contract = text('types/native.d.ts');

/** Names of an interface's members. */
function members(name: string): string[] {
  const declaration = new RegExp(`^export interface ${name} \\{\n([\\s\\S]*?)^\\}`, 'm');
  const [, body = ''] = declaration.exec(contract) ?? [];
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm)].map((match) => match[1] ?? '').sort();
}

function start(plan: string, stdio = Int32Array.of(0, 1, 2)): StartArguments {
  return [
    initProgram(),
    Buffer.from(plan),
    new Uint8Array(),
    stdio,
    0,
    0,
    new Float64Array(4),
    new Int32Array(),
  ];
}

const call = (index = 0) => addon().calls.split('\n')[index];

test('the addon exports what the contract says, and nothing else', () => {
  expect(members('NativeAddon')).toContain('start');
  expect(Object.keys(addon()).sort()).toEqual(members('NativeAddon'));
});

test('the report of a start that went well, and of the wait for its end', () => {
  const options = start('done\0');
  const pidfd = addon().clone(...options);
  expect(pidfd).toBeGreaterThan(2);
  expect(options[6][0]).toBeGreaterThan(1);
  const report = new Float64Array(5);
  expect(addon().waitid(pidfd, 1, report)).toBe(1);
  const [code, signal, user, system, maxRSS] = report;
  expect([code, signal]).toEqual([0, 0]);
  expect((user ?? 0) + (system ?? 0)).toBeGreaterThan(0);
  expect(maxRSS).toBeGreaterThan(100);
  addon().close(pidfd);
});

test('the report of a step that fails: its index, its operand, the call and errno', () => {
  const options = start('session.create\0process.cwd\0/no/such\0done\0');
  expect(addon().clone(...options)).toBe(-1);
  const [step, operand, number, errno] = options[6];
  expect([step, operand, call(number), errno]).toEqual([1, 0, 'chdir', 2]);
});

test('the report of a start that fails before its plan', () => {
  const options = start('done\0', Int32Array.of(0, 1, 99_999));
  expect(addon().clone(...options)).toBe(-1);
  const [step, operand, number, errno] = options[6];
  expect([step, operand, call(number), errno]).toEqual([0xffff_ffff, 2, 'dup3', 9]);
});

test('the listener is told the end by the arguments that the contract names', async () => {
  // By way of the library, for there is one listener for all children.
  const child = Namespace.none.spawn('sh', ['-c', 'exit 7']);
  expect(await once(child, 'exit')).toEqual([7, null]);
});
