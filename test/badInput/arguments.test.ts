// Arguments that cannot be meant: one TypeError or RangeError with Node's code that names the argument, before anything starts.
import { describe, expect, test } from '@jest/globals';
import * as api from '../../lib/index';
import * as raw from '../../lib/syscall';
import { failureOf, leavesNothing } from './fixtures/nothing';

// As JavaScript sees it: every mistake of a type is a mistake at run time.
// biome-ignore lint/suspicious/noExplicitAny: wrong types are the subject
const { Mount, Namespace } = api as any;
// biome-ignore lint/suspicious/noExplicitAny: wrong types are the subject
const { clone, setns, unshare, waitid, pidfdOpen, pidfdSendSignal, pidfdGetfd } = raw as any;

const type = 'ERR_INVALID_ARG_TYPE';
const value = 'ERR_INVALID_ARG_VALUE';
const range = 'ERR_OUT_OF_RANGE';
type Row = [name: string, code: string, mentions: string, call: () => unknown];

async function expectRefusal(code: string, mentions: string, call: () => unknown): Promise<void> {
  const error = await leavesNothing(call);
  expect({ code: error.code, message: error.message }).toEqual({
    code,
    message: expect.stringContaining(mentions),
  });
  expect(error.name).toMatch(/^(Type|Range)Error$/);
}

describe('factories', () => {
  const factories = ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'];

  test.each(factories)('%s: an option that it does not have', async (name) => {
    await expectRefusal(value, 'options.colour', () => Namespace[name]({ colour: 'red' }));
  });

  test.each(factories)('%s: no options object', async (name) => {
    for (const wrong of [null, 1, 'root', true])
      await expectRefusal(type, 'options', () => Namespace[name](wrong));
  });

  test.each<Row>([
    ['pid: init', type, 'options.init', () => Namespace.pid({ init: 1 })],
    ['network: loopback', type, 'options.loopback', () => Namespace.network({ loopback: 'up' })],
    ['uts: hostname', type, 'options.hostname', () => Namespace.uts({ hostname: 1 })],
    ['uts: empty hostname', value, 'options.hostname', () => Namespace.uts({ hostname: '' })],
    ['uts: long hostname', range, '64', () => Namespace.uts({ hostname: 'é'.repeat(33) })],
    ['uts: long domainname', range, '64', () => Namespace.uts({ domainname: 'd'.repeat(65) })],
    ['time: monotonic', type, 'options.monotonic', () => Namespace.time({ monotonic: '1' })],
    ['time: NaN', range, 'options.boottime', () => Namespace.time({ boottime: Number.NaN })],
    [
      'time: Infinity',
      range,
      'options.boottime',
      () => Namespace.time({ boottime: Number.NEGATIVE_INFINITY }),
    ],
    ['user: map', value, 'options.map', () => Namespace.user({ map: 'nobody' })],
    ['user: setgroups', value, 'options.setgroups', () => Namespace.user({ setgroups: true })],
    ['user: uid', range, 'options.uid', () => Namespace.user({ uid: -1 })],
    ['mount: no list', type, 'options.mounts', () => Namespace.mount({ mounts: {} })],
    [
      'mount: not of Mount',
      type,
      'mounts[1]',
      () => Namespace.mount([Mount.proc(), { kind: 'proc', target: '/proc' }]),
    ],
    [
      'mount: propagation',
      value,
      'options.propagation',
      () => Namespace.mount({ propagation: 'public' }),
    ],
    ['Mount.bind: relative', value, 'source', () => Mount.bind('srv', '/srv')],
    ['Mount.bind: no target', type, 'target', () => Mount.bind('/srv')],
    [
      'Mount.bind: option',
      value,
      'options.readOnly',
      () => Mount.bind('/srv', '/srv', { readOnly: true }),
    ],
    [
      'Mount.bind: readonly',
      type,
      'options.readonly',
      () => Mount.bind('/srv', '/srv', { readonly: 'yes' }),
    ],
    ['Mount.tmpfs: size', range, 'options.size', () => Mount.tmpfs('/tmp', { size: 0 })],
    ['Mount.tmpfs: mode', range, 'options.mode', () => Mount.tmpfs('/tmp', { mode: 0o10000 })],
    ['Mount.proc: sys', value, 'options.sys', () => Mount.proc('/proc', { sys: true })],
    ['compose: no namespace', type, 'parts[1]', () => Namespace.compose(Namespace.pid(), {})],
    [
      'compose: two of one type',
      value,
      'parts[2]',
      () => Namespace.compose(Namespace.pid(), Namespace.uts(), Namespace.pid()),
    ],
  ])('%s', (_name, code, mentions, call) => expectRefusal(code, mentions, call));
});

describe('verbs', () => {
  const { none } = Namespace;

  test.each<Row>([
    ['spawn: command', type, 'file', () => none.spawn(1)],
    ['spawn: empty command', value, 'file', () => none.spawn('')],
    ['spawn: args', type, 'args', () => none.spawn('true', 'x')],
    ['spawn: options', type, 'options', () => none.spawn('true', [], 'x')],
    ['spawn: cwd', type, 'options.cwd', () => none.spawn('true', [], { cwd: 1 })],
    ['spawn: uid', type, 'options.uid', () => none.spawn('true', [], { uid: '0' })],
    ['spawn: signal', type, 'options.signal', () => none.spawn('true', [], { signal: {} })],
    ['spawn: timeout', range, 'timeout', () => none.spawn('true', [], { timeout: -1 })],
    ['spawn: stdio', value, 'stdio', () => none.spawn('true', [], { stdio: 'loud' })],
    ['spawn: shell', type, 'options.shell', () => none.spawn('true', [], { shell: 1 })],
    ['fork: module', type, 'modulePath', () => none.fork(1)],
    ['fork: options', type, 'options', () => none.fork('x.js', [], 1)],
    ['run: stdio', value, 'options.stdio', () => none.run('true', [], { stdio: 'pipe' })],
    ['run: input', type, 'options.input', () => none.run('true', [], { input: 1 })],
    [
      'run: encoding',
      value,
      'options.encoding',
      () => none.run('true', [], { encoding: 'latin9' }),
    ],
    ['run: maxBuffer', range, 'options.maxBuffer', () => none.run('true', [], { maxBuffer: -1 })],
    ['explain: command', type, 'command', () => none.explain(1)],
    [
      'uid that is not mapped',
      value,
      'options.uid',
      () => Namespace.user().spawn('true', [], { uid: 77 }),
    ],
  ])('%s', (_name, code, mentions, call) => expectRefusal(code, mentions, call));

  test('an unknown signal', async () => {
    const error = await failureOf(() => none.spawn('true', [], { killSignal: 'SIGNOT' }));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_UNKNOWN_SIGNAL' });
  });
});

describe('the raw layer', () => {
  test.each<Row>([
    ['unshare: flags', type, 'flags', () => unshare('x')],
    ['unshare: flags of another call', range, 'flags', () => unshare(1)],
    ['unshare: negative', range, 'flags', () => unshare(-1)],
    ['setns: fd', type, 'fd', () => setns(null, raw.constants.CLONE_NEWUTS)],
    ['clone: options', type, 'options', () => clone()],
    ['clone: option', value, 'options.command', () => clone({ command: 'true' })],
    ['clone: file', type, 'options.file', () => clone({})],
    [
      'clone: flags',
      range,
      'options.flags',
      () => clone({ file: 'true', flags: raw.constants.CLONE_FS }),
    ],
    ['clone: argv', type, 'options.argv', () => clone({ file: 'true', argv: 'true' })],
    ['clone: env', type, 'options.env', () => clone({ file: 'true', env: null })],
    ['clone: stdio', type, 'options.stdio', () => clone({ file: 'true', stdio: 'inherit' })],
    ['unshare: permission', type, 'permission', () => unshare(raw.constants.CLONE_NEWPID, null)],
    ['waitid: pidfd', range, 'pidfd', () => waitid(-1)],
    ['waitid: option', value, 'options.hang', () => waitid(0, { hang: true })],
    ['pidfdOpen: pid', range, 'pid', () => pidfdOpen(0)],
    ['pidfdSendSignal: signal', range, 'signal', () => pidfdSendSignal(0, 65)],
    ['pidfdGetfd: fd', type, 'fd', () => pidfdGetfd(0, '1')],
  ])('%s', (_name, code, mentions, call) => expectRefusal(code, mentions, call));

  test('a descriptor that is not open', () => {
    expect(() => raw.waitid(0x7fff_fff0)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => raw.pidfdSendSignal(0x7fff_fff0, 0)).toThrow(
      expect.objectContaining({ code: 'EBADF', step: 'pidfd_send_signal' }),
    );
  });
});
