import type { Millis } from '#base'
import { type Agent, type AgentStatus, agentStatus, newAgent } from '#kernel/agent'
import { applyEvent, type CentreEvent, type CentreTarget } from '#kernel/centre'
import {
  type Configuration,
  type ConfigurationChange,
  type ConfigurationChanged,
  type ConfigurationState,
  evolveConfiguration,
  initialConfiguration,
} from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { JournalEvent } from './journal-entry.ts'
import { journalLate } from './journal-event.ts'
import { closeInteraction, journalInteraction } from './journal-interaction.ts'
import { beginInteraction, type OpenInteraction } from './open-interaction.ts'
import type { Rows } from './rows.ts'

/** What an agent is and since when, so that the time in each status can be counted. */
export interface AgentRecord {
  readonly agent: Agent
  readonly status: AgentStatus
  readonly since: Millis
}

/** What the journal knows between two transactions; kept in its own tables, so that a restart goes on exactly there. */
export interface FoldContent {
  readonly interactions: Map<string, OpenInteraction>
  readonly agents: Map<string, AgentRecord>
  configuration: ConfigurationState
}

/** Nothing: before the first event. */
export function emptyContent(): FoldContent {
  return { interactions: new Map(), agents: new Map(), configuration: initialConfiguration() }
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
  #now: JournalEvent | undefined

  constructor(content: FoldContent, rows: Rows) {
    this.content = content
    this.rows = rows
  }

  /** Folds one event and gathers its rows. */
  apply(entry: JournalEvent): void {
    const { event, at } = entry
    this.#now = entry
    const ids = interactionsOf(event)
    const before = ids.map((id) => this.content.interactions.get(id))
    applyEvent(this, event, at)
    for (const [index, id] of ids.entries()) {
      const open = this.content.interactions.get(id) ?? before[index]
      if (open) this.#journal(open, before[index], entry)
      else journalLate(id, entry, this.rows)
    }
  }

  #journal(open: OpenInteraction, before: OpenInteraction | undefined, entry: JournalEvent): void {
    const id = open.interaction.id
    const closed = entry.event.type === 'InteractionClosed'
    const next = journalInteraction({
      open,
      before: before?.interaction,
      entry,
      configuration: this.configuration,
      rows: this.rows,
    })
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
    return this.content.agents.get(user)?.agent
  }

  setInteraction(id: string, value: Interaction | undefined): void {
    const { at, term } = this.#now!
    const open = this.content.interactions.get(id)
    if (!value) this.content.interactions.delete(id)
    else this.content.interactions.set(id, open ? { ...open, interaction: value } : beginInteraction(value, at, term))
    this.touchedInteractions.add(id)
  }

  setAgent(user: string, value: Agent | undefined): void {
    const { at } = this.#now!
    const before = this.content.agents.get(user)
    const status = value && agentStatus(value, at)
    const same = before !== undefined && before.status === status
    if (before && !same) this.rows.spendAgent(user, before.status, before.since, at)
    if (value && status) this.content.agents.set(user, { agent: value, status, since: same ? before.since : at })
    else this.content.agents.delete(user)
    this.touchedAgents.add(user)
  }

  changeConfiguration(event: ConfigurationChanged, at: Millis): void {
    this.content.configuration = evolveConfiguration(this.content.configuration, event, at)
    for (const change of event.changes) {
      this.touchedConfiguration.set(`${change.kind}:${change.name}`, change)
      if (change.kind === 'user') this.#changeUser(change)
    }
  }

  #changeUser({ name, value }: ConfigurationChange & { kind: 'user' }): void {
    const agent = this.agent(name)
    if (value && !agent) this.setAgent(name, newAgent(name, value.initialStatus, this.#now!.at))
    if (!value && agent?.work.length === 0) this.setAgent(name, undefined)
  }

  /** Recordings are told by their events; queue indexes are not needed here. */
  setUnsealed(): void {}
  noteAnswer(): void {}
}

function interactionsOf(event: CentreEvent): readonly string[] {
  if (!('interaction' in event)) return []
  return event.type === 'Joined' ? [event.interaction, event.consulted] : [event.interaction]
}
