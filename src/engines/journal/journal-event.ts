import type { JournalEvent } from './journal-entry.ts'
import type { OpenInteraction } from './open-interaction.ts'
import type { Rows } from './rows.ts'

/** Writes an event into the timeline, and what it alone tells: recordings and wrap-up codes. */
export function journalEvent(id: string, entry: JournalEvent, open: OpenInteraction, rows: Rows): void {
  const { event, at } = entry
  appendEvent(id, entry, rows)
  // Joined stands in two timelines; what follows concerns one interaction each.
  journalRecording(entry, rows)
  if (event.type === 'WrapUpEnded') {
    rows.append('interaction_wrapup', {
      interaction_id_key: id,
      seqno: open.seqno,
      participant: event.participant,
      agent: event.user,
      code: event.code ?? null,
      started_at: open.parties[event.participant]?.wrapUpSince ?? at,
      ended_at: at,
    })
  }
}

/** What is told of an interaction that is closed already: its recording is sealed, as a rule. */
export function journalLate(id: string, entry: JournalEvent, rows: Rows): void {
  appendEvent(id, entry, rows)
  journalRecording(entry, rows)
}

function appendEvent(id: string, { event, sequence, term, at }: JournalEvent, rows: Rows): void {
  const { type, ...rest } = event
  const { interaction, why, ...others } = rest as Record<string, unknown>
  const details = interaction === id ? others : { ...others, interaction }
  rows.append('interaction_event', {
    interaction_id_key: id,
    sequence,
    term,
    at,
    type,
    details,
    why: (why as object | undefined) ?? null,
  })
}

function journalRecording({ event, at }: JournalEvent, rows: Rows): void {
  switch (event.type) {
    case 'RecordingStarted': {
      const { interaction, recording, mailbox } = event
      return rows.recording(recording, {
        interaction_id_key: interaction,
        started_at: at,
        state: 'running',
        mailbox: mailbox ?? null,
      })
    }
    case 'RecordingEnded':
      return rows.recording(event.recording, { interaction_id_key: event.interaction, ended_at: at, state: 'ended' })
    case 'RecordingSealed': {
      const { interaction, recording, durationMs, bytes, sha256 } = event
      return rows.recording(recording, {
        interaction_id_key: interaction,
        sealed_at: at,
        state: 'sealed',
        duration_ms: durationMs,
        size_bytes: bytes,
        sha256: sha256 ?? null,
      })
    }
    case 'RecordingFailed':
      return rows.recording(event.recording, {
        interaction_id_key: event.interaction,
        state: 'failed',
        failure: event.reason,
      })
    default:
      return
  }
}
