import type { Millis } from '#base'
import { type Agent, isOnDuty, newAgent } from '#kernel/agent'
import { type AlertEvent, type AlertState, evolveAlerts, newAlertState } from '#kernel/alert'
import {
  type Configuration,
  type ConfigurationChange,
  type ConfigurationChanged,
  type ConfigurationState,
  endSessions,
  evolveConfiguration,
  initialConfiguration,
} from '#kernel/config'
import type { Interaction, InteractionId, RecordingId } from '#kernel/interaction'
import { evolveMailboxes, type MailboxEvent, type MailboxState, newMailboxState } from '#kernel/mailbox'
import {
  compareWaiting,
  enter,
  leave,
  newQueue,
  noteLevel,
  noteWait,
  OrderedSet,
  type QueueState,
  type WaitNote,
} from '#kernel/queue'
import { evolveRooms, newRoomState, type RoomEvent, type RoomState } from '#kernel/room'
import { Lines, waitingOf } from '#kernel/routing'
import { Statistics } from '#kernel/statistics'
import { Customers } from './customers.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { agentDeadline, interactionDeadline, unsealedDeadline } from './entries.ts'
import { LAST_SERVED_MAX } from './limits.ts'
import type { CentreState, LastServed, UnsealedRecording } from './state.ts'
import type { CentreTarget } from './target.ts'

/** An agent on duty, by what it has worked. */
interface Loaded {
  readonly user: string
  readonly load: Millis
}

/**
 * The state of the centre with the indexes that make decisions cheap: who waits and who is free in each line, and what falls due.
 * Indexes follow from the interactions and agents and are changed only where those are: in the `set…` methods.
 */
export class CentreStore implements CentreState, CentreTarget {
  readonly interactions = new Map<InteractionId, Interaction>()
  readonly agents = new Map<string, Agent>()
  readonly unsealed = new Map<RecordingId, UnsealedRecording>()
  readonly lastServed = new Map<string, LastServed>()
  readonly queues = new Map<string, QueueState>()
  readonly alerts: AlertState = newAlertState()
  readonly rooms: RoomState = newRoomState()
  readonly mailboxes: MailboxState = newMailboxState()
  readonly statistics = new Statistics()
  readonly lines = new Lines(this)
  readonly customers = new Customers()
  readonly deadlines = new Deadlines((deadline) => this.#deadlineOf(deadline))
  /** Agents on duty, the least loaded first. */
  readonly #loads = new OrderedSet<Loaded>(
    (a, b) => a.load - b.load || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0),
  )
  configurationState: ConfigurationState

  constructor(configurationState: ConfigurationState = initialConfiguration()) {
    this.configurationState = configurationState
    for (const name of this.configuration.queues.keys()) this.queues.set(name, newQueue(name))
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

  /** What the least loaded of those on duty has worked: where somebody begins who comes on shift. */
  leastLoad(): Millis {
    return this.#loads.first()?.load ?? 0
  }

  setInteraction(id: InteractionId, value: Interaction | undefined): void {
    const before = this.interactions.get(id)
    this.statistics.follower.contactChanged(id, before, value)
    this.customers.change(id, before, value)
    const left = waitingOf(before)
    const entered = waitingOf(value)
    if (value) this.interactions.set(id, value)
    else this.interactions.delete(id)
    if (left && (left.key !== entered?.key || compareWaiting(left.entry, entered.entry) !== 0)) {
      this.lines.leave(left)
      leave(this.#queue(left.demand.queue), left.entry)
    }
    if (entered) {
      this.lines.enter(entered)
      enter(this.#queue(entered.demand.queue), entered.entry)
    }
    this.deadlines.change('interaction', id, interactionDeadline(before), interactionDeadline(value))
  }

  setAgent(user: string, value: Agent | undefined): void {
    const before = this.agents.get(user)
    this.statistics.follower.agentChanged(user, value)
    if (value) this.agents.set(user, value)
    else this.agents.delete(user)
    if (before && isOnDuty(before)) this.#loads.delete({ user, load: before.load ?? 0 })
    if (value && isOnDuty(value)) this.#loads.add({ user, load: value.load ?? 0 })
    this.lines.reseat(user)
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

  noteAnswer(queue: string, inTime: boolean): void {
    const state = this.queues.get(queue)
    if (state) noteLevel(state, inTime)
  }

  noteWait(queue: string, note: WaitNote): void {
    const state = this.queues.get(queue)
    if (state) noteWait(state, note)
  }

  noteLoss(queue: string): void {
    const state = this.queues.get(queue)
    if (state) noteLevel(state, false)
  }

  noteServed(customer: string, user: string, at: Millis): void {
    this.lastServed.delete(customer)
    this.lastServed.set(customer, { user, at })
    if (this.lastServed.size <= LAST_SERVED_MAX) return
    for (const oldest of this.lastServed.keys()) {
      this.lastServed.delete(oldest)
      return
    }
  }

  changeAlerts(event: AlertEvent, at: Millis): void {
    evolveAlerts(this.alerts, event, at)
  }

  changeRooms(event: RoomEvent, at: Millis): void {
    evolveRooms(this.rooms, event, at)
  }

  changeMailboxes(event: MailboxEvent, at: Millis): void {
    evolveMailboxes(this.mailboxes, event, at)
  }

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.configurationState = evolveConfiguration(this.configurationState, event, at)
    for (const change of event.changes) {
      if (change.kind === 'user') this.#changeUser(change, at)
      if (change.kind === 'queue') this.#changeQueue(change)
    }
  }

  endSessions(user: string, at: Millis): void {
    endSessions(this.configurationState, user, at)
  }

  #changeUser({ name, value }: ConfigurationChange & { kind: 'user' }, at: Millis): void {
    const agent = this.agents.get(name)
    this.lines.changeUser(name)
    if (value && !agent) this.setAgent(name, newAgent(name, value.initialStatus, at))
    if (!value && agent?.work.length === 0) this.setAgent(name, undefined)
  }

  #changeQueue({ name, value }: ConfigurationChange & { kind: 'queue' }): void {
    this.lines.changeQueue(name)
    if (value) this.#queue(name)
    else this.queues.delete(name)
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
