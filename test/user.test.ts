import { chmodSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Namespace, NamespaceError, type UserOptions } from '../lib/index';
import { asOrdinaryUser, asRoot } from './support/needs';
import { output, rejection, script, shell, temporaryFolder } from './support/script';

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const ids = 'echo $(id -u) $(id -g)';

/** `uid_map` or `gid_map` inside, a list of three numbers each. */
async function maps(options: UserOptions): Promise<{ uid: number[][]; gid: number[][] }> {
  const text = await shell(
    Namespace.user(options),
    'cat /proc/self/uid_map; echo; cat /proc/self/gid_map',
  );
  const [uid = [], gid = []] = text
    .split('\n\n')
    .map((map) => map.split('\n').map((line) => line.trim().split(/\s+/).map(Number)));
  return { uid, gid };
}

/** Ids of others that only root may map. */
const others = {
  uid: [
    { inside: 0, outside: 300_000, length: 1 },
    { inside: 1, outside: 400_000, length: 10 },
    { inside: 1000, outside: 500_000, length: 1 },
  ],
  gid: [{ inside: 0, outside: 300_000, length: 2000 }],
};

describe('map', () => {
  test("the default is 'root': 0 inside is the caller outside", async () => {
    expect(await maps({})).toEqual({ uid: [[0, own.uid, 1]], gid: [[0, own.gid, 1]] });
    expect(await maps({ map: 'root' })).toEqual(await maps({}));
    expect(await shell(Namespace.user(), ids)).toBe('0 0');
  });

  test("'self': the same ids on both sides", async () => {
    expect(await maps({ map: 'self' })).toEqual({
      uid: [[own.uid, own.uid, 1]],
      gid: [[own.gid, own.gid, 1]],
    });
    expect(await shell(Namespace.user({ map: 'self' }), ids)).toBe(`${own.uid} ${own.gid}`);
  });

  test('one explicit range: the caller under any number', async () => {
    const map = {
      uid: [{ inside: 1234, outside: own.uid, length: 1 }],
      gid: [{ inside: 4321, outside: own.gid, length: 1 }],
    };
    expect(await maps({ map })).toEqual({
      uid: [[1234, own.uid, 1]],
      gid: [[4321, own.gid, 1]],
    });
    expect(await shell(Namespace.user({ map }), ids)).toBe('1234 4321');
  });

  asRoot('many ranges', async () => {
    expect(await maps({ map: others })).toEqual({
      uid: [
        [0, 300_000, 1],
        [1, 400_000, 10],
        [1000, 500_000, 1],
      ],
      gid: [[0, 300_000, 2000]],
    });
  });

  asRoot('as many ranges as the kernel takes', async () => {
    const uid = Array.from({ length: 340 }, (_, i) => ({ inside: i, outside: 2 * i, length: 1 }));
    const seen = await maps({ map: { uid, gid: others.gid } });
    expect(seen.uid).toEqual(uid.map(({ inside, outside }) => [inside, outside, 1]));
  });

  asOrdinaryUser('ranges that nobody granted are an error', async () => {
    const error = await rejection(Namespace.user({ map: others }).run('true'));
    expect(error).toBeInstanceOf(NamespaceError);
    expect(error).toMatchObject({ step: 'user.map', path: 'newuidmap' });
    expect(error).toHaveProperty('hint', expect.stringContaining('/etc/subuid'));
  });
});

describe('who the program runs as', () => {
  const file = temporaryFolder();

  asRoot('root, where the caller is nobody inside and there is a root', async () => {
    expect(await shell(Namespace.user({ map: others }), ids)).toBe('0 0');
  });

  asRoot('the first of the map, where there is no root either', async () => {
    const map = {
      uid: [{ inside: 7, outside: 300_000, length: 5 }],
      gid: [{ inside: 8, outside: 300_000, length: 5 }],
    };
    expect(await shell(Namespace.user({ map }), ids)).toBe('7 8');
  });

  asRoot('whom the options say', async () => {
    expect(await shell(Namespace.user({ map: others, uid: 5, gid: 6 }), ids)).toBe('5 6');
  });

  asRoot("whom spawn's options say, as numbers inside, before all others", async () => {
    const box = Namespace.user({ map: others, uid: 5, gid: 6 });
    expect(await output(box, 'sh', ['-c', ids], { uid: 1000, gid: 9 })).toBe('1000 9');
  });

  asRoot('outside, it is the other side of the map', async () => {
    chmodSync(file(), 0o777);
    const box = Namespace.user({ map: others, uid: 5, gid: 6 });
    await shell(box, `echo >${file('made')}`);
    expect(statSync(file('made'))).toMatchObject({ uid: 400_004, gid: 300_006 });
  });

  test('an id that the map has not is an error that names both', async () => {
    const error = await rejection(Namespace.user({ map: 'root' }).run('true', [], { uid: 77 }));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    expect(error.message).toMatch(/'options\.uid'.*Namespace\.user\(\).*77/);
  });
});

describe('setgroups', () => {
  const call =
    "try { process.setgroups([0]); console.log('called') } catch (e) { console.log(e.code) }";

  /** What proc says, and what a call says. */
  async function setgroups(options: UserOptions): Promise<string[]> {
    const box = Namespace.user(options);
    const said = await shell(box, 'cat /proc/self/setgroups');
    return [said, await output(box, process.execPath, ['-e', call])];
  }

  test('denied by default, where the caller maps itself alone', async () => {
    expect(await setgroups({})).toEqual(['deny', 'EPERM']);
    expect(await setgroups({ map: 'self' })).toEqual(['deny', 'EPERM']);
    const map = {
      uid: [{ inside: 0, outside: own.uid, length: 1 }],
      gid: [{ inside: 0, outside: own.gid, length: 1 }],
    };
    expect(await setgroups({ map })).toEqual(['deny', 'EPERM']);
  });

  asRoot('allowed by default for other maps', async () => {
    expect(await setgroups({ map: others })).toEqual(['allow', 'called']);
  });

  asRoot('as the options say, for each kind of map', async () => {
    expect(await setgroups({ setgroups: 'allow' })).toEqual(['allow', 'called']);
    expect(await setgroups({ map: others, setgroups: 'deny' })).toEqual(['deny', 'EPERM']);
  });

  asRoot("the caller's groups are dropped where they can be", async () => {
    const groups = (setgroups: string) => `
      process.setgroups([300_007]);
      const map = ${JSON.stringify(others)};
      const box = Namespace.user({ map, gid: 6, setgroups: '${setgroups}' });
      console.log((await box.run('id', ['-G'])).stdout.trim());`;
    expect(await script(groups('allow'))).toMatchObject({ stdout: '6\n', stderr: '' });
    expect(await script(groups('deny'))).toMatchObject({ stdout: '6 7\n', stderr: '' });
  });

  asOrdinaryUser('an ordinary user cannot allow it', async () => {
    const error = await rejection(Namespace.user({ setgroups: 'allow' }).run('true'));
    expect(error).toMatchObject({ name: 'NamespaceError', step: 'user.map' });
  });
});

describe('capabilities', () => {
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  const all = ((1n << BigInt(last + 1)) - 1n).toString(16).padStart(16, '0');
  const none = '0'.repeat(16);

  async function capabilities(options: UserOptions): Promise<Record<string, string>> {
    const lines = await shell(Namespace.user(options), 'grep ^Cap /proc/self/status');
    return Object.fromEntries(lines.split('\n').map((line) => line.split(':\t')));
  }

  test('all for 0, and none that an exec would pass on to others', async () => {
    const expected = { CapInh: none, CapPrm: all, CapEff: all, CapBnd: all, CapAmb: none };
    expect(await capabilities({})).toEqual(expected);
  });

  test('none for everybody else', async () => {
    const map = {
      uid: [{ inside: 5, outside: own.uid, length: 1 }],
      gid: [{ inside: 0, outside: own.gid, length: 1 }],
    };
    const expected = { CapInh: none, CapPrm: none, CapEff: none, CapBnd: all, CapAmb: none };
    expect(await capabilities({ map })).toEqual(expected);
  });

  asRoot('none for whom the program is to run as, either', async () => {
    const expected = { CapInh: none, CapPrm: none, CapEff: none, CapBnd: all, CapAmb: none };
    expect(await capabilities({ map: others, uid: 5 })).toEqual(expected);
  });
});
