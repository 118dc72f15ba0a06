// One run of jest: by which Node, in which checkout, as whom; what it counted, what failed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * `scratch` is a folder for the report and the cache: each run has its own, since users and versions of Node would
 * overwrite each other's. `counts` is undefined when jest was asked for something else than a run (--listTests).
 */
export function jest({ node = process.execPath, checkout = root, scratch, user, args }) {
  const report = join(scratch, 'report.json');
  const command = [
    join(checkout, 'node_modules/jest/bin/jest.js'),
    ...['--cacheDirectory', join(scratch, 'cache'), '--json', '--outputFile', report],
    ...args,
  ];
  const code = run(node, command, {
    cwd: checkout,
    // --json prints the report as well; what people read goes to stderr.
    stdio: ['inherit', 'ignore', 'inherit'],
    ...(user && { uid: user.uid, gid: user.gid, env: user.env }),
  });
  return { code, ...read(report) };
}

function read(report) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { failures: [] };
  }
  return { counts: count(result), failures: result.testResults.flatMap(failuresOf) };
}

function count(result) {
  return {
    passed: result.numPassedTests,
    // A file that does not even load has no tests to count, but it failed.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function failuresOf({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${name}\n${message}`];
  return failed.map((test) => `${name}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
}

/** Prints what failed in several runs; for the end of the output, since of a long log only the tail is read. */
export function tellFailures(runs) {
  for (const failure of runs.flatMap(({ failures }) => failures)) {
    console.error(`\nFAILED ${failure}`);
  }
}

/** The sum of several runs. */
export function add(runs) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { counts } of runs) {
    for (const key of Object.keys(sum)) sum[key] += counts?.[key] ?? 0;
  }
  return sum;
}
