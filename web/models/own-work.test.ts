import { describe, expect, it } from 'vitest'
import type { InteractionView } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { deedsOf, isWritten, ownWork } from './own-work.ts'

function work(id: string, over: Partial<InteractionView> = {}): InteractionView {
  const at = '2026-11-27T08:00:00.000Z'
  return {
    ...{
      id,
      medium: 'voice',
      direction: 'inbound',
      from: '+4930',
      to: '1001',
      state: 'connected',
      since: at,
      createdAt: at,
    },
    ...{ closedAt: null, queue: 'support', queuedAt: null, agent: 'agent1', offerUntil: null, flow: null, step: null },
    ...{ outcome: null, ...over },
  } as InteractionView
}

function boardOf(...all: InteractionView[]) {
  return { ...EMPTY_BOARD, interactions: new Map(all.map((one) => [one.id, one])) }
}

describe('an agent’s own work', () => {
  it('has what rings first, and nothing that is over, waits, or is of others', () => {
    const board = boardOf(
      work('talk'),
      work('notes', { state: 'wrapping-up' }),
      work('ring', { state: 'offered' }),
      work('older', { createdAt: '2026-11-27T07:00:00.000Z' }),
      work('closed', { state: 'closed' }),
      work('waits', { state: 'queued', agent: null }),
      work('other', { agent: 'agent2' }),
    )
    expect(ownWork(board, 'agent1').map(({ id }) => id)).toEqual(['ring', 'older', 'talk', 'notes'])
    expect(ownWork(board, 'agent9')).toEqual([])
  })

  it('may be done with what its medium and its state allow', () => {
    expect(deedsOf(work('a', { state: 'offered' }))).toEqual(['decline'])
    expect(deedsOf(work('a', { state: 'offered', medium: 'chat' }))).toEqual(['accept', 'decline'])
    expect(deedsOf(work('a'))).toEqual(['hold', 'transfer', 'end'])
    expect(deedsOf(work('a', { medium: 'email' }))).toEqual(['transfer', 'complete'])
    expect(deedsOf(work('a', { state: 'held' }))).toEqual(['retrieve', 'transfer', 'end'])
    expect(deedsOf(work('a', { state: 'wrapping-up' }))).toEqual(['wrap-up'])
    expect(deedsOf(work('a', { state: 'closed' }))).toEqual([])
    expect(isWritten(work('a', { medium: 'sms' }))).toBe(true)
    expect(isWritten(work('a', { medium: 'work-item' }))).toBe(false)
  })
})
