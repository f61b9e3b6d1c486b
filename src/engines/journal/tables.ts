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
  'tandem.queue_interval': Record<QueueIntervalColumn, number> & { queue: string; started_at: Date }
  'tandem.agent_interval': Record<AgentIntervalColumn, number> & { agent: string; started_at: Date }
}

interface SummaryTable {
  interaction_id_key: string
  seqno: number
  medium: 'voice' | 'callback' | 'work-item'
  direction: 'inbound' | 'outbound' | 'internal'
  from_address: string
  to_address: string
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

/** What is summed up for a queue. */
export const QUEUE_INTERVAL_COLUMNS = [
  'offered',
  'answered',
  'answered_in_time',
  'abandoned',
  'short_abandoned',
  'redirected',
  'wait_answered_ms',
  'wait_ms_max',
  'talk_ms',
  'hold_ms',
  'wrap_up_ms',
] as const

/** What is summed up for an agent. */
export const AGENT_INTERVAL_COLUMNS = [
  'offered',
  'answered',
  'not_answered',
  'ready_ms',
  'not_ready_ms',
  'unreachable_ms',
  'ring_no_answer_ms',
  'offered_ms',
  'busy_ms',
  'wrapping_up_ms',
  'logged_off_ms',
] as const

type QueueIntervalColumn = (typeof QUEUE_INTERVAL_COLUMNS)[number]
type AgentIntervalColumn = (typeof AGENT_INTERVAL_COLUMNS)[number]
