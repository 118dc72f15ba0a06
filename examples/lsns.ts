// lsns in a few lines: all namespaces that we see, as a table; with --tree, who is inside whom.
import { Namespace, type NamespaceEntry } from 'linux-namespaces';

const columns: Record<string, (entry: NamespaceEntry) => unknown> = {
  NS: ({ inode }) => inode,
  TYPE: ({ type }) => type,
  NPROCS: ({ processes }) => processes,
  PID: ({ pid }) => pid,
  UID: ({ uid }) => uid,
  OWNER: ({ owner }) => owner,
  ID: ({ id }) => id,
  'COMMAND OR PIN': ({ command, pins }) => command ?? pins[0],
};

// A process writes into its command what it likes: nothing of that shall move our cursor.
const printable = (value: unknown) => String(value ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '?');

async function main(): Promise<void> {
  if (process.argv.includes('--tree')) {
    console.log(String(await Namespace.tree()));
    return;
  }
  const entries = await Namespace.list();
  const rows = [
    Object.keys(columns),
    ...entries.map((entry) => Object.values(columns).map((cell) => printable(cell(entry)))),
  ];
  const widths = Object.keys(columns).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  // Numbers to the right, words to the left; a terminal's line takes no more than it can show.
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^\d*$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(' ')
      .slice(0, process.stdout.columns)
      .trimEnd();
  for (const row of rows) console.log(line(row));
}

void main();
