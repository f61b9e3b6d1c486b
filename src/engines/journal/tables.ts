import type { Agent } from '#kernel/agent'
import type { ConfigurationChange } from '#kernel/config'
import type { Medium } from '#kernel/interaction'
import type { OpenAgent, OpenContact } from '#kernel/statistics'
import type { OpenInteraction } from './open-interaction.ts'

/** Columns as the driver gives them: moments as Date, bigints cast to numbers where they are read. */
export interface JournalTables {
  'tandem.journal_position': { singleton: boolean; sequence: string | number; term: string | number }
  'tandem.journal_open': { interaction_id_key: string; body: unknown }
  'tandem.journal_agent': { agent: string; body: unknown }
  'tandem.journal_configuration': { kind: string; name: string; body: unknown }
  'tandem.interaction_summary': SummaryTable
  'tandem.interaction_segment': SegmentTable
  'tandem.interaction_participant': ParticipantTable
  'tandem.interaction_event': EventTable
  'tandem.interaction_wrapup': {
    interaction_id_key: string
    participant: string
    agent: string
    code: string | null
    ended_at: Date
  }
  'tandem.interaction_recording': { recording: string; interaction_id_key: string; started_at: Date }
  'tandem.figure_fact': FactTable
  'tandem.figure_interval': {
    kind: string
    name: string
    started_at: Date
    measure: string
    count: string
    ms: string
    longest_ms: string
  }
  'tandem.queue_aim': {
    queue: string
    sequence: string
    since_at: Date
    definition: string
    percent: number
    within_ms: string
    short_abandon_ms: string
  }
  'tandem.alert_event': {
    sequence: string
    alert: string
    at: Date
    type: 'AlertRaised' | 'AlertSeen' | 'AlertAcknowledged' | 'AlertEnded'
    details: Record<string, unknown>
  }
  'tandem.room_event': {
    sequence: string
    room: string
    at: Date
    type: 'RoomOpened' | 'RoomWritten' | 'RoomChanged'
    details: Record<string, unknown>
  }
  'tandem.configuration_version': {
    sequence: string
    version: string
    changed_at: Date
    by: string
    from_address: string | null
    note: string | null
    changes: readonly ConfigurationChange[]
  }
}

interface SummaryTable {
  interaction_id_key: string
  seqno: number
  medium: Medium
  direction: 'inbound' | 'outbound' | 'internal'
  from_address: string
  to_address: string
  /** Who the customer was, as the kernel knows it; null when nobody could tell. */
  customer: string | null
  subject: string | null
  created_at: Date
  closed_at: Date
  queued_at: Date | null
  queue: string | null
  first_agent: string | null
  last_agent: string | null
  outcome: string
  flow_ms: string
  wait_ms: string
  ring_ms: string
  talk_ms: string
  hold_ms: string
  wrap_up_ms: string
}

interface SegmentTable {
  interaction_id_key: string
  ordinal: number
  kind: 'menu' | 'queue' | 'ring' | 'talk' | 'hold' | 'wrap-up'
  started_at: Date
  ended_at: Date
  queue: string | null
  agent: string | null
}

interface ParticipantTable {
  interaction_id_key: string
  participant: string
  kind: 'customer' | 'agent' | 'external'
  agent: string | null
  address: string
  display_name: string | null
  joined_at: Date
  left_at: Date
  connection: 'failed' | 'cleared'
}

interface EventTable {
  interaction_id_key: string
  sequence: string
  term: string
  at: Date
  type: string
  details: Record<string, unknown>
  why: unknown
}

interface FactTable {
  sequence: string
  ordinal: number
  measure: string
  detail: string | null
  started_at: Date
  ended_at: Date
  interaction_id_key: string | null
  medium: string | null
  queue: string | null
  skills: string[] | null
  line: string | null
  agent: string | null
}

/** The body of `journal_open`; `figures` is not there when the contact began before figures were facts. */
export type KeptInteraction = OpenInteraction & { readonly figures?: OpenContact | undefined }

/** The body of `journal_agent`. */
export interface KeptAgent {
  readonly agent: Agent
  readonly figures?: OpenAgent | undefined
}
