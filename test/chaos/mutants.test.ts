/** The planted bugs still have their places: one whose code has moved on would prove nothing. `npm run chaos -- --mutants` runs them. */
import { describe, expect, it } from 'vitest'
import { CHECKERS } from './checkers/index.ts'
import { FAULTS } from './faults/index.ts'
import { MUTANTS } from './mutants.ts'
import { whyNotPlantable } from './mutate.ts'

/** What the failure plan asks for. */
const MUTANTS_MIN = 15

describe('planted bugs', () => {
  it('are enough, and each has a name of its own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
    expect(MUTANTS.length).toBeGreaterThanOrEqual(MUTANTS_MIN)
  })

  it.each(MUTANTS)('$name can be planted, under a fault and for checkers that there are', (mutant) => {
    expect(whyNotPlantable(mutant)).toBeUndefined()
    expect(Object.keys(FAULTS)).toContain(mutant.fault)
    expect([...Object.keys(CHECKERS), 'harness']).toEqual(expect.arrayContaining([...mutant.caughtBy]))
  })
})
