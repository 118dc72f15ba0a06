// @ts-check
// npm run bench -- [PART...] [--samples N] [--json FILE] [--markdown]
//
// The exit code tells of wrong results only. Figures beyond their limit are printed as such: they are read, not obeyed.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { blocking } from './blocking.mjs';
import { header } from './header.mjs';
import { init } from './init.mjs';
import { join } from './join.mjs';
import { list } from './list.mjs';
import { many } from './many.mjs';
import { peers } from './peers.mjs';
import { holds, print } from './report.mjs';
import { sockets } from './sockets.mjs';
import { start } from './start.mjs';

/** @type {Record<string, (options: { samples: number }) => Promise<import('./report.mjs').Part>>} */
const parts = { start, peers, blocking, init, many, list, join, sockets };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    samples: { type: 'string', default: '300' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});
const samples = Number(values.samples);
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0 || !Number.isInteger(samples) || samples < 1) {
  console.error(
    `usage: npm run bench -- [${Object.keys(parts).join(' | ')}]... [--samples N] [--json FILE] [--markdown]`,
  );
  process.exit(2);
}

// Temporary folders go when the process exits; a signal alone would not let it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(1));

const facts = header();
const lines = Object.entries(facts).map(([name, fact]) =>
  values.markdown ? `- ${name}: ${fact}` : `${name}: ${fact}`,
);
console.log(`${lines.join('\n')}\n`);

/** @type {import('./report.mjs').Part[]} */
const results = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const part = await /** @type {typeof start} */ (parts[name])({ samples });
  results.push(part);
  console.log(print(part, values.markdown));
}

const judged = results.flatMap(({ rows }) => rows).map(holds);
const missed = judged.filter((verdict) => verdict === false).length;
const held = judged.filter((verdict) => verdict === true).length;
console.log(`${held} of ${held + missed} figures hold their limit.`);
if (values.json) {
  writeFileSync(values.json, `${JSON.stringify({ ...facts, samples, parts: results }, null, 2)}\n`);
}
