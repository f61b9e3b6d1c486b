import type { Millis } from '#base'
import { type Agent, hasCapacity } from '#kernel/agent'
import { type Demand, fitsTerms, termsOf, waitingOf } from '#kernel/routing'
import type { CentreState } from './state.ts'

/** Demands that are met with agents, and how long the oldest such pair has stood there: promise 6 says that there is none. */
export interface FreeBesideWaiting {
  readonly demands: number
  readonly worstMs: Millis
}

interface Oldest {
  readonly demand: Demand
  readonly enteredAt: Millis
}

/**
 * Looks for a free, fit agent beside a waiting interaction (promise 6). It goes by interactions, agents and configuration alone, without
 * any of the indexes that routing itself goes by: so it finds what those have wrong. It costs one look at each contact and each agent,
 * and one at each demand for each free agent.
 */
export function freeBesideWaiting(state: CentreState, now: Millis): FreeBesideWaiting {
  const oldest = new Map<string, Oldest>()
  for (const interaction of state.interactions.values()) {
    const waiting = waitingOf(interaction)
    if (!waiting) continue
    const { key, demand, entry } = waiting
    const known = oldest.get(key)
    if (!known || entry.enteredAt < known.enteredAt) oldest.set(key, { demand, enteredAt: entry.enteredAt })
  }
  if (oldest.size === 0) return { demands: 0, worstMs: 0 }
  const agents = [...state.agents.values()]
  let demands = 0
  let worstMs = 0
  for (const { demand, enteredAt } of oldest.values()) {
    const since = freeSince(state, agents, demand)
    if (since === undefined) continue
    demands++
    worstMs = Math.max(worstMs, now - Math.max(since, enteredAt))
  }
  return { demands, worstMs }
}

/** Since when somebody could have been given it; undefined when nobody could. */
function freeSince({ configuration }: CentreState, agents: readonly Agent[], demand: Demand): Millis | undefined {
  const terms = termsOf(configuration, demand)
  let since: Millis | undefined
  for (const agent of terms ? agents : []) {
    const user = configuration.users.get(agent.user)
    if (!user || !hasCapacity(agent, user, demand.medium) || !fitsTerms(user, terms!, agent)) continue
    if (since === undefined || agent.idleSince < since) since = agent.idleSince
  }
  return since
}
