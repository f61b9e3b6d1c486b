import { describe, expect, it } from 'vitest'
import type { Interaction, Medium, Participant, Phase } from './interaction.ts'
import {
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
  isTalker,
  isWritten,
  liveParticipants,
  otherParticipant,
  participantOf,
  queueOf,
  speakingCount,
  talkersOf,
  waitingParticipant,
} from './party.ts'

const party = (id: string, connection: Participant['connection'], more: Partial<Participant> = {}): Participant => ({
  ...{ id, kind: 'agent', address: id, connection, since: 0 },
  ...more,
})

const CUSTOMER = party('p1', 'connected', { kind: 'customer' })
const RUNG = party('p2', 'alerting')
const RUNG_TOO = party('p3', 'initiated')
const GONE = party('p4', 'cleared')
const REFUSED = party('p5', 'failed')
const HELD = party('p6', 'held')
const LISTENS = party('p7', 'connected', {
  kind: 'supervisor',
  supervises: { mode: 'listen', agent: 'p2', announced: false },
})

const QUEUED: Phase = {
  ...{ state: 'queued', queue: 'support', priority: 50, enteredAt: 0, visit: 1, prompts: [] },
}
const OFFERED: Phase = {
  ...{ ...QUEUED, state: 'offered', participant: RUNG.id, user: 'agent1', since: 0, until: 15_000 },
  others: [{ participant: RUNG_TOO.id, user: 'agent2' }],
}

function interaction(phase: Phase, ...participants: readonly Participant[]): Interaction {
  return {
    ...{ id: 'ix-1', medium: 'voice', direction: 'inbound', createdAt: 0, from: '1', to: '2', recordings: [] },
    counters: { participants: participants.length, recordings: 0, visits: 1 },
    ...{ phase, participants },
  }
}

describe('the parties of an interaction', () => {
  it.each<[Medium, boolean, boolean]>([
    ['voice', true, false],
    ['callback', true, false],
    ['chat', false, true],
    ['sms', false, true],
    ['email', false, true],
    ['work-item', false, false],
  ])('of %s are reached by phone: %s; write to each other: %s', (medium, byPhone, written) => {
    expect([isByPhone(medium), isWritten(medium)]).toEqual([byPhone, written])
  })

  it('are live until they are refused or gone, and reached while they speak or are on hold', () => {
    const all = [CUSTOMER, RUNG, RUNG_TOO, GONE, REFUSED, HELD]
    expect(all.filter(isLive)).toEqual([CUSTOMER, RUNG, RUNG_TOO, HELD])
    expect(all.filter(isConnected)).toEqual([CUSTOMER, HELD])
    expect(liveParticipants(interaction(QUEUED, ...all))).toEqual([CUSTOMER, RUNG, RUNG_TOO, HELD])
  })

  it('are found by their id, gone ones too', () => {
    expect(participantOf(interaction(QUEUED, CUSTOMER, GONE), 'p4')).toBe(GONE)
    expect(participantOf(interaction(QUEUED, CUSTOMER), 'p4')).toBeUndefined()
  })

  it('who are offered it do not wait for it: the one who does hears the music', () => {
    const offered = interaction(OFFERED, RUNG, RUNG_TOO, GONE, CUSTOMER)
    expect([RUNG, RUNG_TOO, CUSTOMER].map(({ id }) => isOfferedTo(offered, id))).toEqual([true, true, false])
    expect(waitingParticipant(offered)).toBe(CUSTOMER)
    expect(isOfferedTo(interaction(QUEUED, RUNG), RUNG.id)).toBe(false)
    expect(waitingParticipant(interaction(QUEUED, GONE))).toBeUndefined()
  })

  it('who only listen are none of the conversation', () => {
    const talk = interaction(QUEUED, LISTENS, CUSTOMER, HELD, GONE)
    expect(isTalker(LISTENS)).toBe(false)
    expect(talkersOf(talk)).toEqual([CUSTOMER, HELD])
    expect(otherParticipant(talk, CUSTOMER.id)).toBe(HELD)
    expect(otherParticipant(interaction(QUEUED, LISTENS, CUSTOMER, GONE), CUSTOMER.id)).toBeUndefined()
  })

  it('speak when they are connected: with fewer than two the conversation is on hold', () => {
    expect(speakingCount(interaction(QUEUED, CUSTOMER, HELD, LISTENS))).toBe(1)
    expect(speakingCount(interaction(QUEUED, CUSTOMER, party('p8', 'connected'), RUNG))).toBe(2)
  })

  it('belong to the queue that they wait in', () => {
    expect(queueOf(interaction(OFFERED, CUSTOMER))).toBe('support')
    expect(queueOf(interaction({ state: 'created', since: 0 }, CUSTOMER))).toBeUndefined()
  })
})
