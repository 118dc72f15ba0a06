import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import {
  output,
  permitted,
  rejection,
  script,
  scriptInside,
  shell,
  temporaryFolder,
} from './support/script';

const file = temporaryFolder();

beforeAll(() => {
  for (const folder of ['source', 'source/sub', 'target']) mkdirSync(file(folder));
  writeFileSync(file('source/file'), 'content');
});

const mounted = (...mounts: Mount[]) => permitted(Namespace.mount(mounts));

describe('order', () => {
  const bind = () => Mount.bind(file('source'), file('target'));
  const inside = () => Mount.tmpfs(file('target/sub'));

  test('each operation sees what those before it made', async () => {
    const look = `ls ${file('target')} ${file('target/sub')}`;
    const box = mounted(bind(), inside());
    expect(await shell(box, `touch ${file('target/sub/new')}; ${look}`)).toContain('file\nsub\n');
    expect(readdirSync(file('source/sub'))).toEqual([]);
  });

  test('and not what those behind it will make', async () => {
    const error = await rejection(mounted(inside(), bind()).run('true'));
    expect(error).toMatchObject({ code: 'ENOENT', step: 'mount.tmpfs', path: file('target/sub') });
  });

  test('of two on one place the last is seen', async () => {
    const look = `ls ${file('target')}`;
    expect(await shell(mounted(Mount.tmpfs(file('target')), bind()), look)).toBe('file\nsub');
    expect(await shell(mounted(bind(), Mount.tmpfs(file('target'))), look)).toBe('');
  });
});

test('nothing of it is seen outside', async () => {
  const table = () => readFileSync('/proc/self/mountinfo', 'utf8');
  const before = table();
  const box = mounted(Mount.tmpfs(file('target')), Mount.bind(file('source'), file('target')));
  const child = box.spawn('sh', ['-c', 'ls "$1"; read line', 'sh', file('target')]);
  expect(String((await once(child.stdout as Readable, 'data'))[0])).toBe('file\nsub\n');
  expect(table()).toBe(before);
  expect(readdirSync(file('target'))).toEqual([]);
  child.stdin?.end();
  await once(child, 'close');
});

describe('propagation', () => {
  /** What mountinfo says of `/` in a namespace inside one whose tree is shared. */
  async function kind(options: string): Promise<string> {
    const outer = permitted(Namespace.mount({ propagation: 'shared' }));
    const code = `
      const { stdout } = await Namespace.mount(${options}).run('cat', ['/proc/self/mountinfo']);
      const root = stdout.split('\\n').map((line) => line.split(' ')).find((words) => words[4] === '/');
      console.log(root.slice(6, root.indexOf('-')).map((word) => word.split(':')[0]).sort().join(' '));`;
    return (await scriptInside(outer, code)).trim();
  }

  test.each([
    ['{}', ''],
    ["{ propagation: 'private' }", ''],
    ["{ propagation: 'slave' }", 'master'],
    ["{ propagation: 'unbindable' }", 'unbindable'],
  ])('%s', async (options, expected) => {
    expect(await kind(options)).toBe(expected);
  });

  test('shared', async () => {
    expect((await kind("{ propagation: 'shared' }")).split(' ')).toContain('shared');
  });

  test.each([
    ['shared', 'inside'],
    ['slave', ''],
    ['private', ''],
  ])('a mount in a %s tree, as the namespace around it sees it', async (propagation, seen) => {
    const outer = permitted(Namespace.mount({ propagation: 'shared' }));
    const target = JSON.stringify(file('target'));
    const code = `
      const mounts = [Mount.tmpfs(${target})];
      const inner = Namespace.mount({ mounts, propagation: '${propagation}' });
      const { stdout } = await inner.run('sh', ['-ec', 'touch "$1"/inside; ls "$1"', 'sh', ${target}]);
      if (stdout !== 'inside\\n') throw new Error(stdout);
      console.log(require('node:fs').readdirSync(${target}).join());`;
    expect(await scriptInside(outer, code)).toBe(`${seen}\n`);
  });
});

describe('the working directory', () => {
  const bind = () => Mount.bind(file('source'), file('target'));

  test('is looked up when the mounts are there', async () => {
    const box = mounted(bind());
    expect(await output(box, 'pwd', ['-P'], { cwd: file('target/sub') })).toBe(file('target/sub'));
    const error = await rejection(box.run('true', [], { cwd: file('target/none') }));
    expect(error).toMatchObject({
      code: 'ENOENT',
      step: 'process.cwd',
      syscall: 'chdir',
      path: file('target/none'),
    });
  });

  test("the caller's own is entered anew: not what lies beneath a mount", async () => {
    const code = `
      process.chdir(${JSON.stringify(file('target'))});
      const box = Namespace.compose(Namespace.user(), Namespace.mount([
        Mount.bind(${JSON.stringify(file('source'))}, process.cwd())]));
      console.log((await box.run('ls')).stdout);`;
    expect(await script(code)).toMatchObject({ code: 0, stdout: 'file\nsub\n\n' });
  });
});
