import { describe, expect, it } from 'vitest'
import { presencesOf } from './recorded-presence.ts'
import { type OffersOf, type TimelineRow, waitsOf } from './recorded-waits.ts'

const row = (at: number, type: string, more: Partial<TimelineRow> = {}): TimelineRow => ({
  ...{
    interaction: 'ix',
    at,
    type,
    participant: null,
    user: null,
    queue: null,
    priority: null,
    until: null,
    reason: null,
  },
  ...more,
})
const queued = (at: number, queue = 'support', priority = 50) => row(at, 'Queued', { queue, priority })
const offered = (at: number, user: string, participant: string, queue: string | null = 'support') =>
  row(at, 'Offered', { user, participant, queue })

function read(...timeline: readonly TimelineRow[]) {
  const offers = new Map<string, OffersOf>()
  return { waits: waitsOf(timeline, offers), offers: Object.fromEntries(offers) }
}

describe('recorded waits', () => {
  it('are read from a call that rang in vain, was answered, and was wrapped up', () => {
    const { waits, offers } = read(
      queued(1_000),
      offered(2_000, 'ann', 'p2'),
      row(12_000, 'OfferEnded', { participant: 'p2', user: 'ann', reason: 'no-answer' }),
      offered(13_000, 'bob', 'p3'),
      row(17_000, 'ParticipantConnected', { participant: 'p3' }),
      row(20_000, 'Held'),
      row(60_000, 'WrapUpStarted', { participant: 'p3', user: 'bob', until: 90_000 }),
      row(60_000, 'ParticipantCleared', { participant: 'p3' }),
      row(75_000, 'WrapUpEnded', { participant: 'p3', user: 'bob' }),
      row(75_000, 'InteractionClosed', { reason: 'answered' }),
    )
    expect(waits).toEqual([
      {
        ...{
          interaction: 'ix',
          queue: 'support',
          priority: 50,
          enteredAt: 1_000,
          waitedMs: 16_000,
          result: 'answered',
        },
        ...{ follows: false, agent: 'bob', ringMs: 4_000, talkMs: 43_000, wrapUpMs: 15_000, wrapUpWhole: false },
      },
    ])
    expect(offers).toEqual({ ann: { offered: 1, unanswered: 1 }, bob: { offered: 1, unanswered: 0 } })
  })

  it('end with a caller who hangs up, who says nothing of the agent whose phone rang', () => {
    const { waits, offers } = read(
      queued(0),
      offered(500, 'ann', 'p2'),
      row(3_000, 'OfferEnded', { participant: 'p2', user: 'ann', reason: 'withdrawn' }),
      row(3_000, 'ParticipantCleared', { participant: 'p1' }),
      row(3_000, 'InteractionClosed', { reason: 'short-abandoned' }),
    )
    expect(waits).toMatchObject([{ result: 'short-abandoned', waitedMs: 3_000, follows: false }])
    expect(offers).toEqual({ ann: { offered: 1, unanswered: 0 } })
  })

  it('tell who came from another queue unanswered from who was passed on by an agent', () => {
    const { waits } = read(
      queued(0, 'first'),
      queued(30_000, 'second'),
      offered(40_000, 'ann', 'p2', 'second'),
      row(41_000, 'ParticipantConnected', { participant: 'p2' }),
      row(50_000, 'ParticipantCleared', { participant: 'p2' }),
      queued(50_000, 'third', 90),
      row(60_000, 'StepEntered'),
      row(99_000, 'InteractionClosed', { reason: 'self-served' }),
    )
    expect(waits.map(({ queue, result, waitedMs, follows }) => [queue, result, waitedMs, follows])).toEqual([
      ['first', 'left', 30_000, false],
      ['second', 'answered', 11_000, true],
      ['third', 'left', 10_000, false],
    ])
    expect(waits[1]).toMatchObject({ talkMs: 9_000 })
    expect(waits[1]).not.toHaveProperty('wrapUpMs')
  })

  it('take no direct call for one of a queue', () => {
    const { waits, offers } = read(
      offered(0, 'ann', 'p2', null),
      row(2_000, 'ParticipantConnected', { participant: 'p2' }),
      row(9_000, 'InteractionClosed', { reason: 'answered' }),
    )
    expect([waits, offers]).toEqual([[], {}])
  })
})

describe('presences', () => {
  const status = (from: number, to: number, word: string, agent = 'ann') => ({ agent, from, to, status: word })

  it('are whole stretches at work, whatever is done in them', () => {
    const statuses = [
      status(0, 10, 'logged-off'),
      status(10, 20, 'ready'),
      status(20, 25, 'offered'),
      status(25, 60, 'busy'),
      status(60, 70, 'wrapping-up'),
      status(70, 80, 'not-ready'),
      status(80, 90, 'ring-no-answer'),
      status(90, 95, 'unreachable'),
    ]
    expect(presencesOf(statuses, [{ agent: 'ann', from: 25, to: 60 }])).toEqual([
      { user: 'ann', from: 10, to: 70 },
      { user: 'ann', from: 80, to: 90 },
    ])
  })

  it('leave out calls that are not of a queue', () => {
    const statuses = [
      status(0, 10, 'ready'),
      status(10, 40, 'busy'),
      status(40, 50, 'ready'),
      status(0, 50, 'ready', 'bob'),
    ]
    expect(presencesOf(statuses, [{ agent: 'bob', from: 10, to: 40 }])).toEqual([
      { user: 'ann', from: 0, to: 10 },
      { user: 'ann', from: 40, to: 50 },
      { user: 'bob', from: 0, to: 50 },
    ])
  })
})
