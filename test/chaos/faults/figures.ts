import type { World } from '../world.ts'
import type { Fault } from './fault.ts'
import { killRole, pausePrimary } from './processes.ts'

/** Between two blows: a process that lived shorter is started again with a delay, and every blow is measured by itself. */
const APART_MS = 6_000
/** The load stands after this. */
const STANDING_MS = 26_000

const CORE_KILLS = 5
const CORE_PAUSES = 2
const EDGE_KILLS = 2
const MEDIA_KILLS = 2

/** The blows of a run that is measured, not only judged. */
export const FIGURES_FAULT: Fault = {
  id: 'figures',
  name: 'blows under the load of the figures',
  measured: true,
  how: `${CORE_KILLS} kills of the primary, ${CORE_PAUSES} stops of it for 4 s, ${EDGE_KILLS} kills of the edge, ${MEDIA_KILLS} of a media process`,
  marks: { mediaGapMs: 2_000, controlGapMs: 10_000, takeoversMax: CORE_KILLS + CORE_PAUSES, pauseMs: 2_000 },
  strikesMs: [STANDING_MS, STANDING_MS],
  async run(world) {
    await killPrimaries(world)
    for (let time = 0; time < CORE_PAUSES; time++) {
      await pausePrimary(world, 4_000)
      await world.wait(APART_MS)
    }
    for (let time = 0; time < EDGE_KILLS; time++) {
      await killRole(world, 'edge')
      await world.wait(APART_MS)
    }
    for (let time = 0; time < MEDIA_KILLS; time++) {
      await killRole(world, 'media')
      await world.wait(APART_MS)
    }
  },
}

/** The kills alone, for whoever wants to know where a takeover's time goes. */
export const KILLS_FAULT: Fault = {
  id: 'kills',
  name: 'kills of the primary under the load of the figures',
  measured: true,
  how: `${CORE_KILLS} kills of the primary`,
  marks: { mediaGapMs: 0, controlGapMs: 10_000, takeoversMax: CORE_KILLS },
  strikesMs: [STANDING_MS, STANDING_MS],
  run: killPrimaries,
}

async function killPrimaries(world: World): Promise<void> {
  for (let time = 0; time < CORE_KILLS; time++) {
    await killRole(world, 'core')
    await world.wait(APART_MS)
  }
}
