import type { InteractionSummary } from '#kernel/interaction'
import type { JournalTables } from './tables.ts'

/** A row as the rest of the program knows it. */
export function summaryOf(row: JournalTables['tandem.interaction_summary']): InteractionSummary {
  return {
    interactionIdKey: row.interaction_id_key,
    seqno: row.seqno,
    medium: row.medium,
    direction: row.direction,
    from: row.from_address,
    to: row.to_address,
    createdAt: row.created_at.getTime(),
    closedAt: row.closed_at.getTime(),
    queuedAt: row.queued_at?.getTime() ?? null,
    queue: row.queue,
    firstAgent: row.first_agent,
    lastAgent: row.last_agent,
    outcome: row.outcome,
    flowMs: Number(row.flow_ms),
    waitMs: Number(row.wait_ms),
    ringMs: Number(row.ring_ms),
    talkMs: Number(row.talk_ms),
    holdMs: Number(row.hold_ms),
    wrapUpMs: Number(row.wrap_up_ms),
  }
}
