import { constants } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { childOptions, signalName, signalNumber } from '../../lib/internal/spawnOptions';
import { thrown } from '../support/script';

test('every default is written out', () => {
  expect(childOptions('true', undefined, undefined)).toMatchObject({
    ...{
      file: 'true',
      args: ['true'],
      cwd: undefined,
      detached: false,
      uid: undefined,
      gid: undefined,
    },
    ...{ stdio: undefined, signal: undefined, timeout: 0, killSignal: constants.signals.SIGTERM },
  });
});

test('null is as good as nothing, as in child_process', () => {
  const names = [
    'cwd',
    'env',
    'detached',
    'uid',
    'gid',
    'shell',
    'argv0',
    'timeout',
    'killSignal',
    'signal',
  ];
  const nulls = Object.fromEntries(names.map((name) => [name, null]));
  expect(childOptions('true', null, nulls)).toEqual(childOptions('true', [], {}));
});

test('the options may stand in the place of the arguments', () => {
  expect(childOptions('a', { argv0: 'b' }, undefined)).toMatchObject({ args: ['b'] });
  expect(childOptions('a', ['c'], { argv0: 'b' })).toMatchObject({ args: ['b', 'c'] });
});

test.each([
  [true, '/bin/sh'],
  ['/bin/bash', '/bin/bash'],
])('shell: %p', (shell, file) => {
  expect(childOptions('echo $A', ['b c', 'd'], { shell })).toMatchObject({
    file,
    args: [file, '-c', 'echo $A b c d'],
  });
});

test.each([false, '', null])('no shell: %p', (shell) => {
  expect(childOptions('a', [], { shell }).file).toBe('a');
});

describe('env', () => {
  const pairs = (env: unknown) => childOptions('a', [], { env }).envPairs;

  test('words, inherited ones too, but not what is undefined', () => {
    const env = Object.assign(Object.create({ A: 'inherited' }), { B: 5, C: undefined, D: '' });
    expect([...pairs(env)].sort()).toEqual(['A=inherited', 'B=5', 'D=']);
  });

  test('what cannot reach the kernel', () => {
    expect(thrown(() => pairs({ A: 'a\0b' })).message).toContain("options.env['A']");
    expect(thrown(() => pairs({ 'a\0b': '' })).code).toBe('ERR_INVALID_ARG_VALUE');
    expect(thrown(() => pairs({ A: '\ud800' })).code).toBe('ERR_INVALID_ARG_VALUE');
  });
});

test.each<[string, unknown, string]>([
  ['cwd', '', 'ERR_INVALID_ARG_VALUE'],
  ['cwd', 'a\0b', 'ERR_INVALID_ARG_VALUE'],
  ['uid', '5', 'ERR_INVALID_ARG_TYPE'],
  ['uid', 2 ** 31, 'ERR_INVALID_ARG_TYPE'],
  ['gid', -1, 'ERR_OUT_OF_RANGE'],
  ['detached', 1, 'ERR_INVALID_ARG_TYPE'],
  ['shell', 5, 'ERR_INVALID_ARG_TYPE'],
  ['argv0', 5, 'ERR_INVALID_ARG_TYPE'],
  ['signal', 'x', 'ERR_INVALID_ARG_TYPE'],
  ['killSignal', 'SIGNONE', 'ERR_UNKNOWN_SIGNAL'],
  ['killSignal', true, 'ERR_INVALID_ARG_TYPE'],
  ['timeout', -1, 'ERR_OUT_OF_RANGE'],
])('the option %s: %p is refused', (name, value, code) => {
  expect(thrown(() => childOptions('a', [], { [name]: value })).code).toBe(code);
});

test.each<[unknown, unknown, unknown, string]>([
  [5, [], {}, 'file'],
  ['', [], {}, 'file'],
  ['a\0', [], {}, 'file'],
  ['a', ['b', 'c\0'], {}, 'args[1]'],
  ['a', 5, {}, 'args'],
  ['a', [], 5, 'options'],
  ['a', [], null, 'options'],
  ['a', [], [], 'options'],
])('spawn(%p, %p, %p): the %s', (file, args, options, name) => {
  expect(thrown(() => childOptions(file, args, options)).message).toContain(name);
});

test('names and numbers of signals', () => {
  expect([signalNumber('SIGINT'), signalNumber('sigint'), signalNumber(2)]).toEqual([2, 2, 2]);
  expect([signalName(2), signalName(9), signalName(35)]).toEqual(['SIGINT', 'SIGKILL', 'SIG35']);
  expect(thrown(() => signalNumber(0)).code).toBe('ERR_UNKNOWN_SIGNAL');
});
