import type { Millis } from '#base'
import type { Configuration } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { JournalEvent } from './journal-entry.ts'
import { journalEvent } from './journal-event.ts'
import {
  isSameSegment,
  type OpenInteraction,
  type OpenSegment,
  type SegmentKind,
  segmentOf,
} from './open-interaction.ts'
import { journalParties, partyRows } from './parties.ts'
import type { Rows } from './rows.ts'

/** What is needed to write one event of an interaction down. */
export interface JournalStep {
  /** As it is after the event; as it was, when the event closed it. */
  readonly open: OpenInteraction
  /** The kernel's fold before the event. */
  readonly before: Interaction | undefined
  readonly entry: JournalEvent
  readonly configuration: Configuration
  readonly rows: Rows
}

/** Adds what the event means to the rows; returns what is to be kept of the interaction. */
export function journalInteraction(step: JournalStep): OpenInteraction {
  const { entry, rows } = step
  let open = countTerm(step.open, entry.term)
  journalEvent(open.interaction.id, entry, open, rows)
  open = journalParties(open, entry)
  open = journalQueue(open, step)
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

const QUEUE_TIME: Partial<Record<SegmentKind, 'talk_ms' | 'hold_ms' | 'wrap_up_ms'>> = {
  talk: 'talk_ms',
  hold: 'hold_ms',
  'wrap-up': 'wrap_up_ms',
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
  const column = QUEUE_TIME[kind]
  if (queue !== undefined && column) rows.spendQueue(queue, column, startedAt, at)
  return {
    ...open,
    segments: open.segments + 1,
    spentMs: { ...open.spentMs, [kind]: open.spentMs[kind] + at - startedAt },
  }
}

/** Entering a queue, being answered from it and leaving it otherwise; how it ends unanswered is said when the interaction closes. */
function journalQueue(open: OpenInteraction, { before, entry, configuration, rows }: JournalStep): OpenInteraction {
  const { at } = entry
  const { phase } = open.interaction
  if (entry.event.type === 'InteractionClosed') return open
  if ((phase.state === 'queued' || phase.state === 'offered') && phase.queue !== undefined) {
    return enterQueue(open, { queue: phase.queue, enteredAt: phase.enteredAt }, at, rows)
  }
  const { waiting } = open
  if (!waiting) return open
  if (phase.state === 'wrapping-up') return { ...open, waitEndedAt: open.waitEndedAt ?? at }
  const waitMs = at - waiting.enteredAt
  rows.noteWait(waiting.queue, at, waitMs)
  if (phase.state !== 'connected' || before?.phase.state !== 'offered') {
    rows.countQueue(waiting.queue, at, 'redirected')
    return { ...open, waiting: undefined }
  }
  rows.countQueue(waiting.queue, at, 'answered')
  rows.countQueue(waiting.queue, at, 'wait_answered_ms', waitMs)
  const inTimeMs = configuration.queues.get(waiting.queue)?.serviceLevel.withinMs
  if (inTimeMs !== undefined && waitMs <= inTimeMs) rows.countQueue(waiting.queue, at, 'answered_in_time')
  return { ...open, waiting: undefined }
}

function enterQueue(
  open: OpenInteraction,
  { queue, enteredAt }: NonNullable<OpenInteraction['waiting']>,
  at: Millis,
  rows: Rows,
): OpenInteraction {
  const { waiting } = open
  if (waiting?.queue === queue && waiting.enteredAt === enteredAt) return open
  if (waiting) {
    rows.noteWait(waiting.queue, at, at - waiting.enteredAt)
    rows.countQueue(waiting.queue, at, 'redirected')
  }
  rows.countQueue(queue, enteredAt, 'offered')
  return { ...open, waiting: { queue, enteredAt }, queuedAt: open.queuedAt ?? enteredAt, queue }
}

/** Ends everything that still runs and writes the summary: one row an interaction, whatever died meanwhile (DAT-01, promise 12). */
export function closeInteraction(open: OpenInteraction, { at, event }: JournalEvent, rows: Rows): void {
  const outcome = event.type === 'InteractionClosed' ? event.reason : 'ended'
  const closed = endSegment(open, at, rows)
  const { waiting, interaction, spentMs } = closed
  if (waiting) {
    const endedAt = closed.waitEndedAt ?? at
    rows.noteWait(waiting.queue, endedAt, endedAt - waiting.enteredAt)
    rows.countQueue(waiting.queue, endedAt, outcome === 'short-abandoned' ? 'short_abandoned' : 'abandoned')
  }
  rows.append('interaction_summary', {
    interaction_id_key: interaction.id,
    seqno: closed.seqno,
    medium: interaction.medium,
    direction: interaction.direction,
    from_address: interaction.from,
    to_address: interaction.to,
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
