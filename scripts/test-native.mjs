// `npm run test:native`: the C++ unit tests, built with sanitizers and run by CTest.
//
//   npm run test:native                           AddressSanitizer and UndefinedBehaviorSanitizer
//   npm run test:native -- --sanitizer=thread     ThreadSanitizer
//   npm run test:native -- --sanitizer=none
//   npm run test:native -- --coverage             counts lines: gcov's files stay in build-cmake/
import { parseArgs } from 'node:util';
import { build } from './support/cmake.mjs';
import { installed, mustWork, runQuietly, totals } from './support/run.mjs';

const { values } = parseArgs({
  options: {
    sanitizer: { type: 'string', default: 'address,undefined' },
    coverage: { type: 'boolean', default: false },
  },
});

if (installed('cmake')) {
  process.exitCode = buildAndTest();
} else {
  console.error('test:native: cmake is not installed: the native unit tests did not run');
  process.exitCode = mustWork ? 1 : 0;
}

function buildAndTest() {
  const sanitizer = values.sanitizer === 'none' ? '' : values.sanitizer;
  const name = ['native', ...sanitizer.split(',').filter(Boolean), values.coverage && 'coverage'];
  const folder = build(name.filter(Boolean).join('-'), {
    LNS_SANITIZER: sanitizer,
    LNS_COVERAGE: values.coverage ? 'ON' : 'OFF',
  });
  const args = ['--test-dir', folder, '--output-on-failure', '--no-tests=error'];
  const { code, stdout } = runQuietly('ctest', args);
  const [, failed, all] = /, (\d+) tests failed out of (\d+)/.exec(stdout) ?? [];
  if (all === undefined) return code || 1;
  if (code === 0) console.log(stdout.trim());
  console.log(totals({ passed: all - failed, failed: Number(failed), skipped: 0 }));
  return code;
}
