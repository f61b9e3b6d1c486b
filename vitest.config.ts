import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test-order.ts'

/** Unit tests stand beside the code; tests that need other people's servers stand under test/ and run by their own names. */
export default defineConfig({
  resolve: {
    // Properties are tried with the same cases in every run.
    alias: [{ find: /^fast-check$/, replacement: fileURLToPath(new URL('test/kit/properties.ts', import.meta.url)) }],
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    setupFiles: ['test/kit/last-words.ts'],
    // Names a folder for the run's PostgreSQL, which only tests that need one start.
    globalSetup: ['test/contract/cluster.ts'],
    // A limit only says that something hangs: the slowest machine that runs these takes five times as long as a developer's.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // One second unless told: a processor that others use is away for longer.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Many tests wait for real sockets and servers: two files at once use what one leaves idle, also on two processors.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
