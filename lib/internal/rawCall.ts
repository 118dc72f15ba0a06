import { NamespaceError } from '../errors';
import * as validate from './validate';

/** A descriptor's number. */
export function descriptor(value: unknown, name: string): number {
  return validate.integer(value, name, 0, 0x7fff_ffff);
}

/** The result of a raw call, or the error for a negative errno; its step is the call's name. */
export function checked(
  result: number,
  syscall: string,
  hint?: (code: string) => string | undefined,
): number {
  if (result >= 0) return result;
  const details = { step: syscall, errno: -result, syscall };
  const { code } = new NamespaceError(details);
  throw new NamespaceError({ ...details, hint: hint?.(code) });
}
