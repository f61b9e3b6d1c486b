import type { Millis } from '#base'
import { type Agent, newAgent } from '#kernel/agent'
import {
  type Configuration,
  type ConfigurationChange,
  type ConfigurationChanged,
  type ConfigurationState,
  evolveConfiguration,
  initialConfiguration,
} from '#kernel/config'
import type { Interaction, InteractionId, RecordingId } from '#kernel/interaction'
import {
  compareMembers,
  enter,
  leave,
  meetsSkills,
  newQueue,
  noteAnswer,
  type QueueState,
  seat,
  unseat,
} from '#kernel/queue'
import { Statistics } from '#kernel/statistics'
import { type Deadline, Deadlines } from './deadlines.ts'
import { agentDeadline, interactionDeadline, memberEntry, unsealedDeadline, waitingEntry } from './entries.ts'
import type { CentreState, UnsealedRecording } from './state.ts'
import type { CentreTarget } from './target.ts'

/**
 * The state of the centre with the indexes that make decisions cheap: who waits and who is free in each queue, and what falls due.
 * Indexes follow from the interactions and agents and are changed only where those are: in the `set…` methods.
 */
export class CentreStore implements CentreState, CentreTarget {
  readonly interactions = new Map<InteractionId, Interaction>()
  readonly agents = new Map<string, Agent>()
  readonly unsealed = new Map<RecordingId, UnsealedRecording>()
  readonly queues = new Map<string, QueueState>()
  readonly statistics = new Statistics()
  readonly deadlines = new Deadlines((deadline) => this.#deadlineOf(deadline))
  /** The queues whose skills a configured user meets. */
  readonly #memberships = new Map<string, readonly string[]>()
  configurationState: ConfigurationState

  constructor(configurationState: ConfigurationState = initialConfiguration()) {
    this.configurationState = configurationState
    for (const name of this.configuration.queues.keys()) this.queues.set(name, newQueue(name))
    for (const user of this.configuration.users.keys()) this.#memberships.set(user, this.#fittingQueues(user))
  }

  get configuration(): Configuration {
    return this.configurationState.configuration
  }

  interaction(id: InteractionId): Interaction | undefined {
    return this.interactions.get(id)
  }

  agent(user: string): Agent | undefined {
    return this.agents.get(user)
  }

  membershipsOf(user: string): readonly string[] {
    return this.#memberships.get(user) ?? []
  }

  setInteraction(id: InteractionId, value: Interaction | undefined): void {
    const before = this.interactions.get(id)
    this.statistics.follower.contactChanged(id, before, value)
    const left = waitingEntry(before)
    const entered = waitingEntry(value)
    if (left) leave(this.#queue(left.queue), left.entry)
    if (entered) enter(this.#queue(entered.queue), entered.entry)
    if (value) this.interactions.set(id, value)
    else this.interactions.delete(id)
    this.deadlines.change('interaction', id, interactionDeadline(before), interactionDeadline(value))
  }

  setAgent(user: string, value: Agent | undefined): void {
    const before = this.agents.get(user)
    this.statistics.follower.agentChanged(user, value)
    if (value) this.agents.set(user, value)
    else this.agents.delete(user)
    this.#reseat(before, value, this.membershipsOf(user))
    this.deadlines.change('agent', user, agentDeadline(before), agentDeadline(value))
  }

  unsealedOf(id: RecordingId): UnsealedRecording | undefined {
    return this.unsealed.get(id)
  }

  setUnsealed(id: RecordingId, value: UnsealedRecording | undefined): void {
    const before = this.unsealed.get(id)
    if (value) this.unsealed.set(id, value)
    else this.unsealed.delete(id)
    this.deadlines.change('recording', id, unsealedDeadline(before), unsealedDeadline(value))
  }

  noteAnswer(queue: string, at: Millis): void {
    const state = this.queues.get(queue)
    if (state) noteAnswer(state, at)
  }

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.configurationState = evolveConfiguration(this.configurationState, event, at)
    for (const change of event.changes) {
      if (change.kind === 'user') this.#changeUser(change, at)
      if (change.kind === 'queue') this.#changeQueue(change)
    }
  }

  #changeUser({ name, value }: ConfigurationChange & { kind: 'user' }, at: Millis): void {
    const agent = this.agents.get(name)
    this.#resetMemberships(name, value ? this.#fittingQueues(name) : [])
    if (value && !agent) this.setAgent(name, newAgent(name, value.initialStatus, at))
    if (!value && agent?.work.length === 0) this.setAgent(name, undefined)
  }

  #changeQueue({ name, value }: ConfigurationChange & { kind: 'queue' }): void {
    for (const user of this.configuration.users.values()) {
      const others = this.membershipsOf(user.name).filter((queue) => queue !== name)
      const fits = value !== undefined && meetsSkills(user.skills, value.skills)
      this.#resetMemberships(user.name, fits ? [...others, name] : others)
    }
    if (value) this.#queue(name)
    else this.queues.delete(name)
  }

  #resetMemberships(user: string, queues: readonly string[]): void {
    const agent = this.agents.get(user)
    this.#reseat(agent, undefined, this.membershipsOf(user))
    if (this.configuration.users.has(user)) this.#memberships.set(user, queues)
    else this.#memberships.delete(user)
    this.#reseat(undefined, agent, queues)
  }

  #reseat(before: Agent | undefined, after: Agent | undefined, queues: readonly string[]): void {
    if (queues.length === 0) return
    const old = before && memberEntry(before)
    const young = after && memberEntry(after)
    if (old && young && compareMembers(old, young) === 0) return
    for (const name of queues) {
      const queue = this.#queue(name)
      if (old) unseat(queue, old)
      if (young) seat(queue, young)
    }
  }

  #fittingQueues(user: string): readonly string[] {
    const skills = this.configuration.users.get(user)?.skills
    if (!skills) return []
    return [...this.configuration.queues.values()]
      .filter((queue) => meetsSkills(skills, queue.skills))
      .map((queue) => queue.name)
  }

  #queue(name: string): QueueState {
    let queue = this.queues.get(name)
    if (!queue) {
      queue = newQueue(name)
      this.queues.set(name, queue)
    }
    return queue
  }

  #deadlineOf({ kind, key }: Deadline): Millis | undefined {
    if (kind === 'interaction') return interactionDeadline(this.interactions.get(key))
    if (kind === 'agent') return agentDeadline(this.agents.get(key))
    return unsealedDeadline(this.unsealed.get(key))
  }
}
