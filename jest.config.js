/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Copies of the package (a packed tarball, a build folder) must not be taken for modules of ours.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/build-cmake/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', explicitResourceManagement: true },
        },
      },
    ],
  },
  // A child in new namespaces takes milliseconds; two busy cores can make seconds of them.
  testTimeout: 30_000,
  maxWorkers: '100%',
  collectCoverageFrom: ['lib/**/*.ts'],
};
