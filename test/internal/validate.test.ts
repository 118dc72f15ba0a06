import { describe, expect, test } from '@jest/globals';
import * as validate from '../../lib/internal/validate';
import { thrown } from '../support/script';

describe("the errors are as Node's own", () => {
  test.each([
    [validate.invalidType('a.b', 'of type string', 5), 'TypeError', 'ERR_INVALID_ARG_TYPE'],
    [validate.invalidValue('a.b', 'is no good', 5), 'TypeError', 'ERR_INVALID_ARG_VALUE'],
    [validate.outOfRange('a.b', '< 5', 5), 'RangeError', 'ERR_OUT_OF_RANGE'],
    [validate.unknownSignal('a.b'), 'TypeError', 'ERR_UNKNOWN_SIGNAL'],
    [validate.ipcRequired('a.b'), 'Error', 'ERR_CHILD_PROCESS_IPC_REQUIRED'],
    [validate.accessDenied('a.b'), 'Error', 'ERR_ACCESS_DENIED'],
    [validate.tooMuchOutput('a.b'), 'RangeError', 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'],
  ])('%s', (error, name, code) => {
    expect(error).toMatchObject({ name, code });
    expect(error.message).toContain('a.b');
    expect(error.stack).toMatch(new RegExp(`^${name} \\[${code}\\]: `));
  });

  test('what was received is shown, and never whole', () => {
    const deep = { a: { b: { c: 'd' } } };
    expect(validate.invalidType('x', 'y', deep).message).toBe(
      'The "x" argument must be y. Received { a: [Object] }',
    );
    expect(validate.invalidValue('x', 'is z', 'v').message).toBe(
      "The argument 'x' is z. Received 'v'",
    );
  });
});

describe('text', () => {
  test.each(['', 'a', 'bücher', '𝄞', ' ', '\n'])('passes %j', (value) => {
    expect(validate.text(value, 'x')).toBe(value);
  });

  test.each([
    ['a\0b', 'ERR_INVALID_ARG_VALUE'],
    ['\0', 'ERR_INVALID_ARG_VALUE'],
    ['a\ud800', 'ERR_INVALID_ARG_VALUE'],
    ['\udc00a', 'ERR_INVALID_ARG_VALUE'],
    [5, 'ERR_INVALID_ARG_TYPE'],
    [undefined, 'ERR_INVALID_ARG_TYPE'],
    [Buffer.from('a'), 'ERR_INVALID_ARG_TYPE'],
    [new String('a'), 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %p', (value, code) => {
    const error = thrown(() => validate.text(value, 'options.x'));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain('options.x');
  });
});

test('path, absolutePath', () => {
  expect(validate.path('a', 'x')).toBe('a');
  expect(thrown(() => validate.path('', 'x')).message).toContain('must not be empty');
  expect(validate.absolutePath('/a/../b', 'x')).toBe('/a/../b');
  for (const value of ['a', './a', '../a', '~', ' /a']) {
    expect(thrown(() => validate.absolutePath(value, 'x')).code).toBe('ERR_INVALID_ARG_VALUE');
  }
});

describe('integer', () => {
  test('from the least to the most', () => {
    expect([-1, 0, 5].map((value) => validate.integer(value, 'x', -1, 5))).toEqual([-1, 0, 5]);
  });

  test.each([
    [-2, 'ERR_OUT_OF_RANGE'],
    [6, 'ERR_OUT_OF_RANGE'],
    [0.5, 'ERR_OUT_OF_RANGE'],
    [Number.NaN, 'ERR_OUT_OF_RANGE'],
    [Number.POSITIVE_INFINITY, 'ERR_OUT_OF_RANGE'],
    ['1', 'ERR_INVALID_ARG_TYPE'],
    [1n, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %p', (value, code) => {
    expect(thrown(() => validate.integer(value, 'x', -1, 5)).code).toBe(code);
  });
});

test('boolean, oneOf', () => {
  expect([validate.boolean(true, 'x'), validate.boolean(false, 'x')]).toEqual([true, false]);
  for (const value of [0, 1, 'true', null, undefined]) {
    expect(thrown(() => validate.boolean(value, 'x')).code).toBe('ERR_INVALID_ARG_TYPE');
  }
  expect(validate.oneOf('b', 'x', ['a', 'b'])).toBe('b');
  expect(thrown(() => validate.oneOf('c', 'x', ['a', 'b'])).message).toMatch(/'x'.*a, b.*'c'/);
});

describe('options', () => {
  test('passes what it was given', () => {
    const given = { a: 1, b: undefined };
    expect(validate.options(given, 'x', ['a', 'b', 'c'])).toBe(given);
    expect(validate.options(Object.create(null), 'x', [])).toEqual({});
  });

  test('an option that there is not: which one, and which there are', () => {
    const error = thrown(() => validate.options({ a: 1, aa: 2 }, 'options', ['a', 'b']));
    expect(error.code).toBe('ERR_INVALID_ARG_VALUE');
    expect(error.message).toMatch(/'options\.aa'.*: a, b/);
    expect(thrown(() => validate.options({ a: 1 }, 'options', [])).message).toContain('none');
  });

  test.each([null, undefined, 5, 'a', [[]], () => {}])('refuses %p', (value) => {
    expect(thrown(() => validate.options(value, 'x', [])).code).toBe('ERR_INVALID_ARG_TYPE');
  });
});
