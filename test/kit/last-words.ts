/**
 * A setup file of vitest: tells with a failed test what its systems logged, for where tests run nobody may be able to look into their
 * folders afterwards. `scripts/test-reporter.ts` prints it.
 */
import { afterEach, beforeEach } from 'vitest'
import { beginLogs, lastLines } from './system-logs.ts'

declare module 'vitest' {
  interface TaskMeta {
    lastWords?: string
  }
}

beforeEach(beginLogs)
afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return
  const lines = lastLines()
  if (lines.length > 0) task.meta.lastWords = lines.join('\n')
})
