import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Mount, Namespace } from '../lib/index';
import { asOrdinaryUser, asRoot } from './support/needs';
import { output, permitted, rejection, shell, temporaryFolder } from './support/script';

const file = temporaryFolder();

beforeAll(() => {
  for (const folder of ['source', 'source/sub', 'target', 'empty']) mkdirSync(file(folder));
  writeFileSync(file('source/file'), 'content');
  writeFileSync(file('other'), 'other');
});

const mounted = (...mounts: Mount[]) => permitted(Namespace.mount(mounts));

/** The options of the mount on `target`, as inside. */
async function attributes(target: string, ...mounts: Mount[]): Promise<string[]> {
  const table = await output(mounted(...mounts), 'cat', ['/proc/self/mountinfo']);
  const lines = table.split('\n').map((line) => line.split(' '));
  const options = lines.findLast(([, , , , point]) => point === target)?.[5] ?? '';
  return options
    .split(',')
    .filter((option) => option !== 'relatime')
    .sort();
}

describe('proc', () => {
  const isolated = (...mounts: Mount[]) =>
    Namespace.compose(Namespace.user(), Namespace.pid(), Namespace.mount(mounts)) as Namespace;
  const processes = 'ls -d /proc/[0-9]*';

  test('shows the processes inside, and no others', async () => {
    expect(await shell(isolated(Mount.proc()), `exec ${processes}`)).toBe('/proc/1');
  });

  test('at another place', async () => {
    const listing = await output(isolated(Mount.proc(file('empty'))), 'ls', [file('empty')]);
    expect(listing.split('\n').filter((name) => /^\d+$/.test(name))).toEqual(['1']);
  });

  test('what changes the machine is read-only unless asked for', async () => {
    const write = 'cat /proc/sys/user/max_net_namespaces >/proc/sys/user/max_net_namespaces';
    const denied = await isolated(Mount.proc()).run('sh', ['-c', write]);
    expect(denied.stderr).toContain('Read-only file system');
    const folders = ['sys', 'irq', 'bus', 'fs'].filter((name) => existsSync(`/proc/${name}`));
    for (const name of folders) {
      expect(await shell(isolated(Mount.proc()), `grep ' /proc/${name} ' /proc/mounts`)).toMatch(
        / ro,/,
      );
    }
    expect(await shell(isolated(Mount.proc('/proc', { sys: 'writable' })), write)).toBe('');
  });

  test('beside a user namespace it needs a pid namespace', () => {
    const compose = () => Namespace.compose(Namespace.user(), Namespace.mount([Mount.proc()]));
    expect(compose).toThrow(/mounts\[0\].*Namespace\.user\(\).*Namespace\.pid\(\)/);
  });
});

describe('bind', () => {
  test('a folder', async () => {
    const box = mounted(Mount.bind(file('source'), file('target')));
    expect(await shell(box, `cat ${file('target/file')}; echo new >${file('target/new')}`)).toBe(
      'content',
    );
    // One folder under two names: what was written inside is there; the mount is not.
    expect(readdirSync(file('source'))).toContain('new');
    expect(readdirSync(file('target'))).toEqual([]);
  });

  test('a file', async () => {
    const box = mounted(Mount.bind(file('source/file'), file('other')));
    expect(await output(box, 'cat', [file('other')])).toBe('content');
  });

  describe('the mounts beneath', () => {
    const look = () => `ls ${file('target/sub')}`;

    beforeAll(() => writeFileSync(file('source/sub/hidden'), ''));

    test('come along', async () => {
      const box = mounted(
        Mount.tmpfs(file('source/sub')),
        Mount.bind(file('source'), file('target')),
      );
      expect(await shell(box, look())).toBe('');
    });

    asRoot('stay behind when asked to', async () => {
      const bind = Mount.bind(file('source'), file('target'), { recursive: false });
      expect(await shell(mounted(Mount.tmpfs(file('source/sub')), bind), look())).toBe('hidden');
    });

    asOrdinaryUser('cannot stay behind for an ordinary user: they may hide something', async () => {
      const bind = Mount.bind('/', file('target'), { recursive: false });
      expect(await rejection(mounted(bind).run('true'))).toMatchObject({
        code: 'EINVAL',
        step: 'mount.bind',
      });
    });
  });

  test.each(['readonly', 'nosuid', 'nodev', 'noexec'] as const)('%s', async (attribute) => {
    const mount = (options: object) => Mount.bind(file('source'), file('target'), options);
    const without = await attributes(file('target'), mount({ [attribute]: false }));
    const withIt = await attributes(file('target'), mount({ [attribute]: true }));
    expect(withIt).not.toEqual(without);
    const name = attribute === 'readonly' ? 'ro' : attribute;
    expect(without).not.toContain(name);
    expect(withIt).toContain(name);
  });

  test('readonly holds for the mounts beneath, too', async () => {
    const below = Mount.tmpfs(file('source/sub'));
    const bind = (readonly: boolean) => Mount.bind(file('source'), file('target'), { readonly });
    const write = `echo >${file('target/sub/new')}`;
    expect(await shell(mounted(below, bind(false)), write)).toBe('');
    const denied = await mounted(below, bind(true)).run('sh', ['-c', write]);
    expect(denied.stderr).toContain('Read-only file system');
    // The source stays what it was.
    expect(await shell(mounted(below, bind(true)), `echo >${file('source/sub/new')}`)).toBe('');
  });

  test('noexec: nothing is executed', async () => {
    copyFileSync('/bin/true', file('source/program'));
    chmodSync(file('source/program'), 0o755);
    const bind = (noexec: boolean) => Mount.bind(file('source'), file('target'), { noexec });
    expect((await mounted(bind(false)).run(file('target/program'))).exitCode).toBe(0);
    const error = await rejection(mounted(bind(true)).run(file('target/program')));
    expect(error).toMatchObject({ code: 'EACCES', step: 'exec' });
  });

  test.each([
    ['source', () => Mount.bind(file('none'), file('target')), 'open_tree'],
    ['target', () => Mount.bind(file('source'), file('none')), 'move_mount'],
  ])('a %s that is not there', async (which, mount, syscall) => {
    const error = await rejection(mounted(mount()).run('true'));
    const { source: path, target: dest } = mount();
    const hint = expect.stringContaining(which);
    expect(error).toMatchObject({ code: 'ENOENT', step: 'mount.bind', syscall, path, dest, hint });
  });
});

describe('tmpfs', () => {
  const stat = (format: string) => `stat -c ${format} ${file('empty')}`;

  test('empty, for everybody, as /tmp is', async () => {
    const box = mounted(Mount.tmpfs(file('source')));
    expect(await shell(box, `ls ${file('source')}`)).toBe('');
    expect(await shell(mounted(Mount.tmpfs(file('empty'))), stat('%a'))).toBe('1777');
    expect(await shell(mounted(Mount.tmpfs(file('empty'))), `stat -fc %T ${file('empty')}`)).toBe(
      'tmpfs',
    );
  });

  test('mode', async () => {
    const box = mounted(Mount.tmpfs(file('empty'), { mode: 0o750 }));
    expect(await shell(box, stat('%a'))).toBe('750');
  });

  test('size', async () => {
    const write = `head -c 100000 /dev/zero >${file('empty/zeros')}`;
    const box = mounted(Mount.tmpfs(file('empty'), { size: 64 * 1024 }));
    expect((await box.run('sh', ['-c', write])).stderr).toContain('No space left on device');
    expect(await shell(mounted(Mount.tmpfs(file('empty'), { size: 1024 * 1024 })), write)).toBe('');
  });

  test('attributes', async () => {
    expect(await attributes(file('empty'), Mount.tmpfs(file('empty')))).toEqual(['rw']);
    const all = { readonly: true, nosuid: true, nodev: true, noexec: true };
    expect(await attributes(file('empty'), Mount.tmpfs(file('empty'), all))).toEqual([
      ...['nodev', 'noexec', 'nosuid', 'ro'],
    ]);
  });
});
