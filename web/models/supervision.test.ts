import { describe, expect, it } from 'vitest'
import type { InteractionView } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { canBeSupervised, ownSupervisions, supervisionKeyOf, supervisionModesOf } from './supervision.ts'

type Party = NonNullable<InteractionView['participants']>[number]

const PARTY: Party = {
  ...{ id: 'ix.p1', kind: 'customer', user: null, address: '+4930', displayName: null },
  ...{ connection: 'connected', since: '2026-01-01T00:00:00.000Z' },
}
const AGENT: Party = { ...PARTY, id: 'ix.p2', kind: 'agent', user: 'agent1' }
const OWN: Party = { ...PARTY, id: 'ix.p3', kind: 'supervisor', user: 'boss' }
const CALL = {
  ...{ id: 'ix', medium: 'voice', state: 'connected', from: '+4930', createdAt: '2026-01-01T00:00:00.000Z' },
  participants: [PARTY, AGENT],
} as unknown as InteractionView

function seen(own: Partial<Party>, others: readonly Party[] = [PARTY, AGENT]) {
  const call = { ...CALL, participants: [...others, { ...OWN, ...own }] }
  const board = { ...EMPTY_BOARD, interactions: new Map([['ix', call]]) }
  return ownSupervisions(board, 'boss').map(({ mode, rings, agent }) => ({ mode, rings, agent }))
}

describe('being with a conversation of others', () => {
  it('says how, whose conversation it is, and that nothing is heard while the own phone rings', () => {
    const supervises = { mode: 'coach', agent: 'ix.p2', announced: false } as const
    expect(seen({ supervises })).toEqual([{ mode: 'coach', rings: false, agent: 'agent1' }])
    expect(seen({ supervises, connection: 'alerting' })).toEqual([{ mode: 'coach', rings: true, agent: 'agent1' }])
    expect(seen({ supervises, connection: 'cleared' })).toEqual([])
    expect(seen({})).toEqual([{ mode: 'join', rings: false, agent: 'agent1' }])
    expect(seen({}, [PARTY])).toEqual([{ mode: 'take-over', rings: false, agent: undefined }])
  })

  it('is offered where an agent talks by phone, and to nobody who is a party of it', () => {
    expect(canBeSupervised(CALL, 'boss')).toBe(true)
    expect(canBeSupervised(CALL, 'agent1')).toBe(false)
    expect(canBeSupervised({ ...CALL, medium: 'chat' }, 'boss')).toBe(false)
    expect(canBeSupervised({ ...CALL, state: 'queued' }, 'boss')).toBe(false)
    expect(canBeSupervised({ ...CALL, participants: [PARTY] }, 'boss')).toBe(false)
  })

  it('is for those who may, by a button or a key', () => {
    expect(supervisionModesOf({ role: 'supervisor' })).toEqual(['listen', 'coach', 'join', 'take-over'])
    expect(supervisionModesOf({ role: 'agent' })).toEqual([])
    const keys = { altKey: true, ctrlKey: false, metaKey: false }
    expect(supervisionKeyOf({ ...keys, code: 'KeyC' })).toBe('coach')
    expect(supervisionKeyOf({ ...keys, code: 'KeyQ' })).toBe('stop')
    expect(supervisionKeyOf({ ...keys, code: 'KeyC', altKey: false })).toBeUndefined()
    expect(supervisionKeyOf({ ...keys, code: 'KeyC', ctrlKey: true })).toBeUndefined()
  })
})
