import type { Interaction } from '#kernel/interaction'
import { PARK_SLOTS } from './limits.ts'
import type { CentreState } from './state.ts'

/** The call that is parked under a number. */
export function parkedUnder(state: Pick<CentreState, 'interactions'>, slot: string): Interaction | undefined {
  if (!PARK_SLOTS.includes(slot)) return undefined
  for (const interaction of state.interactions.values()) {
    if (interaction.phase.state === 'held' && interaction.phase.parked?.slot === slot) return interaction
  }
  return undefined
}
