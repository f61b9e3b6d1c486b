import type { Millis } from '#base'
import { type Agent, newAgent } from '#kernel/agent'
import type { AlertEvent } from '#kernel/alert'
import { applyCounted, type CentreEvent, type CentreTarget } from '#kernel/centre'
import {
  type Configuration,
  type ConfigurationChange,
  type ConfigurationChanged,
  type ConfigurationState,
  evolveConfiguration,
  initialConfiguration,
  type Queue,
  serviceLevelOf,
} from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { RoomEvent } from '#kernel/room'
import { FigureFollower, type OpenAgent, type OpenContact } from '#kernel/statistics'
import type { JournalEvent } from './journal-entry.ts'
import { journalLate } from './journal-event.ts'
import { closeInteraction, journalInteraction } from './journal-interaction.ts'
import { beginInteraction, type OpenInteraction } from './open-interaction.ts'
import type { Rows } from './rows.ts'

/** What the journal knows between two transactions; kept in its own tables, so that a restart goes on exactly there. */
export interface FoldContent {
  readonly interactions: Map<string, OpenInteraction>
  readonly agents: Map<string, Agent>
  /** What has begun and not ended, for the figures. */
  readonly figures: { readonly contacts: Map<string, OpenContact>; readonly agents: Map<string, OpenAgent> }
  configuration: ConfigurationState
}

/** Nothing: before the first event. */
export function emptyContent(): FoldContent {
  const figures = { contacts: new Map(), agents: new Map() }
  return { interactions: new Map(), agents: new Map(), figures, configuration: initialConfiguration() }
}

/**
 * Folds events with the kernel's own code and writes down what changed between before and after. It is the target of the
 * kernel's fold, and remembers what was touched: only that is stored again.
 */
export class JournalFold implements CentreTarget {
  readonly content: FoldContent
  readonly rows: Rows
  readonly touchedInteractions = new Set<string>()
  readonly touchedAgents = new Set<string>()
  readonly touchedConfiguration = new Map<string, ConfigurationChange>()
  readonly #follower: FigureFollower
  #now: JournalEvent | undefined

  constructor(content: FoldContent, rows: Rows) {
    this.content = content
    this.rows = rows
    const { contacts, agents } = content.figures
    this.#follower = new FigureFollower({ contacts, agents: this.#noting(agents) }, (fact) =>
      rows.note(fact, this.#now!.sequence),
    )
  }

  /** A hold of a conversation changes what its agents do, without changing the agents. */
  #noting(agents: Map<string, OpenAgent>) {
    return {
      get: (user: string) => agents.get(user),
      has: (user: string) => agents.has(user),
      delete: (user: string) => agents.delete(user),
      set: (user: string, value: OpenAgent) => {
        this.touchedAgents.add(user)
        return agents.set(user, value)
      },
    }
  }

  /** Folds one event and gathers its rows. */
  apply(entry: JournalEvent): void {
    const { event, at } = entry
    this.#now = entry
    const ids = interactionsOf(event)
    const before = ids.map((id) => this.content.interactions.get(id))
    applyCounted(this, this.#follower, event, at)
    for (const [index, id] of ids.entries()) {
      const open = this.content.interactions.get(id) ?? before[index]
      if (open) this.#journal(open, entry)
      else journalLate(id, entry, this.rows)
    }
  }

  #journal(open: OpenInteraction, entry: JournalEvent): void {
    const id = open.interaction.id
    const closed = entry.event.type === 'InteractionClosed'
    const next = journalInteraction(open, entry, this.rows)
    if (closed) closeInteraction(next, entry, this.rows)
    else this.content.interactions.set(id, next)
    this.touchedInteractions.add(id)
  }

  get configuration(): Configuration {
    return this.content.configuration.configuration
  }

  interaction(id: string): Interaction | undefined {
    return this.content.interactions.get(id)?.interaction
  }

  agent(user: string): Agent | undefined {
    return this.content.agents.get(user)
  }

  setInteraction(id: string, value: Interaction | undefined): void {
    const { at, term } = this.#now!
    const open = this.content.interactions.get(id)
    this.#follower.contactChanged(id, open?.interaction, value)
    if (!value) this.content.interactions.delete(id)
    else this.content.interactions.set(id, open ? { ...open, interaction: value } : beginInteraction(value, at, term))
    this.touchedInteractions.add(id)
  }

  setAgent(user: string, value: Agent | undefined): void {
    this.#follower.agentChanged(user, value)
    if (value) this.content.agents.set(user, value)
    else this.content.agents.delete(user)
    this.touchedAgents.add(user)
  }

  /** What becomes of a voice message stands in the timeline of its call. */
  changeMailboxes(): void {}

  /** No row tells of log-ins. */
  endSessions(): void {}

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.content.configuration = evolveConfiguration(this.content.configuration, event, at)
    const { version, by, from = null, note = null, changes } = event
    const { sequence } = this.#now!
    this.rows.append('configuration_version', {
      sequence,
      version,
      changed_at: at,
      by,
      from_address: from,
      note,
      changes,
    })
    for (const change of event.changes) {
      this.touchedConfiguration.set(`${change.kind}:${change.name}`, change)
      if (change.kind === 'user') this.#changeUser(change)
      if (change.kind === 'queue' && change.value) this.#noteAim(change.name, change.value, at)
    }
  }

  /** What a queue aims at from now on: reports of the past go by what it aimed at then. */
  #noteAim(queue: string, value: Queue, at: Millis): void {
    const { definition, percent, withinMs, shortAbandonMs } = serviceLevelOf(value)
    this.rows.append('queue_aim', {
      ...{ queue, sequence: this.#now!.sequence, since_at: at, definition, percent },
      within_ms: withinMs,
      short_abandon_ms: shortAbandonMs,
    })
  }

  #changeUser({ name, value }: ConfigurationChange & { kind: 'user' }): void {
    const agent = this.agent(name)
    if (value && !agent) this.setAgent(name, newAgent(name, value.initialStatus, this.#now!.at))
    if (!value && agent?.work.length === 0) this.setAgent(name, undefined)
  }

  /** Of what only came near to an alert nothing is written down. */
  changeAlerts(event: AlertEvent): void {
    if (!('alert' in event)) return
    const { type, alert, ...details } = event
    const { sequence, at } = this.#now!
    this.rows.append('alert_event', { sequence, alert, at, type, details })
  }

  /** What was read when is nobody's history. */
  changeRooms(event: RoomEvent): void {
    if (event.type === 'RoomRead') return
    const { type, room, ...details } = event
    const { sequence, at } = this.#now!
    this.rows.append('room_event', { sequence, room, at, type, details })
  }

  /** Recordings are told by their events; queue indexes are not needed here. */
  setUnsealed(): void {}
  unsealedOf(): undefined {}
  noteAnswer(): void {}
  noteWait(): void {}
  noteLoss(): void {}
  noteServed(): void {}
}

function interactionsOf(event: CentreEvent): readonly string[] {
  if (!('interaction' in event)) return []
  return event.type === 'Joined' ? [event.interaction, event.consulted] : [event.interaction]
}
