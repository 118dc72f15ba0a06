import type { SpawnOptions } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { forEachSubject } from './fixtures/helpers';
import { reference, type Subject } from './subjects';

type Call = (subject: Subject) => unknown;

/** A call with one option, whatever its type. */
function option(name: string, value: unknown): Call {
  return ({ spawn }) => spawn('true', [], { [name]: value } as SpawnOptions);
}

function forked(name: string, value: unknown): Call {
  return ({ fork }) => fork('/no/such/module', [], { [name]: value } as SpawnOptions);
}

/** Wrong arguments are used here on purpose. */
const wrong = (value: unknown) => value as never;

const type = 'ERR_INVALID_ARG_TYPE';
const value = 'ERR_INVALID_ARG_VALUE';

const calls: readonly [string, string, Call][] = [
  ['no command', type, ({ spawn }) => spawn(wrong(undefined))],
  ['a command that is a number', type, ({ spawn }) => spawn(wrong(1))],
  ['an empty command', value, ({ spawn }) => spawn('')],
  ['NUL in the command', value, ({ spawn }) => spawn('true\0')],
  ['args that are a string', type, ({ spawn }) => spawn('true', wrong('a'))],
  ['args that are a boolean', type, ({ spawn }) => spawn('true', wrong(true))],
  ['NUL in an argument', value, ({ spawn }) => spawn('true', ['a', 'b\0c'])],
  ['options that are null', type, ({ spawn }) => spawn('true', [], wrong(null))],
  ['options that are a string', type, ({ spawn }) => spawn('true', [], wrong('a'))],
  ['options that are an array', type, ({ spawn }) => spawn('true', [], wrong([]))],
  ['cwd: a number', type, option('cwd', 1)],
  ['cwd: an object', type, option('cwd', {})],
  ['cwd: with NUL', value, option('cwd', '/tmp\0')],
  ['cwd: a URL of http', 'ERR_INVALID_URL_SCHEME', option('cwd', new URL('http://localhost/'))],
  ['cwd: a URL with a host', 'ERR_INVALID_FILE_URL_HOST', option('cwd', new URL('file://host/'))],
  ['detached: a number', type, option('detached', 1)],
  ['uid: a string', type, option('uid', '0')],
  ['gid: a string', type, option('gid', '0')],
  ['shell: a number', type, option('shell', 1)],
  ['shell: with NUL', value, option('shell', '/bin/sh\0')],
  ['argv0: a number', type, option('argv0', 1)],
  ['argv0: with NUL', value, option('argv0', 'a\0')],
  ['windowsHide: a string', type, option('windowsHide', 'yes')],
  ['windowsVerbatimArguments: a number', type, option('windowsVerbatimArguments', 1)],
  ['env: NUL in a value', value, option('env', { NAME: 'a\0b' })],
  ['env: NUL in a name', value, option('env', { 'A\0B': 'c' })],
  ['timeout: negative', 'ERR_OUT_OF_RANGE', option('timeout', -1)],
  ['timeout: not whole', 'ERR_OUT_OF_RANGE', option('timeout', 1.5)],
  ['killSignal: an unknown name', 'ERR_UNKNOWN_SIGNAL', option('killSignal', 'SIGNOPE')],
  ['killSignal: an unknown number', 'ERR_UNKNOWN_SIGNAL', option('killSignal', 200)],
  ['killSignal: an object', type, option('killSignal', {})],
  ['signal: a string', type, option('signal', 'abort')],
  ['signal: an object without aborted', type, option('signal', {})],
  ['serialization: unknown', value, option('serialization', 'xml')],
  ['stdio: an unknown word', value, option('stdio', 'pipes')],
  ['stdio: a number', value, option('stdio', 1)],
  ['stdio: ipc as a whole', value, option('stdio', 'ipc')],
  ['stdio: an unknown word in the list', 'ERR_INVALID_SYNC_FORK_INPUT', option('stdio', ['pipes'])],
  ['stdio: an object that is no stream', value, option('stdio', [{}])],
  ['stdio: two channels', 'ERR_IPC_ONE_PIPE', option('stdio', ['ipc', 'ipc'])],
  ['fork: no module', type, ({ fork }) => fork(wrong(undefined))],
  ['fork: a module that is a number', type, ({ fork }) => fork(wrong(1))],
  ['fork: NUL in the module', value, ({ fork }) => fork('a\0b')],
  ['fork: a URL of http', 'ERR_INVALID_URL_SCHEME', ({ fork }) => fork(new URL('http://a/b.js'))],
  ['fork: args that are a string', type, ({ fork }) => fork('/no/such/module', wrong('a'))],
  ['fork: NUL in an argument', value, ({ fork }) => fork('/no/such/module', ['a\0b'])],
  ['fork: options that are a string', type, ({ fork }) => fork('/no/m', [], wrong('a'))],
  ['fork: NUL in execPath', value, forked('execPath', 'node\0')],
  ['fork: NUL in execArgv', value, forked('execArgv', ['--no-warnings\0'])],
  ['fork: an unknown word for stdio', value, forked('stdio', 'pipes')],
  [
    'fork: a stdio without a channel',
    'ERR_CHILD_PROCESS_IPC_REQUIRED',
    forked('stdio', ['pipe', 'pipe', 'pipe']),
  ],
];

function thrownBy(call: () => unknown): { name: string; code: unknown } {
  try {
    call();
  } catch (error) {
    // Errors of Node come from another realm than jest's: no instanceof.
    const { name, code } = error as NodeJS.ErrnoException;
    return { name, code };
  }
  return { name: 'nothing was thrown', code: undefined };
}

forEachSubject((subject) => {
  describe('wrong arguments are thrown at once, with the code of Node', () => {
    test.each(calls)('%s: %s', (_what, code, call) => {
      const thrown = thrownBy(() => call(subject));
      expect(thrown.code).toBe(code);
      expect(thrown).toEqual(thrownBy(() => call(reference)));
    });

    // Node calls some of these one thing in one version and another thing in the next.
    test.each([
      ['uid: not whole', option('uid', 1.5)],
      ['uid: too large', option('uid', 2 ** 40)],
      ['timeout: a string', option('timeout', '1')],
    ])('%s', (_what, call) => {
      expect([
        { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' },
        { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' },
      ]).toContainEqual(thrownBy(() => call(subject)));
    });
  });
});
