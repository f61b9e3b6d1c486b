import { describe, expect, it } from 'vitest'
import type { LogRecord } from '#seams/log'
import { Tally } from './tally.ts'

/** A log of the centre's events, and history that has folded the first of them. */
function told(...events: readonly (readonly [term: number, event: Record<string, unknown>])[]) {
  const records: LogRecord[] = events.map(([term, e], index) => ({
    sequence: index + 1,
    term,
    at: 1_000 + index,
    body: JSON.stringify({ m: 'centre', e }),
  }))
  const log = {
    records,
    head: async () => records.length,
    read: async (after: number) => records.filter(({ sequence }) => sequence > after),
  }
  const add = (term: number, e: Record<string, unknown>) =>
    records.push({ sequence: records.length + 1, term, at: 5_000, body: JSON.stringify({ m: 'centre', e }) })
  return { log, add }
}

const history = (contacts: readonly string[]) => ({
  open: async () => ({ position: 0, contacts }),
  records: async () => new Map<string, number>(),
})

const created = (interaction: string) => ({ type: 'InteractionCreated', interaction })
const queued = (interaction: string, enteredAt: number) => ({ type: 'Queued', interaction, enteredAt })

describe('the tally of a drill', () => {
  it('counts who is open and who waits before the blow', async () => {
    const { log } = told(
      [1, created('a')],
      [1, queued('a', 900)],
      [1, { type: 'ParticipantConnected', interaction: 'a', participant: 'a.p1' }],
      [1, created('b')],
      [1, queued('b', 900)],
      [1, { type: 'Offered', interaction: 'b', participant: { id: 'b.p2' } }],
      [1, { type: 'ParticipantConnected', interaction: 'b', participant: 'b.p2' }],
      [1, created('c')],
      [1, { type: 'InteractionClosed', interaction: 'c', reason: 'answered' }],
    )
    const tally = await Tally.open(log, history(['z']))
    await tally.follow()
    expect(tally.standing()).toEqual({ standing: 3, waiting: 1 })
  })

  it('finds calls and places that the blow cost, and no others', async () => {
    const { log, add } = told([1, created('a')], [1, created('b')], [1, queued('b', 900)], [1, created('c')])
    const tally = await Tally.open(log, history([]))
    await tally.follow()
    tally.mark(3_000)
    add(2, { type: 'ParticipantCleared', interaction: 'a', reason: 'lost' })
    add(2, { type: 'InteractionClosed', interaction: 'a', reason: 'ended' })
    add(2, queued('b', 4_000))
    add(2, { type: 'ParticipantCleared', interaction: 'c', reason: 'hung-up' })
    add(2, created('d'))
    add(2, { type: 'ParticipantCleared', interaction: 'd', reason: 'lost' })
    await tally.follow()
    expect([tally.lost, tally.placesLost]).toEqual([1, 1])
    expect(tally.closed()).toEqual(['a'])
    expect(tally.terms).toEqual([1, 2])
  })

  it('sees no lost place where somebody is back with the moment of the beginning', async () => {
    const { log, add } = told([1, created('b')], [1, queued('b', 900)])
    const tally = await Tally.open(log, history([]))
    await tally.follow()
    tally.mark(3_000)
    add(2, queued('b', 900))
    await tally.follow()
    expect(tally.placesLost).toBe(0)
  })
})
