import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { asRoot, needs } from '../support/needs';
import { facts, outputOf } from './support';

const uid = process.getuid?.() ?? 0;
const owner = uid === 0 ? '100000' : String(uid);

// What the map 'auto' needs of the machine.
function hasSubordinateIds(): boolean {
  const helper = (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, 'newuidmap')));
  const owners = [`${uid}:`, `${nameOf()}:`];
  const listed = ['/etc/subuid', '/etc/subgid'].every(
    (file) =>
      existsSync(file) &&
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => owners.some((start) => line.startsWith(start))),
  );
  return helper && listed;
}

function nameOf(): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}

describe('ownership', () => {
  let output = '';
  beforeAll(async () => {
    output = await outputOf('ownership');
  });

  const wrote =
    /^map: (?<map>.+)\n +inside: +I am (?<me>\d+), and my file belongs to (?<inside>\d+)\n +outside: it belongs to (?<outside>\d+)$/gm;
  const parts = () => [...output.matchAll(wrote)].map(({ groups = {} }) => groups);

  test('what root writes inside belongs to somebody else outside', () => {
    expect(output).toContain(`outside we are uid ${uid}\n`);
    expect(parts()[0]).toMatchObject({
      map: `0 inside is ${owner} outside`,
      me: '0',
      inside: '0',
      outside: owner,
    });
  });

  test('through another map the same file belongs to another', () => {
    const pattern =
      /^map: 5 .*\n +inside: +I am (?<me>\d+), and the same file belongs to (?<seen>\d+)$/m;
    expect(facts(output, pattern)).toEqual({ me: '5', seen: '5' });
  });

  asRoot('a range of ids gives each id inside one of its own outside', () => {
    expect(parts()[1]).toMatchObject({ me: '1', inside: '1', outside: '200001' });
    expect(output).toMatch(/^ +inside: +the first file belongs to 65534, nobody$/m);
  });

  if (uid !== 0) {
    needs(hasSubordinateIds(), 'newuidmap and a line for this user in /etc/subuid')(
      'the subordinate ids are somebody else outside',
      () => {
        const { me, inside, outside } = parts()[1] ?? {};
        expect([me, inside]).toEqual(['1', '1']);
        expect(Number(outside)).toBeGreaterThan(uid);
        expect(output).toMatch(/^ +inside: +the first file belongs to 0$/m);
      },
    );
  }
});
