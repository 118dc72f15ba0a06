import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { Mount, Namespace, type NamespaceEntry, type NamespaceType } from '../lib/index';
import { needs } from './support/needs';
import { ended, nodeArguments, permitted, script, scriptInside } from './support/script';
import { inWorld } from './support/world';

/** As JSON has it: without what is undefined, and with numbers for bigints. */
interface Entry extends Omit<NamespaceEntry, 'id' | 'inode' | 'owner' | 'parent'> {
  readonly id: number;
  readonly inode: number;
  readonly owner?: number;
  readonly parent?: number;
}

interface Row {
  readonly ns: number;
  readonly type: string;
  readonly nprocs: number;
  readonly pid: number;
  readonly command: string;
  readonly uid: number;
  readonly ons: number;
  readonly pns: number;
}

const types: readonly NamespaceType[] = Namespace.compose(
  Namespace.cgroup(),
  Namespace.ipc(),
  Namespace.mount(),
  Namespace.network(),
  Namespace.pid(),
  Namespace.time(),
  Namespace.user(),
  Namespace.uts(),
).types;

const hasLsns = spawnSync('lsns', ['--version']).status === 0;
const procNames: Record<string, string> = { mount: 'mnt', network: 'net' };

/** What lsns prints of an entry. */
function rowOf(entry: Entry, all: readonly Entry[]): Row {
  const inodeOf = (id: number | undefined) => all.find((one) => one.id === id)?.inode ?? 0;
  return {
    ns: entry.inode,
    type: procNames[entry.type] ?? entry.type,
    nprocs: entry.processes,
    pid: entry.pid ?? 0,
    command: entry.command ?? '',
    uid: entry.uid ?? -1,
    ons: inodeOf(entry.owner),
    pns: inodeOf(entry.parent),
  };
}

needs(hasLsns, 'lsns')('what lsns sees, we see', async () => {
  const { ours, theirs, own } = await inWorld<{ ours: Entry[]; theirs: Row[]; own: number[] }>(`
    const one = { inside: 5, outside: 0, length: 1 };
    const another = Namespace.user({ map: { uid: [one], gid: [one] }, uid: 5, gid: 5 });
    await started(Namespace.compose(another, Namespace.pid(), Namespace.uts()), 'sleep');
    await started(Namespace.compose(Namespace.ipc(), Namespace.network(), Namespace.cgroup(), Namespace.time()), 'sleep');
    await started(Namespace.none, 'sleep', ['', '3 600', 'infinity']);
    await programIn(Namespace.compose(Namespace.user(), Namespace.pid(), Namespace.mount()), \`
      const inner = Namespace.compose(Namespace.user(), Namespace.pid()).spawn('sleep', ['infinity'], { stdio: 'ignore' });
      inner.once('spawn', () => process.send('ready'));
    \`);
    const ours = await Namespace.list();
    const columns = 'NS,TYPE,NPROCS,PID,COMMAND,UID,ONS,PNS';
    const { stdout, stderr } = spawnSync('lsns', ['--json', '--list', '--output', columns], { encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    const own = ${JSON.stringify(types)}.map((type) => Namespace.current(type).inode);
    show({ ours, theirs: JSON.parse(stdout).namespaces, own });
  `);
  // lsns is a process itself, in the namespaces of the script.
  const expected = theirs.map((row) => ({
    ...row,
    command: row.command.trimEnd(),
    nprocs: row.nprocs - (own.includes(row.ns) ? 1 : 0),
  }));
  const seen = ours.map((entry) => rowOf(entry, ours));
  // Of the world, and of the four that were started in it.
  expect(seen).toHaveLength(8 + 3 + 4 + 0 + 3 + 2);
  const byNumber = (first: Row, second: Row) => first.ns - second.ns;
  expect(seen.sort(byNumber)).toEqual(expected.sort(byNumber));
});

test('without a process: one that is pinned, its owner, and the parent of that', async () => {
  const { entries, inodes, user } = await inWorld<{
    entries: Entry[];
    inodes: { user: number; uts: number };
    user: number;
  }>(`
    const unshare = ['--user', '--map-root-user'];
    const args = [...unshare, 'unshare', ...unshare, '--uts', 'sh', '-c', 'echo; exec sleep infinity'];
    const child = await started(Namespace.none, 'unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const handles = await Namespace.of(child);
    const inodes = { user: handles.get('user').inode, uts: handles.get('uts').inode };
    await handles.get('uts').pin('/run/a pin \\\\ with\\ta tab');
    await handles.get('uts').pin('/run/another');
    handles.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    show({ entries: await Namespace.list(), inodes, user: Namespace.current('user').id });
  `);
  const pinned = entries.find(({ inode }) => inode === inodes.uts);
  expect(pinned).toMatchObject({
    type: 'uts',
    processes: 0,
    pins: ['/run/a pin \\ with\ta tab', '/run/another'],
  });
  // JSON leaves out what is undefined.
  expect(Object.keys(pinned ?? {})).toEqual(['type', 'id', 'inode', 'processes', 'owner', 'pins']);
  const owner = entries.find(({ id }) => id === pinned?.owner);
  expect(owner).toMatchObject({ type: 'user', inode: inodes.user, processes: 0, pins: [] });
  const outer = entries.find(({ id }) => id === owner?.parent);
  expect(outer).toMatchObject({ type: 'user', processes: 0, owner: user, parent: user });
});

test('a pin that another mount covers tells of a namespace that is seen, and of no other', async () => {
  const pins = await inWorld<string[][]>(`
    const uts = Namespace.current('uts');
    fs.mkdirSync('/run/pins');
    await uts.pin('/run/pins/own');
    const made = await Namespace.create(Namespace.uts());
    await made.get('uts').pin('/run/pins/other');
    const { status } = spawnSync('mount', ['-t', 'tmpfs', 'none', '/run/pins']);
    if (status !== 0) throw new Error('no mount');
    const above = await Namespace.create(Namespace.uts());
    await above.get('uts').pin('/run/pins/other');
    fs.writeFileSync('/run/pins/own', 'no namespace');
    const found = (await Namespace.list()).filter(({ type }) => type === 'uts');
    show([uts, made.get('uts'), above.get('uts')].map((handle) => found.find(({ id }) => id === handle.id)?.pins ?? null));
  `);
  expect(pins).toEqual([['/run/pins/own'], null, ['/run/pins/other']]);
});

test('the oldest process is the one that started first, whatever its number', async () => {
  const { entry, numbers } = await inWorld<{ entry: Entry; numbers: [number, number] }>(`
    const nextPid = (pid) => fs.writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    nextPid(2000);
    const script = 'read line; sleep infinity & echo $!; wait';
    const parent = await started(Namespace.uts(), 'sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    // Start times are in hundredths of a second since the boot.
    const ticks = () => Math.floor(Number(fs.readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);
    const born = ticks();
    while (ticks() < born + 2) await new Promise(setImmediate);
    nextPid(1000);
    parent.stdin.write('go\\n');
    const [line] = await once(parent.stdout, 'data');
    const child = Number(line);
    while (fs.readFileSync('/proc/' + child + '/comm', 'utf8') !== 'sleep\\n') await new Promise(setImmediate);
    const { id } = await Namespace.of(parent, 'uts');
    show({ entry: (await Namespace.list()).find((one) => one.id === id), numbers: [parent.pid, child] });
  `);
  expect(numbers[0]).toBeGreaterThan(numbers[1]);
  expect(entry.processes).toBe(2);
  expect(entry).toMatchObject({ pid: numbers[0], command: expect.stringMatching(/^sh -c read/) });
});

test('an entry says what a handle says; ours have this process; by type and id', async () => {
  const entries = await Namespace.list();
  for (const type of types) {
    using own = Namespace.current(type);
    const entry = entries.find(({ id }) => id === own.id);
    expect(entry).toMatchObject({ type, inode: own.inode });
    expect(entry?.processes).toBeGreaterThan(0);
  }
  const { compare } = new Intl.Collator('en');
  const sorted = entries.toSorted(
    (one, other) => compare(one.type, other.type) || Number(one.id - other.id),
  );
  expect(entries).toEqual(sorted);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  expect([entries, entries[0], entries[0]?.pins].every(Object.isFrozen)).toBe(true);
});

test('processes that come and go meanwhile do not matter', async () => {
  let over = false;
  const churn = async () => {
    while (!over) await permitted(Namespace.uts()).run('true');
  };
  const churning = [churn(), churn(), churn()];
  const lists = await Promise.all(Array.from({ length: 20 }, () => Namespace.list()));
  over = true;
  await Promise.all(churning);
  expect(lists.every((list) => list.length >= types.length)).toBe(true);
});

test('no proc: an error that says so', async () => {
  const box = permitted(Namespace.mount([Mount.tmpfs('/proc')]));
  const complaint = await scriptInside(
    box,
    'await Namespace.list().catch(({ name, code, step, message }) => console.log(name, code, step, message))',
  );
  expect(complaint).toMatch(/^NamespaceError ENOENT namespace\.open .*a proc .* on \/proc/);
});

test('no descriptor left: an error, and no list that lacks something', async () => {
  const code = `
    const fs = require('node:fs');
    const taken = [];
    await Namespace.list();
    try { for (;;) taken.push(fs.openSync('/')); } catch {}
    // Enough to look at a namespace, and not at its owner besides.
    fs.closeSync(taken.pop());
    const result = await Namespace.list().catch(({ name, code }) => name + ' ' + code);
    for (const fd of taken) fs.closeSync(fd);
    console.log(result);
  `;
  const few = Namespace.none.spawn('sh', [
    '-c',
    'ulimit -n 100; exec "$@"',
    'sh',
    process.execPath,
    ...nodeArguments(code),
  ]);
  expect(await ended(few)).toMatchObject({ stdout: 'NamespaceError EMFILE\n', stderr: '' });
});

test('no descriptor is kept', async () => {
  const { stdout, stderr } = await script(`
    const count = () => require('node:fs').readdirSync('/proc/self/fd').length;
    await Namespace.list();
    const before = count();
    for (let i = 0; i < 3; i++) await Namespace.tree();
    console.log(count() - before);
  `);
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
});
