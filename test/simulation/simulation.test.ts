import { describe, expect, it } from 'vitest'
import { simulate } from './simulation.ts'
import { SIMULATION_SEED } from './walks.ts'

/** A few seconds' worth on a slow machine; `TANDEM_SIMULATION_CALLS=100000` for a night. */
const CALLS = Number(process.env['TANDEM_SIMULATION_CALLS'] ?? 1_500)

const SEED = SIMULATION_SEED

describe('a day in the demo centre with lost messages and crashes', () => {
  it.each([1, 2_026, SEED])('keeps promises 2, 3, 6 and 12 (seed %i)', { timeout: 600_000 }, (seed) => {
    const calls = Math.ceil(CALLS / 3)
    try {
      const report = simulate({ seed, calls })
      expect(report.calls).toBe(calls)
      expect(report.answered).toBeGreaterThan(calls / 4)
      expect(report.crashes).toBeGreaterThan(0)
    } catch (error) {
      console.error(`TANDEM_SIMULATION_SEED=${seed} TANDEM_SIMULATION_CALLS=${CALLS}`)
      throw error
    }
  })

  it('lives the same day again from the same seed', () => {
    expect(simulate({ seed: 7, calls: 40 })).toEqual(simulate({ seed: 7, calls: 40 }))
  })
})
