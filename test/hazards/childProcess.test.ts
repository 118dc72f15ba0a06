// A ChildProcess made by hand: what Node's own constructor and libuv do that is to be avoided, or to be kept.
import { mkdirSync, writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { needs } from '../support/needs';
import { fixture, report, run, temporaryFolder } from './fixtures/programs';

const file = temporaryFolder();

needs('queryObjects' in v8, 'v8.queryObjects')(
  'no native handle is made, nor any other left',
  async () => {
    expect(await report('handles.cjs')).toEqual({ ours: { native: 0, active: 0 }, naive: 200 });
  },
);

test('PATH is that of the child', async () => {
  mkdirSync(file('bin'));
  writeFileSync(file('bin/only-there'), '#!/bin/sh\necho found\n', { mode: 0o755 });
  const PATH = `${file('bin')}:/usr/bin:/bin`;
  expect(await Namespace.none.run('only-there', [], { env: { PATH } })).toMatchObject({
    stdout: 'found\n',
  });
  const own = process.env.PATH;
  try {
    process.env.PATH = PATH;
    await expect(
      Namespace.none.run('only-there', [], { env: { PATH: '/usr/bin:/bin' } }),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    process.env.PATH = own;
  }
});

describe('the permission model', () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';

  /** What each way to start a child ended with. */
  async function outcomes(...flags: string[]): Promise<Record<string, string>> {
    const args = [
      flag,
      '--no-warnings',
      '--allow-fs-read=*',
      '--allow-addons',
      ...flags,
      fixture('permission.cjs'),
    ];
    const { code, stdout, stderr } = await run(process.execPath, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Record<string, string>;
  }

  test('lets nothing of ours start a child that it denies', async () => {
    const denied = 'ERR_ACCESS_DENIED';
    expect(await outcomes()).toEqual({
      spawn: denied,
      fork: denied,
      run: denied,
      probe: denied,
      clone: denied,
    });
  });

  test('lets us start what it allows', async () => {
    const started = 'started';
    expect(await outcomes('--allow-child-process')).toMatchObject({
      spawn: started,
      run: started,
      clone: started,
    });
  });
});
