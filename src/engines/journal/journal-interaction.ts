import type { Millis } from '#base'
import { customerOf } from '#kernel/interaction'
import type { JournalEvent } from './journal-entry.ts'
import { journalEvent } from './journal-event.ts'
import { isSameSegment, type OpenInteraction, type OpenSegment, segmentOf } from './open-interaction.ts'
import { journalParties, partyRows } from './parties.ts'
import type { Rows } from './rows.ts'

/** Adds what the event means to the rows; returns what is to be kept of the interaction. */
export function journalInteraction(before: OpenInteraction, entry: JournalEvent, rows: Rows): OpenInteraction {
  let open = countTerm(before, entry.term)
  journalEvent(open.interaction.id, entry, open, rows)
  open = noteQueue(journalParties(open, entry))
  return journalSegment(open, segmentOf(open.interaction, entry.at), entry.at, rows)
}

/** An interaction that a new primary goes on with gets the next number, so that recovered ones are known (DAT-05, STA-18). */
function countTerm(open: OpenInteraction, term: number): OpenInteraction {
  return term === open.term ? open : { ...open, term, seqno: open.seqno + 1 }
}

function journalSegment(open: OpenInteraction, segment: OpenSegment, at: Millis, rows: Rows): OpenInteraction {
  if (isSameSegment(open.segment, segment)) return open
  return { ...endSegment(open, at, rows), segment }
}

/** Writes the running stretch down; one of no length is none. */
function endSegment(open: OpenInteraction, at: Millis, rows: Rows): OpenInteraction {
  const { kind, startedAt, queue, agent } = open.segment
  if (at <= startedAt) return open
  rows.append('interaction_segment', {
    interaction_id_key: open.interaction.id,
    seqno: open.seqno,
    ordinal: open.segments,
    kind,
    started_at: startedAt,
    ended_at: at,
    queue: queue ?? null,
    agent: agent ?? null,
  })
  return {
    ...open,
    segments: open.segments + 1,
    spentMs: { ...open.spentMs, [kind]: open.spentMs[kind] + at - startedAt },
  }
}

/** In which queue it waited last, and since when in the first. */
function noteQueue(open: OpenInteraction): OpenInteraction {
  const { phase } = open.interaction
  if ((phase.state !== 'queued' && phase.state !== 'offered') || phase.queue === undefined) return open
  if (open.queue === phase.queue && open.queuedAt !== undefined) return open
  return { ...open, queuedAt: open.queuedAt ?? phase.enteredAt, queue: phase.queue }
}

/** Ends everything that still runs and writes the summary: one row an interaction, whatever died meanwhile (DAT-01, promise 12). */
export function closeInteraction(open: OpenInteraction, { at, event }: JournalEvent, rows: Rows): void {
  const outcome = event.type === 'InteractionClosed' ? event.reason : 'ended'
  const closed = endSegment(open, at, rows)
  const { interaction, spentMs } = closed
  rows.append('interaction_summary', {
    interaction_id_key: interaction.id,
    seqno: closed.seqno,
    medium: interaction.medium,
    direction: interaction.direction,
    from_address: interaction.from,
    to_address: interaction.to,
    customer: customerOf(interaction) ?? null,
    subject: interaction.subject ?? null,
    created_at: interaction.createdAt,
    closed_at: at,
    queued_at: closed.queuedAt ?? null,
    answered_at: closed.answeredAt ?? null,
    queue: closed.queue ?? null,
    first_agent: closed.firstAgent ?? null,
    last_agent: closed.lastAgent ?? null,
    outcome,
    flow_ms: spentMs.menu,
    wait_ms: spentMs.queue,
    ring_ms: spentMs.ring,
    talk_ms: spentMs.talk,
    hold_ms: spentMs.hold,
    wrap_up_ms: spentMs['wrap-up'],
  })
  for (const row of partyRows(closed, at)) rows.append('interaction_participant', row)
}
