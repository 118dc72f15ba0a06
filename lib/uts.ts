import * as validate from './internal/validate';

/** Options of {@link Namespace.uts}. */
export interface UtsOptions {
  /**
   * What hostname(1) says inside; 1 to 64 bytes.
   * @default the hostname outside
   */
  readonly hostname?: string;
  /**
   * The NIS domain name inside, domainname(1); 1 to 64 bytes.
   * @default the domain name outside
   */
  readonly domainname?: string;
}

export interface UtsSpec {
  readonly hostname: string | undefined;
  readonly domainname: string | undefined;
}

/** The kernel's __NEW_UTS_LEN (uts_namespaces(7), sethostname(2)). */
const mostBytes = 64;

export function utsSpec(given: UtsOptions = {}): UtsSpec {
  const { hostname, domainname } = validate.options(given, 'options', ['hostname', 'domainname']);
  return Object.freeze({
    hostname: utsName(hostname, 'options.hostname'),
    domainname: utsName(domainname, 'options.domainname'),
  });
}

function utsName(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  const result = validate.path(value, name);
  const bytes = Buffer.byteLength(result);
  if (bytes > mostBytes) throw validate.outOfRange(name, `at most ${mostBytes} bytes long`, result);
  return result;
}
