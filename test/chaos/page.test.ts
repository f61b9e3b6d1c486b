import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { failurePage } from './page.ts'
import { readResults } from './results.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

it("the page of failure behaviour says what the suite's results say (node test/chaos/page.ts writes it)", () => {
  const page = readFileSync(join(ROOT, 'docs/operations/failure-behaviour.md'), 'utf8')
  expect(page).toBe(failurePage(page, readResults()))
  expect(failurePage(page, { faults: {}, mutants: {} })).not.toBe(page)
})
