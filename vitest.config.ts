import { defineConfig } from 'vitest/config'

/** Unit tests stand beside the code; tests that need other people's servers stand under test/ and run by their own names. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    // Names a folder for the run's PostgreSQL, which only tests that need one start.
    globalSetup: ['test/contract/cluster.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for real sockets and servers: two files at once use what one leaves idle, also on two processors.
    maxWorkers: 2,
  },
})
