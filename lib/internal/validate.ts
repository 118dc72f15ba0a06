import { inspect } from 'node:util';

type ArgumentErrorCode =
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_INVALID_ARG_VALUE'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_UNKNOWN_SIGNAL'
  | 'ERR_CHILD_PROCESS_IPC_REQUIRED'
  | 'ERR_ACCESS_DENIED'
  | 'ERR_INVALID_STATE'
  | 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';

// Gives an error Node's `code`, and its way to show it in the stack.
function withCode<E extends Error>(
  error: E,
  code: ArgumentErrorCode,
): E & { code: ArgumentErrorCode } {
  const result = Object.assign(error, { code });
  result.stack = result.stack?.replace(error.name, `${error.name} [${code}]`) ?? '';
  return result;
}

/** `name` is what the caller wrote: `options.cwd`, `args[1]`. */
export function invalidType(name: string, expected: string, actual: unknown): TypeError {
  return withCode(
    new TypeError(
      `The "${name}" argument must be ${expected}. Received ${inspect(actual, { depth: 0 })}`,
    ),
    'ERR_INVALID_ARG_TYPE',
  );
}

export function invalidValue(name: string, reason: string, actual: unknown): TypeError {
  return withCode(
    new TypeError(`The argument '${name}' ${reason}. Received ${inspect(actual, { depth: 1 })}`),
    'ERR_INVALID_ARG_VALUE',
  );
}

export function outOfRange(name: string, expected: string, actual: unknown): RangeError {
  return withCode(
    new RangeError(
      `The value of "${name}" is out of range. It must be ${expected}. Received ${inspect(actual)}`,
    ),
    'ERR_OUT_OF_RANGE',
  );
}

export function unknownSignal(actual: unknown): TypeError {
  return withCode(new TypeError(`Unknown signal: ${String(actual)}`), 'ERR_UNKNOWN_SIGNAL');
}

export function ipcRequired(name: string): Error {
  return withCode(
    new Error(`Forked processes must have an IPC channel, missing value 'ipc' in ${name}`),
    'ERR_CHILD_PROCESS_IPC_REQUIRED',
  );
}

export function accessDenied(permission: string): Error {
  return withCode(
    new Error(
      `Access to this API has been restricted: Node's permission model denies '${permission}'`,
    ),
    'ERR_ACCESS_DENIED',
  );
}

export function invalidState(reason: string): Error {
  return withCode(new Error(`Invalid state: ${reason}`), 'ERR_INVALID_STATE');
}

export function tooMuchOutput(stream: string): RangeError {
  return withCode(
    new RangeError(`${stream} maxBuffer length exceeded`),
    'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
  );
}

/**
 * A string that reaches the kernel as it is: without NUL, at which C would end it, and without lone surrogates, which
 * UTF-8 cannot say.
 */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidType(name, 'of type string', value);
  if (value.includes('\0')) throw invalidValue(name, 'must be a string without null bytes', value);
  if (!value.isWellFormed())
    throw invalidValue(name, 'must be a string without lone surrogates', value);
  return value;
}

export function path(value: unknown, name: string): string {
  const result = text(value, name);
  if (result === '') throw invalidValue(name, 'must not be empty', value);
  return result;
}

/** A path for the inside: the tree that it is looked up in may have another working directory. */
export function absolutePath(value: unknown, name: string): string {
  const result = path(value, name);
  if (!result.startsWith('/')) throw invalidValue(name, 'must be an absolute path', value);
  return result;
}

export function integer(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw invalidType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < least || value > most) throw outOfRange(name, `>= ${least} and <= ${most}`, value);
  return value;
}

export function bigint(value: unknown, name: string, least: bigint, most: bigint): bigint {
  if (typeof value !== 'bigint') throw invalidType(name, 'of type bigint', value);
  if (value < least || value > most) throw outOfRange(name, `>= ${least} and <= ${most}`, value);
  return value;
}

export function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalidType(name, 'of type boolean', value);
  return value;
}

export function oneOf<const T extends string>(
  value: unknown,
  name: string,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalidValue(name, `must be one of: ${choices.join(', ')}`, value);
  return found;
}

export function array(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidType(name, 'an array', value);
  return value;
}

export function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidType(name, 'of type object', value);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** An options object that has no other keys than these: a misspelt option is an error, not a silence. */
export function options(
  value: unknown,
  name: string,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  const given = object(value, name);
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) {
      throw invalidValue(
        `${name}.${key}`,
        `is no option here; there are: ${keys.join(', ') || 'none'}`,
        key,
      );
    }
  }
  return given;
}
