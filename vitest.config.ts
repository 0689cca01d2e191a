import { defineConfig } from 'vitest/config';

/** Needs nothing but Node. */
const unit = {
  name: 'unit',
  include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
  exclude: ['test/e2e/**', 'test/parity/**', 'test/clients/**', 'test/peers/**'],
  sequence: { groupOrder: 0 },
};

/** Builds out/ if it is old. */
const globalSetup = ['test/e2e/fixtures/global-setup.ts'];

/** Need other programs: nginx, swaks, curl, telnet, Python. */
const peers = {
  name: 'peers',
  include: ['test/parity/**/*.test.ts', 'test/clients/**/*.test.ts', 'test/peers/**/*.test.ts'],
  globalSetup,
  sequence: { groupOrder: 1 },
  maxWorkers: 1,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

/** Need a browser, and the built app: one at a time, so that two cores suffice. */
const e2e = {
  name: 'e2e',
  include: ['test/e2e/**/*.{test,spec}.ts'],
  globalSetup,
  sequence: { groupOrder: 2 },
  maxWorkers: 1,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A window is asked until it says so: a machine with much else to do shows things later, not never.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    testTimeout: 15_000,
    hookTimeout: 30_000,
    projects: [unit, peers, e2e].map((test) => ({ extends: true as const, test })),
  },
});
