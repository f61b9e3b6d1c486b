import { type Agent, agentStatus, hasCapacity } from '#kernel/agent'
import type { Queue, User } from '#kernel/config'
import { compareWaiting, OrderedSet, type WaitingEntry } from '#kernel/queue'
import type { Demand } from './demand.ts'
import { compareFree, type FreeEntry, strategyKey } from './strategy.ts'
import { fitsTerms, missingPreferred, proficiencyOf, type Terms, wishOf } from './terms.ts'

/** How an agent stands in a line: free with its place, or fit and there but not free. Who is not there stands in none. */
export type Seat = FreeEntry | 'busy'

/**
 * All interactions that ask for the same, in order, and all agents who may serve them, the best first: so a decision looks at the ends
 * and not at everybody.
 */
export class Line {
  readonly key: string
  readonly demand: Demand
  readonly queue: Queue
  readonly terms: Terms
  readonly waiting = new OrderedSet<WaitingEntry>(compareWaiting)
  readonly free = new OrderedSet<FreeEntry>(compareFree)
  /** Agents who fit and are there, and are not free, by name. */
  readonly busy = new OrderedSet<string>((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  readonly #seats = new Map<string, Seat>()

  constructor(key: string, demand: Demand, queue: Queue, terms: Terms) {
    this.key = key
    this.demand = demand
    this.queue = queue
    this.terms = terms
  }

  /** Whether the user may ever serve here. */
  fits(user: User): boolean {
    return fitsTerms(user, this.terms)
  }

  /** How the agent would stand here. */
  seatOf(user: User, agent: Agent): Seat | undefined {
    const { terms, demand } = this
    const status = agentStatus(agent, Number.NEGATIVE_INFINITY)
    if (status === 'unreachable' || status === 'logged-off' || !fitsTerms(user, terms)) return undefined
    const free = hasCapacity(agent, user, demand.medium) && fitsTerms(user, terms, agent)
    return free ? this.#freeEntry(user, agent) : 'busy'
  }

  #freeEntry(user: User, agent: Agent): FreeEntry {
    const { terms, queue } = this
    const { idleSince, load = 0, offeredAt = 0 } = agent
    const strategy = queue.strategy ?? 'longest-idle'
    const judged = strategy === 'most-skilled' || strategy === 'weighted'
    const proficiency = judged ? proficiencyOf(user, terms) : 0
    const wish = judged ? wishOf(user, terms) : 0
    const key = strategyKey(strategy, { idleSince, load, offeredAt, proficiency, wish }, queue.weights)
    return { user: agent.user, missing: missingPreferred(user, terms), key, idleSince }
  }

  /** How the agent stands here now. */
  seated(user: string): Seat | undefined {
    return this.#seats.get(user)
  }

  /** Lets the agent stand as it shall. */
  seat(user: string, after: Seat | undefined): void {
    const before = this.#seats.get(user)
    if (
      before === after ||
      (typeof before === 'object' && typeof after === 'object' && compareFree(before, after) === 0)
    ) {
      return
    }
    if (before === 'busy') this.busy.delete(user)
    else if (before) this.free.delete(before)
    if (after === undefined) this.#seats.delete(user)
    else this.#seats.set(user, after)
    if (after === 'busy') this.busy.add(user)
    else if (after) this.free.add(after)
  }
}
