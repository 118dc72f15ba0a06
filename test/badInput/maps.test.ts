// Maps that cannot be, found before anything starts, and ids that the caller may not map, which the kernel knows.
import { describe, expect, test } from '@jest/globals';
import { type IdRange, Namespace } from '../../lib/index';
import { asOrdinaryUser, asRoot } from '../support/needs';
import { leavesNothing } from './fixtures/nothing';

const one: IdRange[] = [{ inside: 0, outside: 0, length: 1 }];
const map =
  (uid: unknown, gid: unknown = one) =>
  () =>
    Namespace.user({ map: { uid: uid as IdRange[], gid: gid as IdRange[] } });
const last = 0xffff_fffe;
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ inside: i, outside: i, length: 1 }));

describe('a map that cannot be', () => {
  test.each<[string, string, string, () => unknown]>([
    ['no list', 'ERR_INVALID_ARG_TYPE', 'map.uid', map('0 0 1')],
    ['no range', 'ERR_INVALID_ARG_VALUE', 'map.uid', map([])],
    [
      'no gid',
      'ERR_INVALID_ARG_TYPE',
      'map.gid',
      () => Namespace.user({ map: { uid: one } as never }),
    ],
    [
      'a word too many',
      'ERR_INVALID_ARG_VALUE',
      'map.both',
      () => Namespace.user({ map: { uid: one, gid: one, both: one } as never }),
    ],
    [
      'a field too many',
      'ERR_INVALID_ARG_VALUE',
      'map.uid[0].count',
      map([{ inside: 0, outside: 0, length: 1, count: 1 }]),
    ],
    [
      'a field too few',
      'ERR_INVALID_ARG_TYPE',
      'map.gid[0].length',
      map(one, [{ inside: 0, outside: 0 }]),
    ],
    [
      'negative inside',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].inside',
      map([{ inside: -1, outside: 0, length: 1 }]),
    ],
    [
      'negative outside',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].outside',
      map([{ inside: 0, outside: -1, length: 1 }]),
    ],
    [
      'no length',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].length',
      map([{ inside: 0, outside: 0, length: 0 }]),
    ],
    [
      'a fraction',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].inside',
      map([{ inside: 0.5, outside: 0, length: 1 }]),
    ],
    [
      'beyond the last id',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].length',
      map([{ inside: last, outside: 0, length: 2 }]),
    ],
    [
      'the id that is none',
      'ERR_OUT_OF_RANGE',
      'map.uid[0].outside',
      map([{ inside: 0, outside: last + 1, length: 1 }]),
    ],
    ['too many ranges', 'ERR_OUT_OF_RANGE', '340', map(many(341))],
    [
      'overlapping inside',
      'ERR_INVALID_ARG_VALUE',
      'map.uid[1]',
      map([
        { inside: 0, outside: 100, length: 10 },
        { inside: 9, outside: 200, length: 10 },
      ]),
    ],
    [
      'overlapping outside',
      'ERR_INVALID_ARG_VALUE',
      'map.gid[0]',
      map(one, [
        { inside: 0, outside: 109, length: 10 },
        { inside: 50, outside: 100, length: 10 },
      ]),
    ],
    [
      'an id to run as that is not in it',
      'ERR_INVALID_ARG_VALUE',
      'options.uid',
      () => Namespace.user({ map: { uid: one, gid: one }, uid: 1 }),
    ],
  ])('%s', async (_name, code, mentions, call) => {
    const error = await leavesNothing(call);
    expect(error).toMatchObject({ code, message: expect.stringContaining(mentions) });
  });

  test('the largest that can be', () => {
    expect(map(many(340))().types).toEqual(['user']);
    expect(map([{ inside: last, outside: last, length: 1 }])().types).toEqual(['user']);
  });
});

describe('ids that the caller may not map', () => {
  const foreign = Namespace.user({
    map: {
      uid: [{ inside: 0, outside: 4242, length: 1 }],
      gid: [{ inside: 0, outside: 4242, length: 1 }],
    },
  });

  asOrdinaryUser('those of others', async () => {
    const error = await leavesNothing(() => foreign.run('true'));
    expect(error).toMatchObject({
      name: 'NamespaceError',
      code: expect.stringMatching(/^(EPERM|ENOENT)$/),
      step: 'user.map',
    });
    expect(error.hint).toBeDefined();
  });

  asOrdinaryUser('a child that never ran its program has not spawned', async () => {
    const child = foreign.spawn('true');
    const events: string[] = [];
    for (const name of ['spawn', 'error', 'exit']) child.on(name, () => events.push(name));
    await new Promise((resolve) => child.once('close', resolve));
    expect(events).toEqual(['error']);
  });

  asOrdinaryUser('its own with setgroups allowed, which newgidmap(1) quietly denies', async () => {
    const box = Namespace.user({ setgroups: 'allow' });
    const outcome = await box.run('cat', ['/proc/self/setgroups']).catch((error) => error);
    if ('exitCode' in outcome) expect(outcome.stdout).toBe('allow\n');
    else expect(outcome).toMatchObject({ name: 'NamespaceError', step: 'user.map' });
  });

  asRoot('those that this user namespace does not have', async () => {
    const code = `
      const { Namespace } = require('linux-namespaces');
      const ids = [{ inside: 0, outside: 4242, length: 1 }];
      Namespace.user({ map: { uid: ids, gid: ids } }).run('true').catch(({ name, code, step, path, hint }) =>
        console.log(JSON.stringify({ name, code, step, path: path.replace(/\\d+/, 'PID'), hint: typeof hint })));`;
    const { stdout, stderr } = await Namespace.user().run(process.execPath, ['-e', code], {
      cwd: process.cwd(),
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      name: 'NamespaceError',
      code: 'EPERM',
      step: 'user.map',
      path: '/proc/PID/uid_map',
      hint: 'string',
    });
  });
});
