// types/native.d.ts is the whole contract of the addon, and TypeScript cannot see whether C++ keeps it: so the names
// in the one are held against the objects that the other makes.
import { expect, test } from '@jest/globals';
import { addon, initProgram } from '../../lib/internal/addon';
import type { NativeChild, NativeExit, NativeFailure } from '../../types/native';
import { text } from '../support/sources';

const contract = text('types/native.d.ts') + text('lib/usage.ts');

/** Names of an interface's members; what it extends comes first. */
function members(name: string): string[] {
  const declaration = new RegExp(
    `^export interface ${name}(?: extends (\\w+))? \\{\\n([\\s\\S]*?)^\\}`,
    'm',
  );
  const [, parent, body = ''] = declaration.exec(contract) ?? [];
  const own = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(
    (match) => match[1] ?? '',
  );
  return [...(parent ? members(parent) : []), ...own].sort();
}

/** Names that an object of a class of the addon's has, its methods included. */
function namesWithMethods(object: object): string[] {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
  return [...Object.keys(object), ...methods].filter((name) => name !== 'constructor').sort();
}

const names = (object: object) => Object.keys(object).sort();

interface Run {
  child: NativeChild;
  exit: NativeExit;
}

function run(plan: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = addon().start(
      {
        program: initProgram(),
        plan: Buffer.from(plan),
        environment: Buffer.from(''),
        stdio: Int32Array.of(0, 1, 2),
        namespaces: 0,
        init: false,
        detached: false,
      },
      () => undefined,
      (exit) => resolve({ child: child as NativeChild, exit }),
    );
    if (!('kill' in child)) reject(new Error(`not started: ${JSON.stringify(child)}`));
  });
}

test('the addon exports what the contract says, and nothing else', () => {
  expect(members('NativeAddon')).toContain('start');
  expect(names(addon())).toEqual(members('NativeAddon'));
});

test('a child and its end have what the contract says', async () => {
  const { child, exit } = await run('done\0');
  expect(namesWithMethods(child)).toEqual(members('NativeChild'));
  expect(names(exit)).toEqual(members('NativeExit').filter((name) => name !== 'failure'));
  expect(names(exit.usage)).toEqual(members('Usage'));
});

test('a failure has what the contract says', async () => {
  const { exit } = await run('no.such.step\0');
  expect(names(exit)).toEqual(members('NativeExit'));
  expect(names(exit.failure as NativeFailure)).toEqual(members('NativeFailure'));
});

test('a start that fails at once is a failure too', () => {
  const options = {
    program: initProgram(),
    plan: Buffer.from('done\0'),
    environment: Buffer.from(''),
    stdio: Int32Array.of(0, 1, 99_999),
    namespaces: 0,
    init: false,
    detached: false,
  };
  const failed = addon().clone(options);
  expect(names(failed)).toEqual(members('NativeFailure'));
  expect(failed).toMatchObject({ syscall: 'dup3', operand: 2 });
});
