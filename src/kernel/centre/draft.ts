import type { Millis } from '#base'
import { type Agent, newAgent } from '#kernel/agent'
import {
  type Configuration,
  type ConfigurationChanged,
  type ConfigurationState,
  copyConfiguration,
  evolveConfiguration,
} from '#kernel/config'
import type { Interaction, InteractionId, RecordingId } from '#kernel/interaction'
import {
  compareMembers,
  compareWaiting,
  type MemberEntry,
  meetsSkills,
  type QueueState,
  type WaitingEntry,
} from '#kernel/queue'
import { NAMED_MAX } from '#kernel/routing'
import { memberEntry, waitingEntry } from './entries.ts'
import type { CentreEvent } from './event.ts'
import { applyEvent } from './evolve.ts'
import type { UnsealedRecording } from './state.ts'
import type { CentreStore } from './store.ts'
import type { CentreTarget } from './target.ts'

/** The agents who fit a queue, as far as a decision names them. */
export interface QueueAgents {
  readonly free: readonly Agent[]
  readonly freeCount: number
  readonly passedOver: readonly Agent[]
  readonly passedOverCount: number
}

const NOBODY: QueueAgents = { free: [], freeCount: 0, passedOver: [], passedOverCount: 0 }

interface Found {
  readonly free: MemberEntry[]
  readonly others: MemberEntry[]
  readonly freeCount: number
  readonly othersCount: number
}

/**
 * What a decision works on: the state as it will be after the events decided so far. It lies over the state, which it never
 * changes: what an event touches is kept here, all else is read through. So a decision costs as much as it touches, and
 * throwing half-way leaves nothing to undo.
 */
export class Draft implements CentreTarget {
  readonly store: CentreStore
  readonly now: Millis
  readonly events: CentreEvent[] = []
  /** Queues that somebody entered, or came back to, and agents that became free: where routing must look. */
  readonly entered = new Set<string>()
  readonly freed = new Set<string>()
  /** Steps of flows entered by this decision, against rings. */
  stepsEntered = 0
  readonly #interactions = new Map<InteractionId, Interaction | undefined>()
  readonly #agents = new Map<string, Agent | undefined>()
  readonly #unsealed = new Map<RecordingId, UnsealedRecording | undefined>()
  #configuration: ConfigurationState | undefined

  constructor(store: CentreStore, now: Millis) {
    this.store = store
    this.now = now
  }

  emit(event: CentreEvent): void {
    this.events.push(event)
    applyEvent(this, event, this.now)
  }

  get configuration(): Configuration {
    return this.#configuration ? this.#configuration.configuration : this.store.configuration
  }

  interaction(id: InteractionId): Interaction | undefined {
    return this.#interactions.has(id) ? this.#interactions.get(id) : this.store.interactions.get(id)
  }

  agent(user: string): Agent | undefined {
    return this.#agents.has(user) ? this.#agents.get(user) : this.store.agents.get(user)
  }

  unsealedOf(id: RecordingId): UnsealedRecording | undefined {
    return this.#unsealed.has(id) ? this.#unsealed.get(id) : this.store.unsealed.get(id)
  }

  /** The interactions that this decision has touched so far. */
  touched(): Iterable<InteractionId> {
    return this.#interactions.keys()
  }

  setInteraction(id: InteractionId, value: Interaction | undefined): void {
    this.#interactions.set(id, value)
    const entered = waitingEntry(value)
    if (entered) this.entered.add(entered.queue)
  }

  setAgent(user: string, value: Agent | undefined): void {
    this.#agents.set(user, value)
    if (value && memberEntry(value).free) this.freed.add(user)
  }

  setUnsealed(id: RecordingId, value: UnsealedRecording | undefined): void {
    this.#unsealed.set(id, value)
  }

  noteAnswer(): void {
    // The pace of a queue is of no use inside the decision that changes it.
  }

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.#configuration = evolveConfiguration(copyConfiguration(this.store.configurationState), event, at)
    for (const { kind, name, value } of event.changes) {
      if (kind !== 'user') continue
      const agent = this.agent(name)
      if (value && !agent) this.setAgent(name, newAgent(name, value.initialStatus, at))
      if (!value && agent?.work.length === 0) this.setAgent(name, undefined)
    }
    for (const name of this.configuration.queues.keys()) this.entered.add(name)
  }

  /** Who is served next in a queue. */
  frontOf(queue: string): { readonly interaction: Interaction; readonly entry: WaitingEntry } | undefined {
    let front: WaitingEntry | undefined
    for (const entry of this.store.queues.get(queue)?.waiting ?? []) {
      if (this.#interactions.has(entry.interaction)) continue
      front = entry
      break
    }
    for (const interaction of this.#interactions.values()) {
      const waiting = waitingEntry(interaction)
      if (waiting?.queue === queue && (!front || compareWaiting(waiting.entry, front) < 0)) front = waiting.entry
    }
    const interaction = front && this.interaction(front.interaction)
    return front && interaction && { interaction, entry: front }
  }

  /** The queues that an agent serves. */
  queuesOf(user: string): readonly string[] {
    if (!this.#configuration) return this.store.membershipsOf(user)
    const queues = [...this.configuration.queues.values()]
    return queues.filter((queue) => this.#fits(user, queue.skills)).map((queue) => queue.name)
  }

  /** Whether an agent may be offered work. A ring-no-answer counts until its end is an event. */
  isFree(user: string): boolean {
    const agent = this.agent(user)
    return agent !== undefined && memberEntry(agent).free
  }

  /** Those who fit a queue: the free ones longest idle first, and the others; the first of each. When nobody is free, nobody is named. */
  agentsOf(queue: string): QueueAgents {
    const skills = this.configuration.queues.get(queue)?.skills
    if (!skills) return NOBODY
    // A new configuration may have moved anybody: then all are looked at, which is seldom.
    const looked = this.#configuration ? this.#everybody() : this.#agents.values()
    const free: MemberEntry[] = []
    const others: MemberEntry[] = []
    for (const agent of looked) {
      if (!agent || !this.#fits(agent.user, skills)) continue
      const entry = memberEntry(agent)
      if (entry.free) free.push(entry)
      else others.push(entry)
    }
    if (this.#configuration) return this.#named({ free, others, freeCount: free.length, othersCount: others.length })
    return this.#withUntouched(queue, free, others)
  }

  #withUntouched(queue: string, free: MemberEntry[], others: MemberEntry[]): QueueAgents {
    const state = this.store.queues.get(queue)
    let freeCount = (state?.free ?? 0) + free.length
    let othersCount = (state?.members.size ?? 0) - (state?.free ?? 0) + others.length
    for (const user of this.#agents.keys()) {
      const before = this.store.agents.get(user)
      const entry = before && memberEntry(before)
      if (!entry || !state?.members.has(entry)) continue
      if (entry.free) freeCount--
      else othersCount--
    }
    if (!state || freeCount === 0)
      return freeCount === 0 ? NOBODY : this.#named({ free, others, freeCount, othersCount })
    free.push(...this.#untouched(state, 0, state.free))
    others.push(...this.#untouched(state, state.free, state.members.size - state.free))
    return this.#named({ free, others, freeCount, othersCount })
  }

  #named({ free, others, freeCount, othersCount }: Found): QueueAgents {
    const agents = (entries: MemberEntry[]): readonly Agent[] =>
      entries.sort(compareMembers).flatMap(({ user }) => this.agent(user) ?? [])
    return { free: agents(free), freeCount, passedOver: agents(others), passedOverCount: othersCount }
  }

  /** The first untouched agents among `count` members from a rank on. */
  #untouched(queue: QueueState, rank: number, count: number): readonly MemberEntry[] {
    const found: MemberEntry[] = []
    let left = count
    if (count === 0) return found
    for (const entry of queue.members.from(rank)) {
      if (!this.#agents.has(entry.user)) found.push(entry)
      if (--left === 0 || found.length >= NAMED_MAX) break
    }
    return found
  }

  #everybody(): readonly (Agent | undefined)[] {
    return [...new Set([...this.store.agents.keys(), ...this.#agents.keys()])].map((user) => this.agent(user))
  }

  #fits(user: string, needs: Readonly<Record<string, number>>): boolean {
    const skills = this.configuration.users.get(user)?.skills
    return skills !== undefined && meetsSkills(skills, needs)
  }
}
