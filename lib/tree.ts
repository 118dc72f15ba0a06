import { list, type NamespaceEntry } from './list';

/** A user or pid namespace in a {@link NamespaceTree}. */
export interface NamespaceNode {
  readonly entry: NamespaceEntry;
  /** Those whose parent it is. */
  readonly children: readonly NamespaceNode[];
  /** Of a user namespace: those of the other types that it owns. */
  readonly owned: readonly NamespaceEntry[];
}

/** The hierarchies of user and of pid namespaces, as {@link Namespace.tree} saw them. */
export class NamespaceTree {
  /** Those without a parent that this process sees; user before pid. */
  readonly roots: readonly NamespaceNode[];

  /** @internal It comes from {@link Namespace.tree}. */
  constructor(entries: readonly NamespaceEntry[]) {
    this.roots = Object.freeze([...forest(entries, 'user'), ...forest(entries, 'pid')]);
    Object.freeze(this);
  }

  /** A line for each namespace, with branches. Characters that would steer a terminal are written as numbers. */
  toString(): string {
    return this.roots.flatMap(linesOf).join('\n');
  }

  /**
   * A flowchart in Mermaid's language: lines from parents to children, and dotted ones from a user namespace to the pid
   * namespaces that it owns.
   */
  toMermaid(): string {
    const nodes = this.roots.flatMap(withDescendants);
    const boxes = nodes.map(({ entry, owned }) => `${keyOf(entry)}["${labelOf(entry, owned)}"]`);
    const lines = nodes.flatMap(({ entry, children, owned }) => [
      ...children.map((child) => `${keyOf(entry)} --> ${keyOf(child.entry)}`),
      ...owned
        .filter(({ type }) => type === 'pid')
        .map((pid) => `${keyOf(entry)} -. owns .-> ${keyOf(pid)}`),
    ]);
    return ['flowchart TD', ...[...boxes, ...lines].map((line) => `  ${line}`)].join('\n');
  }
}

export async function tree(): Promise<NamespaceTree> {
  return new NamespaceTree(await list());
}

interface GrowingNode extends NamespaceNode {
  readonly children: NamespaceNode[];
  readonly owned: NamespaceEntry[];
}

function forest(entries: readonly NamespaceEntry[], type: 'user' | 'pid'): NamespaceNode[] {
  const nodes = new Map<bigint | undefined, GrowingNode>();
  for (const entry of entries)
    if (entry.type === type) nodes.set(entry.id, { entry, children: [], owned: [] });
  const roots: NamespaceNode[] = [];
  for (const node of nodes.values()) (nodes.get(node.entry.parent)?.children ?? roots).push(node);
  if (type === 'user')
    for (const entry of entries)
      if (entry.type !== 'user') nodes.get(entry.owner)?.owned.push(entry);
  for (const node of nodes.values()) {
    Object.freeze(node.children);
    Object.freeze(node.owned);
    Object.freeze(node);
  }
  return roots;
}

function withDescendants(node: NamespaceNode): readonly NamespaceNode[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

function linesOf(node: NamespaceNode): readonly string[] {
  const { entry, children, owned } = node;
  const facts = [processesOf(entry), ...ownsOf(owned), ...pinsOf(entry)].join(', ');
  const line = [`${entry.type} ${entry.id} (${facts})`, ...programOf(entry)].join(' ');
  const below = children.flatMap((child, index) => {
    const [branch, trunk] = index < children.length - 1 ? ['├─ ', '│  '] : ['└─ ', '   '];
    return linesOf(child).map((text, row) => `${row === 0 ? branch : trunk}${text}`);
  });
  return [line, ...below];
}

// The type is part of it: Mermaid takes a bare number for another thing in some places.
function keyOf({ type, id }: NamespaceEntry): string {
  return `${type}${id}`;
}

function labelOf(entry: NamespaceEntry, owned: readonly NamespaceEntry[]): string {
  const rows = [
    `${entry.type} ${entry.id}`,
    processesOf(entry),
    ...ownsOf(owned),
    ...pinsOf(entry),
  ];
  return [...rows, ...programOf(entry)].map(quoted).join('<br>');
}

function processesOf({ processes }: NamespaceEntry): string {
  return `${processes === 0 ? 'no' : processes} ${processes === 1 ? 'process' : 'processes'}`;
}

function ownsOf({ length }: readonly NamespaceEntry[]): readonly string[] {
  return length === 0 ? [] : [`owns ${length} ${length === 1 ? 'other' : 'others'}`];
}

function pinsOf({ pins }: NamespaceEntry): readonly string[] {
  return pins.map((path) => `pinned to ${visible(path)}`);
}

function programOf({ pid, command }: NamespaceEntry): readonly string[] {
  return pid === undefined || command === undefined
    ? []
    : [`${pid} ${shortened(visible(command))}`];
}

const mostCharacters = 60;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > mostCharacters
    ? `${characters.slice(0, mostCharacters - 1).join('')}…`
    : text;
}

// A process writes into its command what it likes, also what moves a terminal's cursor or turns a line's direction.
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

// Mermaid's way to write any character that could mean something to it: by its number.
function quoted(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
