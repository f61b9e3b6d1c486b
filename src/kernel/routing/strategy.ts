import { assertNever, type Millis } from '#base'
import type { Strategy, Weights } from '#kernel/config'

/** What an agent is judged by; only what the strategy looks at need be there. */
export interface Parts {
  readonly idleSince: Millis
  readonly proficiency: number
  readonly wish: number
  readonly load: Millis
  readonly offeredAt: Millis
}

const WEIGHTS_DEFAULT: Weights = { skill: 1, wish: 1, idle: 1, load: 1 }

/** One point of proficiency counts before all of the wish, which is a percentage. */
const PROFICIENCY_FIRST = 1_000

/**
 * The place of a free agent by the queue's strategy: the least is chosen. It follows from what stands still while the agent is free, so
 * that those who wait for work can be kept in order: time weighs on all of them alike.
 */
export function strategyKey(strategy: Strategy, parts: Parts, weights: Weights = WEIGHTS_DEFAULT): number {
  switch (strategy) {
    case 'longest-idle':
      return parts.idleSince
    case 'least-loaded':
      return parts.load
    case 'most-skilled':
      return -(parts.proficiency * PROFICIENCY_FIRST + parts.wish)
    case 'round-robin':
      return parts.offeredAt
    case 'weighted':
      return (
        weights.idle * (parts.idleSince / 1_000) +
        weights.load * (parts.load / 60_000) -
        weights.skill * parts.proficiency -
        weights.wish * parts.wish
      )
    default:
      return assertNever(strategy)
  }
}

/** A free agent's place in a line. */
export interface FreeEntry {
  readonly user: string
  /** Preferred skills that it lacks: who has more of them comes first. */
  readonly missing: number
  readonly key: number
  readonly idleSince: Millis
}

/** Whoever is chosen first comes first: preferred skills, then the strategy, then who has been free longest, then the name. */
export function compareFree(a: FreeEntry, b: FreeEntry): number {
  return (
    a.missing - b.missing ||
    a.key - b.key ||
    a.idleSince - b.idleSince ||
    (a.user < b.user ? -1 : a.user > b.user ? 1 : 0)
  )
}
