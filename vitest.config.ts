import { defineConfig } from 'vitest/config'

/** Unit tests stand beside the code; tests that need other people's servers stand under test/ and run by their own names. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
