import { describe, expect, it } from 'vitest'
import { configurations, liveTable } from './figure-tables.ts'
import { NaiveFigures } from './naive-figures.ts'
import { RoutingWalk } from './routing-walk.ts'
import { liveADay } from './simulation.ts'
import { SIMULATION_SEED } from './walks.ts'

const SEED = SIMULATION_SEED
const CALLS = Math.ceil(Number(process.env['TANDEM_SIMULATION_CALLS'] ?? 1_500) / 3)

describe('figures of a day in the demo centre with lost messages and crashes', () => {
  it.each([3, 2_027, SEED])(
    'STA-02 STA-03 are those that a slow reader of the log works out, and crashes change none (seed %i)',
    { timeout: 600_000 },
    (seed) => {
      const { world } = liveADay({ seed, calls: CALLS })
      const naive = new NaiveFigures(world.log, configurations(world.log), world.now).table()
      expect(liveTable(world.head, world.now), `TANDEM_SIMULATION_SEED=${seed}`).toEqual(naive)
      expect(liveTable(world.backup, world.now)).toEqual(naive)
      for (const what of ['queue support', 'queue sales', 'skill support', 'line 1001', 'agent agent1']) {
        expect(
          Object.keys(naive).some((key) => key.startsWith(what)),
          what,
        ).toBe(true)
      }
    },
  )
})

describe('figures of a centre that uses everything that routing can', () => {
  it.each([1, 2, 3, 4, 5, 6])('STA-02 STA-03 are those that a slow reader of the log works out (walk %i)', (seed) => {
    const { world } = new RoutingWalk(seed).run(1_000)
    const naive = new NaiveFigures(world.log, configurations(world.log), world.now).table()
    expect(liveTable(world.head, world.now)).toEqual(naive)
    expect(Object.keys(naive).some((key) => key.includes(' handled:') && !key.endsWith(':voice'))).toBe(true)
  })
})
