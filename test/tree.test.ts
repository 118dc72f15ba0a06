import { expect, test } from '@jest/globals';
import { Namespace, type NamespaceEntry, type NamespaceNode } from '../lib/index';
import { NamespaceTree } from '../lib/tree';
import { inWorld } from './support/world';

function entry(given: Partial<NamespaceEntry> & Pick<NamespaceEntry, 'type' | 'id'>) {
  return {
    inode: given.id + 4_026_531_840n,
    processes: 1,
    pid: 7,
    command: 'sleep 1',
    uid: 0,
    owner: undefined,
    parent: undefined,
    pins: [],
    ...given,
  };
}

const none = { processes: 0, pid: undefined, command: undefined, uid: undefined };

const family = [
  entry({ type: 'pid', id: 20n, owner: 1n, processes: 12 }),
  entry({ type: 'pid', id: 21n, owner: 3n, parent: 20n }),
  entry({ type: 'user', id: 1n, processes: 12, pid: 1, command: '/sbin/init' }),
  entry({ type: 'user', id: 2n, owner: 1n, parent: 1n, ...none, pins: ['/run/a b'] }),
  entry({ type: 'user', id: 3n, owner: 2n, parent: 2n }),
  entry({ type: 'user', id: 4n, owner: 1n, parent: 1n }),
  entry({ type: 'uts', id: 30n, owner: 3n }),
  entry({ type: 'uts', id: 31n, owner: 99n }),
];

test('the text has a line for each user and pid namespace', () => {
  expect(String(new NamespaceTree(family))).toBe(
    [
      'user 1 (12 processes, owns 1 other) 1 /sbin/init',
      '├─ user 2 (no processes, pinned to /run/a b)',
      '│  └─ user 3 (1 process, owns 2 others) 7 sleep 1',
      '└─ user 4 (1 process) 7 sleep 1',
      'pid 20 (12 processes) 7 sleep 1',
      '└─ pid 21 (1 process) 7 sleep 1',
    ].join('\n'),
  );
});

test('the flowchart has a box for each, and an arrow for each that has a parent or owns a pid namespace', () => {
  expect(new NamespaceTree(family).toMermaid()).toBe(
    [
      'flowchart TD',
      '  user1["user 1<br>12 processes<br>owns 1 other<br>1 /sbin/init"]',
      '  user2["user 2<br>no processes<br>pinned to /run/a b"]',
      '  user3["user 3<br>1 process<br>owns 2 others<br>7 sleep 1"]',
      '  user4["user 4<br>1 process<br>7 sleep 1"]',
      '  pid20["pid 20<br>12 processes<br>7 sleep 1"]',
      '  pid21["pid 21<br>1 process<br>7 sleep 1"]',
      '  user1 --> user2',
      '  user1 --> user4',
      '  user1 -. owns .-> pid20',
      '  user2 --> user3',
      '  user3 -. owns .-> pid21',
      '  pid20 --> pid21',
    ].join('\n'),
  );
});

test('what a process calls itself moves no cursor, and draws no box', () => {
  const command = '\u001b[2J"]; end["\u202eevil\n#<b>ä😀';
  const tree = new NamespaceTree([entry({ type: 'user', id: 1n, command })]);
  expect(String(tree)).toBe('user 1 (1 process) 7 \\u{1b}[2J"]; end["\\u{202e}evil\\u{a}#<b>ä😀');
  expect(tree.toMermaid().split('\n')[1]).toBe(
    '  user1["user 1<br>1 process<br>7 #92;u#123;1b#125;#91;2J#34;#93;#59; end#91;#34;#92;u#123;202e#125;evil#92;u#123;a#125;#35;#60;b#62;ä#128512;"]',
  );
});

test('a long command is cut', () => {
  const tree = new NamespaceTree([entry({ type: 'user', id: 1n, command: '😀'.repeat(1000) })]);
  expect(String(tree)).toBe(`user 1 (1 process) 7 ${'😀'.repeat(59)}…`);
});

test('its nodes are frozen, with their entries, children and what they own', () => {
  const { roots } = new NamespaceTree(family);
  const [user, pid] = roots;
  expect(roots.map(({ entry: { id } }) => id)).toEqual([1n, 20n]);
  expect(user?.children.map((node) => node.entry.id)).toEqual([2n, 4n]);
  expect(user?.children[0]?.children[0]?.owned.map(({ id }) => id)).toEqual([21n, 30n]);
  expect(user?.owned).toEqual([family[0]]);
  expect(pid?.owned).toEqual([]);
  expect([roots, user, user?.children, user?.owned].every(Object.isFrozen)).toBe(true);
});

test('of the machine: the child of a child is beneath its parent', async () => {
  interface Node {
    entry: { id: number; type: string; processes: number };
    children: Node[];
  }
  const { roots, text } = await inWorld<{ roots: Node[]; text: string }>(`
    await programIn(Namespace.compose(Namespace.user(), Namespace.pid()), \`
      const inner = Namespace.compose(Namespace.user(), Namespace.pid()).spawn('sleep', ['infinity'], { stdio: 'ignore' });
      inner.once('spawn', () => process.send('ready'));
    \`);
    const tree = await Namespace.tree();
    show({ roots: tree.roots, text: tree.toString() });
  `);
  const shape = (node: Node): unknown => [node.entry.type, ...node.children.map(shape)];
  expect(roots.map(shape)).toEqual([
    ['user', ['user', ['user']]],
    ['pid', ['pid', ['pid']]],
  ]);
  expect(text).toMatch(/^ {3}└─ user \d+ \(1 process, owns 1 other\) \d+ sleep infinity$/m);
});

test('each entry of a user or pid namespace is in the tree once', async () => {
  const tree = await Namespace.tree();
  const all = (node: NamespaceNode): readonly NamespaceEntry[] => [
    node.entry,
    ...node.children.flatMap(all),
  ];
  const ids = tree.roots.flatMap(all).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain(Namespace.current('user').id);
  expect(ids).toContain(Namespace.current('pid').id);
});
