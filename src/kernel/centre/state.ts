import type { Agent } from '#kernel/agent'
import type { Configuration } from '#kernel/config'
import type { Interaction, InteractionId } from '#kernel/interaction'

/** The fold of every centre event. Maps are changed in place by `evolve` alone; what they hold is never changed, only replaced. */
export interface CentreState {
  readonly configuration: Configuration
  readonly interactions: ReadonlyMap<InteractionId, Interaction>
  readonly agents: ReadonlyMap<string, Agent>
}
