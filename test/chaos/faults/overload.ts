import type { World } from '../world.ts'
import type { Fault } from './fault.ts'

/** What this machine is asked to take as usual beside the suite's own callers, in calls a second. */
const USUAL = 30
const TIMES = 3
const FLOOD_MS = 12_000
const USUAL_MS = 6_000

async function flood(world: World): Promise<void> {
  world.note('invoke', 'flood', { rate: USUAL * TIMES, ms: FLOOD_MS })
  await world.flood([
    { rate: USUAL * TIMES, ms: FLOOD_MS },
    { rate: USUAL, ms: USUAL_MS },
  ])
  world.note('ok', 'flood')
  await world.takeover('after the flood')
}

export const OVERLOAD_FAULTS: readonly Fault[] = [
  {
    id: '23',
    name: 'three times too many calls',
    how: `${USUAL * TIMES} calls a second more for ${FLOOD_MS / 1_000} s, then ${USUAL} for ${USUAL_MS / 1_000} s, each to the echo for a second`,
    marks: { mediaGapMs: 0, controlGapMs: 1_000, takeoversMax: 0, refusals: true, pauseMs: 1_000 },
    run: flood,
  },
]
