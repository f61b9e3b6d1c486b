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
import { compareWaiting, type WaitingEntry } from '#kernel/queue'
import {
  compareFree,
  dependsOn,
  type FreeEntry,
  type Line,
  makeLine,
  NAMED_MAX,
  type Seat,
  type Waiting,
  waitingOf,
} from '#kernel/routing'
import type { CentreEvent } from './event.ts'
import { applyEvent } from './evolve.ts'
import type { UnsealedRecording } from './state.ts'
import type { CentreStore } from './store.ts'
import type { CentreTarget } from './target.ts'
import { mailboxEventOf } from './voice-message.ts'

/** The agents who fit a line, as far as a decision names them. */
export interface LineAgents {
  /** Best first. */
  readonly free: readonly Agent[]
  readonly freeCount: number
  readonly passedOver: readonly Agent[]
  readonly passedOverCount: number
}

/** Who is served next in a line. */
export interface Front {
  readonly interaction: Interaction
  readonly entry: WaitingEntry
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
  /** Lines that somebody entered, or came back to, and agents who changed: where routing must look. */
  readonly entered = new Set<string>()
  readonly freed = new Set<string>()
  /** Steps of flows entered by this decision, against rings. */
  stepsEntered = 0
  /** Overflows of this decision, against rings as well. */
  overflows = 0
  readonly #interactions = new Map<InteractionId, Interaction | undefined>()
  readonly #agents = new Map<string, Agent | undefined>()
  readonly #unsealed = new Map<RecordingId, UnsealedRecording | undefined>()
  /** Interactions that wait, of those that this decision touched. */
  readonly #waiting = new Map<InteractionId, Waiting>()
  /** Lines whose queue this decision configures anew. */
  readonly #lines = new Map<string, Line | undefined>()
  readonly #changedQueues = new Set<string>()
  #configuration: ConfigurationState | undefined

  constructor(store: CentreStore, now: Millis) {
    this.store = store
    this.now = now
  }

  emit(event: CentreEvent): void {
    const message = mailboxEventOf(this, event)
    this.events.push(event)
    applyEvent(this, event, this.now)
    if (message) this.emit(message)
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
    const waiting = waitingOf(value)
    if (!waiting) {
      this.#waiting.delete(id)
      return
    }
    this.#waiting.set(id, waiting)
    this.entered.add(waiting.key)
  }

  setAgent(user: string, value: Agent | undefined): void {
    this.#agents.set(user, value)
    if (value) this.freed.add(user)
  }

  setUnsealed(id: RecordingId, value: UnsealedRecording | undefined): void {
    this.#unsealed.set(id, value)
  }

  /** The pace and level of a queue, and whom it served, are of no use inside the decision that changes them. */
  noteAnswer(): void {}
  noteWait(): void {}
  noteLoss(): void {}
  noteServed(): void {}
  /** Nothing else that is decided depends on what is worth attention. */
  changeAlerts(): void {}
  changeRooms(): void {}
  changeMailboxes(): void {}
  endSessions(): void {}

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.#configuration = evolveConfiguration(copyConfiguration(this.store.configurationState), event, at)
    for (const { kind, name, value } of event.changes) {
      if (kind === 'queue') this.#changedQueues.add(name)
      if (kind !== 'user') continue
      const agent = this.agent(name)
      if (value) this.setAgent(name, agent ?? newAgent(name, value.initialStatus, at))
      else this.setAgent(name, agent?.work.length === 0 ? undefined : agent)
    }
    if (this.#changedQueues.size === 0) return
    for (const line of this.store.lines.all()) {
      if (line.waiting.size > 0 && this.#isChanged(line)) this.entered.add(line.key)
    }
  }

  /** Who is served next in a line. */
  frontOf(key: string): Front | undefined {
    let front: WaitingEntry | undefined
    for (const entry of this.store.lines.get(key)?.waiting ?? []) {
      if (this.#interactions.has(entry.interaction)) continue
      front = entry
      break
    }
    for (const waiting of this.#waiting.values()) {
      if (waiting.key === key && (!front || compareWaiting(waiting.entry, front) < 0)) front = waiting.entry
    }
    const interaction = front && this.interaction(front.interaction)
    return front && interaction && { interaction, entry: front }
  }

  /** The line of that name, as it is after a change of its queue. */
  line(key: string): Line | undefined {
    const known = this.store.lines.get(key)
    if (known && !this.#isChanged(known)) return known
    if (this.#lines.has(key)) return this.#lines.get(key)
    const demand = known?.demand ?? this.#demandOf(key)
    if (!demand) return undefined
    const isNew = !known && !this.#changedQueues.has(demand.queue)
    const line = isNew ? this.store.lines.line(key, demand) : makeLine(this, key, demand)
    if (line && !isNew) this.#seatAll(line)
    if (!isNew) this.#lines.set(key, line)
    return line
  }

  #demandOf(key: string): Waiting['demand'] | undefined {
    for (const waiting of this.#waiting.values()) if (waiting.key === key) return waiting.demand
    return undefined
  }

  #isChanged(line: Line): boolean {
    if (this.#changedQueues.size === 0) return false
    for (const name of this.#changedQueues) if (dependsOn(line, name)) return true
    return false
  }

  #seatAll(line: Line): void {
    for (const user of this.configuration.users.keys()) line.seat(user, this.#seatIn(line, user))
  }

  /** How the agent stands in the line after this decision so far. */
  #seatIn(line: Line, name: string): Seat | undefined {
    const user = this.configuration.users.get(name)
    const agent = this.agent(name)
    return user && agent && line.seatOf(user, agent)
  }

  /** The lines in which somebody waits whom this agent may be offered now. */
  *linesFor(user: string): Generator<{ readonly line: Line; readonly front: Front }, void, undefined> {
    const keys = new Set<string>()
    for (const { key, waiting } of this.#configuration ? this.store.lines.all() : this.store.lines.of(user)) {
      if (waiting.size > 0) keys.add(key)
    }
    for (const { key } of this.#waiting.values()) keys.add(key)
    for (const key of keys) {
      const front = this.frontOf(key)
      const line = front && this.line(key)
      if (line && typeof this.#seatIn(line, user) === 'object') yield { line, front }
    }
  }

  /** Those who fit a line: the free ones best first, and the others; the first of each. */
  agentsOf(line: Line): LineAgents {
    const free: FreeEntry[] = []
    const busy: string[] = []
    let freeCount = line.free.size
    let passedOverCount = line.busy.size
    for (const user of this.#agents.keys()) {
      const before = line.seated(user)
      if (before === 'busy') passedOverCount--
      else if (before) freeCount--
      const seat = this.#seatIn(line, user)
      if (seat === 'busy') busy.push(user)
      else if (seat) free.push(seat)
    }
    freeCount += free.length
    passedOverCount += busy.length
    if (freeCount === 0) return { free: [], freeCount, passedOver: [], passedOverCount }
    free.push(...this.#untouched(line.free, (entry) => entry.user))
    busy.push(...this.#untouched(line.busy, (user) => user))
    const agents = (users: readonly string[]) => users.slice(0, NAMED_MAX).flatMap((user) => this.agent(user) ?? [])
    return {
      free: agents(free.sort(compareFree).map(({ user }) => user)),
      freeCount,
      passedOver: agents(busy.sort()),
      passedOverCount,
    }
  }

  /** The first entries of agents whom this decision has not touched. */
  #untouched<T>(entries: Iterable<T>, userOf: (entry: T) => string): readonly T[] {
    const found: T[] = []
    for (const entry of entries) {
      if (found.length >= NAMED_MAX) break
      if (!this.#agents.has(userOf(entry))) found.push(entry)
    }
    return found
  }
}
