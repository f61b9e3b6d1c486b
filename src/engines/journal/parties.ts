import type { Millis } from '#base'
import { isLive, type Participant } from '#kernel/interaction'
import type { JournalEvent } from './journal-entry.ts'
import type { OpenInteraction, PartyRecord } from './open-interaction.ts'
import type { Row } from './rows.ts'

/** Notes who came, was connected and left, and which agents answered. */
export function journalParties(open: OpenInteraction, { at, event }: JournalEvent): OpenInteraction {
  const parties: Record<string, PartyRecord> = { ...open.parties }
  const present = new Set<string>()
  for (const participant of open.interaction.participants) {
    present.add(participant.id)
    parties[participant.id] = follow(parties[participant.id], participant, at)
  }
  for (const party of Object.values(parties)) {
    // The kernel forgets a party that never came, and one that went over to another interaction.
    if (present.has(party.id) || party.leftAt !== undefined) continue
    parties[party.id] = {
      ...party,
      leftAt: at,
      ...(event.type === 'OfferEnded' ? { connection: 'failed', reason: event.reason } : {}),
    }
  }
  if (event.type === 'WrapUpEnded') {
    const party = parties[event.participant]
    const since = open.parties[event.participant] && wrapUpSince(open, event.participant)
    if (party && since !== undefined) parties[party.id] = { ...party, wrapUpMs: party.wrapUpMs + at - since }
  }
  return { ...open, parties, ...answeredBy(open, event, at) }
}

function follow(party: PartyRecord | undefined, participant: Participant, at: Millis): PartyRecord {
  const { id, kind, user, address, displayName, connection } = participant
  const begun = party ?? { id, kind, agent: user, address, displayName, joinedAt: at, connection, wrapUpMs: 0 }
  const isConnected = connection === 'connected' || connection === 'held'
  return {
    ...begun,
    connection,
    connectedAt: begun.connectedAt ?? (isConnected ? at : undefined),
    leftAt: begun.leftAt ?? (isLive(participant) ? undefined : at),
    reason: begun.reason ?? participant.reason,
    wrapUpSince: participant.wrapUp?.since ?? begun.wrapUpSince,
  }
}

function wrapUpSince(open: OpenInteraction, participant: string): Millis | undefined {
  return open.parties[participant]?.wrapUpSince
}

function answeredBy(open: OpenInteraction, event: JournalEvent['event'], at: Millis): Partial<OpenInteraction> {
  // What an agent has begun waited nowhere and belongs to a queue all the same.
  if (event.type === 'ContactBegun') return { queue: event.queue, firstAgent: event.user, lastAgent: event.user }
  if (event.type !== 'ParticipantConnected') return {}
  const party = open.interaction.participants.find((one) => one.id === event.participant)
  if (party?.kind !== 'agent' || party.user === undefined) return {}
  return { answeredAt: open.answeredAt ?? at, firstAgent: open.firstAgent ?? party.user, lastAgent: party.user }
}

/** A row a party (DAT-08); who had not left leaves with the end. */
export function partyRows(open: OpenInteraction, closedAt: Millis): readonly Row[] {
  return Object.values(open.parties).map((party) => ({
    interaction_id_key: open.interaction.id,
    participant: party.id,
    kind: party.kind,
    agent: party.agent ?? null,
    address: party.address,
    display_name: party.displayName ?? null,
    joined_at: party.joinedAt,
    connected_at: party.connectedAt ?? null,
    left_at: party.leftAt ?? closedAt,
    connection: party.connection === 'failed' ? 'failed' : 'cleared',
    reason: party.reason ?? null,
    wrap_up_ms: party.wrapUpMs,
  }))
}
