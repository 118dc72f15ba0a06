import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../../lib/index';
import { subordinateRanges } from '../../lib/internal/subordinateIds';
import { needs } from '../support/needs';
import { nodeArguments, temporaryFolder } from '../support/script';

const file = temporaryFolder();

describe('subordinateRanges', () => {
  function parse(content: string, owners = ['1000', 'ada']): unknown {
    writeFileSync(file('subid'), content);
    return subordinateRanges(file('subid'), owners);
  }

  test('the lines of a user, by name and by number, in their order', () => {
    const content = 'bob:1:2\nada:100000:65536\n1000:300000:10\nadam:5:5\n10001:7:7\n';
    expect(parse(content)).toEqual([
      { first: 100_000, length: 65_536 },
      { first: 300_000, length: 10 },
    ]);
  });

  test('spaces, empty lines and a last line without its end', () => {
    expect(parse('\n\n  ada:1:2  \n\nada:5:6')).toEqual([
      { first: 1, length: 2 },
      { first: 5, length: 6 },
    ]);
  });

  test.each([
    'ada',
    'ada:1',
    'ada:x:2',
    'ada:1:y',
    'ada::5',
    'ada:1:0',
    'ada:1:-5',
    'ada:1.5:2',
    '#ada:1:2',
    ':1:2',
  ])('a line that grants nothing: %s', (line) => {
    expect(parse(`${line}\nada:7:8\n`)).toEqual([{ first: 7, length: 8 }]);
  });

  test('no file grants nothing', () => {
    expect(subordinateRanges(file('none'), ['ada'])).toEqual([]);
  });
});

describe("map: 'auto'", () => {
  const root = join(__dirname, '..', '..');
  const found = ['/usr/bin/newuidmap', '/usr/sbin/newuidmap', '/bin/newuidmap'].some(existsSync);
  const files = ['/etc/subuid', '/etc/subgid'].every(existsSync);
  const isRoot = process.getuid?.() === 0;
  const auto = isRoot ? needs(found && files, 'newuidmap and /etc/subuid') : test.skip;

  const ada = { uid: 4242, gid: 4343 };
  const print = `
    const { stdout } = await Namespace.user({ map: 'auto' }).run('sh', ['-ec',
      'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u; id -g']);
    console.log(stdout.trim().replaceAll(/ +/g, ' '));`;

  /** What a script prints as a user of a machine with these files, which are there for it alone. */
  async function onMachine(
    { subuid, subgid = subuid, ids = ada }: { subuid: string; subgid?: string; ids?: object },
    code: string,
  ): Promise<string[]> {
    // The checkout may lie in a folder of root's own.
    mkdirSync(file('checkout'), { recursive: true });
    chmodSync(file(), 0o755);
    const content = {
      passwd: 'root:x:0:0::/:/bin/sh\nada:x:4242:4343::/:/bin/sh\n',
      subuid,
      subgid,
    };
    for (const [name, text] of Object.entries(content)) writeFileSync(file(name), text);
    const machine = Namespace.mount([
      ...Object.keys(content).map((name) => Mount.bind(file(name), `/etc/${name}`)),
      Mount.bind(root, file('checkout'), { readonly: true }),
    ]);
    const program = nodeArguments(code, file('checkout'));
    const { stdout, stderr } = await machine.run(process.execPath, program, { cwd: '/', ...ids });
    expect(stderr).toBe('');
    return stdout.split('\n').map((line) => line.trim());
  }

  auto('0 inside is the caller, then come the subordinate ids', async () => {
    const subuid = 'ada:100000:65536\n';
    expect(await onMachine({ subuid, subgid: 'ada:200000:1000\n' }, print)).toEqual([
      ...['0 4242 1', '1 100000 65536', '0 4343 1', '1 200000 1000'],
      ...['allow', '0', '0', ''],
    ]);
  });

  auto('several ranges, by name and by number', async () => {
    const subuid = 'ada:100000:10\nbob:1:1\n4242:300000:20\n';
    expect((await onMachine({ subuid }, print)).slice(0, 6)).toEqual([
      ...['0 4242 1', '1 100000 10', '11 300000 20'],
      ...['0 4343 1', '1 100000 10', '11 300000 20'],
    ]);
  });

  auto("root's own 0 stays outside", async () => {
    const subuid = 'root:100000:65536\n';
    expect(await onMachine({ subuid, ids: {} }, print)).toEqual([
      ...['0 100000 65536', '0 100000 65536', 'allow', '0', '0', ''],
    ]);
  });

  auto('subordinate ids are there to run as, and groups to drop', async () => {
    const code = `
      const box = Namespace.user({ map: 'auto', uid: 33, gid: 44 });
      console.log((await box.run('id')).stdout);`;
    const [said] = await onMachine({ subuid: 'ada:100000:65536\n' }, code);
    expect(said).toMatch(/^uid=33.* gid=44/);
    expect(said).not.toContain('65534');
  });

  auto.each([
    ['no line for the user', 'bob:100000:65536\n', 'ada:1:1\n', '/etc/subuid'],
    ['no line for the groups', 'ada:100000:65536\n', '', '/etc/subgid'],
  ])('%s: an error that says what to do', async (_, subuid, subgid, path) => {
    const code = `
      const error = await Namespace.user({ map: 'auto' }).run('true').catch((error) => error);
      console.log(JSON.stringify({ name: error.name, ...error }));`;
    const [said = ''] = await onMachine({ subuid, subgid }, code);
    expect(JSON.parse(said)).toMatchObject({
      name: 'NamespaceError',
      step: 'user.map',
      path,
      hint: expect.stringMatching(/4242 or ada.*usermod --add-subuids/),
    });
  });
});
