import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCommand } from '../../scripts/install-packages.ts'
import { decisionTable } from './promela.ts'
import { MUTANTS, SEARCHES } from './searches.ts'
import { search } from './spin.ts'

const missing = ['spin', 'gcc'].filter((command) => !findCommand(command))
const able = missing.length === 0
const reason = able ? '' : ` (not run: no ${missing.join(', ')})`

it('the model decides by the table that the code has', () => {
  const file = join(import.meta.dirname, 'decision.pml')
  if (process.env['TANDEM_MODEL_WRITE']) writeFileSync(file, decisionTable())
  expect(readFileSync(file, 'utf8')).toBe(decisionTable())
})

describe('lease, log and spool, every run of the model', () => {
  it.skipIf(!able).each(Object.entries(SEARCHES))(
    `%s: nobody acts beside a newer primary, nothing acknowledged is lost, doubled or moved${reason}`,
    (_, bounds) => {
      const { errors, whole, states, text } = search(bounds)
      expect({ errors, whole }, text).toEqual({ errors: 0, whole: true })
      expect(states).toBeGreaterThan(1_000)
    },
  )

  it.skipIf(!able).each(Object.entries(MUTANTS))(
    `finds what goes wrong without a rule: %s${reason}`,
    (mutant, bounds) => {
      const { errors, text } = search({ ...bounds, mutant })
      expect(errors, text).toBe(1)
    },
  )
})
