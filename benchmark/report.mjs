// @ts-check
// What a part hands back, and how it looks in a terminal, in docs/performance.md and as data.

/** @typedef {import('./statistics.mjs').Spread} Spread */

/**
 * One figure. `value` stands in place of a spread for what is counted once (bytes, threads).
 * @typedef {object} Row
 * @property {string} figure
 * @property {'ms' | 'times' | 'bytes' | 'count'} unit
 * @property {Spread} [spread]
 * @property {number} [value]
 * @property {number} [limit] the median (or the value) may be at most this
 * @property {string} [note]
 */

/** @typedef {{ name: string, title: string, rows: Row[], notes: string[] }} Part */

/** @param {Row} row */
export function holds(row) {
  return row.limit === undefined
    ? undefined
    : (row.spread?.median ?? row.value ?? Number.NaN) <= row.limit;
}

/**
 * @param {number | null | undefined} value
 * @param {Row['unit']} unit
 */
function format(value, unit) {
  if (value === null || value === undefined) return '';
  if (unit === 'ms') return `${value.toFixed(value < 10 ? 3 : 1)} ms`;
  if (unit === 'times') return `${value.toFixed(2)} x`;
  if (unit === 'bytes') return `${(value / 1024).toFixed(1)} KB`;
  return String(Number(value.toFixed(2)));
}

/** @param {Row} row */
function cells(row) {
  const verdict = holds(row);
  return [
    row.figure,
    format(row.spread?.median ?? row.value, row.unit),
    format(row.spread?.p10, row.unit),
    format(row.spread?.p90, row.unit),
    format(row.spread?.p99, row.unit),
    row.spread ? String(row.spread.n) : '',
    row.limit === undefined ? '' : `at most ${format(row.limit, row.unit)}`,
    [verdict === undefined ? '' : verdict ? 'holds' : 'MISSED', row.note ?? '']
      .filter(Boolean)
      .join('; '),
  ];
}

const head = ['figure', 'median', 'p10', 'p90', 'p99', 'n', 'limit', ''];

/**
 * The same grid serves both: a Markdown table whose columns are padded reads well in a terminal, too.
 * @param {Part} part
 */
function grid(part) {
  const lines = [head, ...part.rows.map(cells)];
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [head, rule, ...lines.slice(1)].map(
    (line) =>
      `| ${line.map((cell, column) => (column === 0 || column === 7 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`,
  );
}

/**
 * @param {Part} part
 * @param {boolean} markdown
 */
export function print(part, markdown) {
  const title = `${part.name}: ${part.title}`;
  const notes = part.notes.map((note) => `- ${note}`);
  const gap = notes.length > 0 ? [''] : [];
  return [markdown ? `### ${title}` : title, '', ...grid(part), ...gap, ...notes, ''].join('\n');
}
