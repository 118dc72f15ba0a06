// Strings that C or UTF-8 cannot say: refused wherever they may stand, so that "/safe\0/../../etc" is never "/safe".
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../../lib/index';
import { clone } from '../../lib/syscall';
import { leavesNothing } from './fixtures/nothing';

const { none } = Namespace;

const places: Record<string, (text: string) => unknown> = {
  command: (text) => none.spawn(text),
  'args[1]': (text) => none.spawn('true', ['', text]),
  cwd: (text) => none.spawn('true', [], { cwd: text }),
  argv0: (text) => none.spawn('true', [], { argv0: text }),
  shell: (text) => none.spawn('true', [], { shell: text }),
  'command of a shell': (text) => none.spawn(text, [], { shell: true }),
  'value in env': (text) => none.spawn('true', [], { env: { NAME: text } }),
  'name in env': (text) => none.spawn('true', [], { env: { [text]: 'value' } }),
  'command of run': (text) => none.run(text),
  'module of fork': (text) => none.fork(text),
  execPath: (text) => none.fork('x.js', [], { execPath: text }),
  execArgv: (text) => none.fork('x.js', [], { execArgv: [text] }),
  'command of explain': (text) => none.explain(text),
  'bind source': (text) => Mount.bind(`/${text}`, '/mnt'),
  'bind target': (text) => Mount.bind('/mnt', `/${text}`),
  'tmpfs target': (text) => Mount.tmpfs(`/${text}`),
  'proc target': (text) => Mount.proc(`/${text}`),
  hostname: (text) => Namespace.uts({ hostname: text }),
  domainname: (text) => Namespace.uts({ domainname: text }),
  'file of the raw clone': (text) => clone({ file: text }),
  'argv of the raw clone': (text) => clone({ file: 'true', argv: ['true', text] }),
  'value in env of the raw clone': (text) => clone({ file: 'true', env: { NAME: text } }),
  'name in env of the raw clone': (text) => clone({ file: 'true', env: { [text]: 'value' } }),
};

describe.each([
  ['a NUL', 'safe\0/../../etc', /null bytes/],
  ['a lone high surrogate', 'a\ud800b', /lone surrogates/],
  ['a lone low surrogate', 'a\udc00', /lone surrogates/],
])('%s', (_name, text, message) => {
  test.each(Object.entries(places))('%s', async (_place, call) => {
    const error = await leavesNothing(() => call(text));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(error.message).toMatch(message);
  });
});

test('pairs of surrogates and everything else arrive as they are', async () => {
  const word = '😀 é\n\t\u0001';
  const { stdout } = await none.run('printf', ['%s', word], { argv0: word });
  expect(stdout).toBe(word);
});
