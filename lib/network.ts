import * as validate from './internal/validate';

/** Options of {@link Namespace.network}. */
export interface NetworkOptions {
  /**
   * Whether the loopback interface is brought up. A new network namespace has it, but down (network_namespaces(7)).
   * @default true
   */
  readonly loopback?: boolean;
}

export interface NetworkSpec {
  readonly loopback: boolean;
}

export function networkSpec(given: NetworkOptions = {}): NetworkSpec {
  const { loopback = true } = validate.options(given, 'options', ['loopback']);
  return Object.freeze({ loopback: validate.boolean(loopback, 'options.loopback') });
}
