import { describe, expect, it } from 'vitest'
import type { Interaction, Participant, Phase } from '#kernel/interaction'
import { evolveTalk, settleTalk, withoutRing } from './evolve-talk.ts'

const PLACE = { priority: 40, enteredAt: 7 }

function party(id: string, more: Partial<Participant> = {}): Participant {
  return { id, kind: 'agent', address: id, connection: 'connected', since: 0, ...more }
}

function talk(participants: readonly Participant[], phase: Partial<Phase> = {}): Interaction {
  return {
    id: 'ix',
    medium: 'voice',
    direction: 'inbound',
    createdAt: 0,
    from: '555',
    to: '1001',
    phase: { state: 'connected', queue: 'support', place: PLACE, since: 1, ...phase } as Phase,
    participants,
    recordings: [],
    counters: { participants: participants.length, recordings: 0, visits: 0 },
  }
}

describe('a conversation', () => {
  const two = talk([party('a'), party('b')])
  const three = talk([party('a'), party('b'), party('c')])

  it('of two is on hold when one holds, with the place in its queue', () => {
    const held = evolveTalk(two, { type: 'Held', interaction: 'ix', by: 'b' }, 5)
    expect(held.phase).toEqual({ state: 'held', by: 'b', since: 5, queue: 'support', place: PLACE })
    const back = evolveTalk(held, { type: 'Retrieved', interaction: 'ix', by: 'b' }, 9)
    expect(back.phase).toEqual({ state: 'connected', since: 9, queue: 'support', place: PLACE })
  })

  it('of three is on hold when two hold', () => {
    const one = evolveTalk(three, { type: 'Held', interaction: 'ix', by: 'b' }, 5)
    expect(one.phase).toBe(three.phase)
    const both = evolveTalk(one, { type: 'Held', interaction: 'ix', by: 'c' }, 6)
    expect(both.phase).toMatchObject({ state: 'held', by: 'c', since: 6 })
  })

  it('counts nobody who only listens', () => {
    const supervises = { mode: 'listen', agent: 'b', announced: false } as const
    const held = evolveTalk(talk([party('a'), party('b'), party('s', { supervises })]), HELD_BY_B, 5)
    expect(held.phase.state).toBe('held')
    const joined = evolveTalk(held, { type: 'SupervisionChanged', interaction: 'ix', participant: 's', user: 'sup' }, 6)
    expect(joined.phase).toMatchObject({ state: 'connected', since: 6 })
  })

  it('waits for who is only dialled, and is not on hold for that', () => {
    const calling = talk([party('a', { connection: 'initiated' }), party('b')])
    expect(settleTalk(calling, 5)).toBe(calling)
  })

  it('takes in who was called, with a count of its own and until when it is rung', () => {
    const invited = evolveTalk(
      two,
      {
        type: 'ParticipantInvited',
        interaction: 'ix',
        participant: party('c', { connection: 'initiated' }),
        until: 50,
      },
      5,
    )
    expect(invited.counters.participants).toBe(3)
    expect(invited.participants[2]).toMatchObject({ id: 'c', ringUntil: 50 })
    expect(withoutRing(invited)).toBe(invited)
    const ended = { type: 'InvitationEnded', interaction: 'ix', participant: 'c', reason: 'busy' } as const
    expect(evolveTalk(invited, ended, 6)).toMatchObject({
      participants: two.participants,
      counters: { participants: 3 },
    })
  })

  it('rings nobody who has come', () => {
    const came = withoutRing(talk([party('a'), party('b', { ringUntil: 50 })]))
    expect(came.participants[1]).toEqual(party('b'))
  })

  it('mutes one, and nobody else', () => {
    const muted = evolveTalk(two, { type: 'Muted', interaction: 'ix', participant: 'a', muted: true }, 5)
    expect(muted.participants).toEqual([party('a', { muted: true }), party('b')])
    expect(evolveTalk(muted, { type: 'Muted', interaction: 'ix', participant: 'a', muted: false }, 6)).toEqual(two)
  })

  it('is parked where it was told, and keeps its place', () => {
    const parked = { type: 'Parked', interaction: 'ix', by: 'b', slot: '7001', user: 'ada', until: 90 } as const
    expect(evolveTalk(two, parked, 30).phase).toEqual({
      state: 'held',
      by: 'b',
      since: 30,
      queue: 'support',
      place: PLACE,
      parked: { slot: '7001', user: 'ada', until: 90 },
    })
  })

  it('that waits in a queue is none', () => {
    const queued = talk([party('a')], { state: 'queued', queue: 'support', visit: 1, prompts: [] } as Partial<Phase>)
    expect(settleTalk(queued, 5)).toBe(queued)
  })
})

const HELD_BY_B = { type: 'Held', interaction: 'ix', by: 'b' } as const
