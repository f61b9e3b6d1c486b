import type { Millis } from '#base'

/** Why an agent was chosen (promise 4): the inputs of the decision, enough to make it again. Lists are cut at 20; the counts are whole. */
export interface RoutingDecision {
  readonly strategy: 'longest-idle' | 'direct'
  readonly queue?: string
  readonly skills: Readonly<Record<string, number>>
  readonly at: Millis
  /** How long the interaction had waited. */
  readonly waitedMs: number
  readonly chosen: string
  /** Free agents who fit, best first, with the parts of their score. */
  readonly candidates: readonly { readonly user: string; readonly idleMs: number; readonly proficiency: number }[]
  readonly candidatesCount: number
  /** Agents who were passed over, with the reason. */
  readonly passedOver: readonly { readonly user: string; readonly reason: string }[]
  readonly passedOverCount: number
}
