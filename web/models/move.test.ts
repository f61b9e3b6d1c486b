import { describe, expect, it } from 'vitest'
import type { AgentLive, InteractionView, QueueLive } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { movableAs, moveRequest, moveTargets } from './move.ts'

const agent = (user: string, more: Partial<AgentLive>): [string, AgentLive] => [
  user,
  {
    ...{ user, displayName: user, extension: '2001', queues: [], work: [], reachable: true, status: 'ready' },
    ...more,
  } as unknown as AgentLive,
]
const BOARD = {
  ...EMPTY_BOARD,
  queues: new Map(['support', 'sales'].map((name) => [name, { name } as QueueLive])),
  agents: new Map([
    agent('anna', { status: 'unreachable', reachable: false }),
    agent('bert', { status: 'not-ready' }),
    agent('cleo', {}),
    agent('dora', {}),
  ]),
}
const CALL = { id: 'ix', state: 'connected', participants: [{ user: 'dora' }] } as unknown as InteractionView

describe('where a call can be moved', () => {
  it('lists queues, then who is free first, without who has it', () => {
    expect(moveTargets(BOARD, CALL, '').map(({ name }) => name)).toEqual(['sales', 'support', 'cleo', 'bert', 'anna'])
    expect(moveTargets(BOARD, CALL, 'SA').map(({ name }) => name)).toEqual(['sales'])
    expect(moveTargets(BOARD, CALL, 'x')).toEqual([])
  })

  it('is asked for what it does now, and says so in the request', () => {
    expect(movableAs(CALL)).toBe('talking')
    expect(movableAs({ ...CALL, state: 'offered' })).toBe('waiting')
    expect(movableAs({ ...CALL, state: 'in-flow' })).toBeUndefined()
    expect(movableAs({ ...CALL, consults: 'ix-2' })).toBeUndefined()
    const asked = { place: 'front', note: ' ', expects: 'talking' } as const
    expect(moveRequest({ type: 'queue', name: 'sales' }, asked)).toEqual({
      ...{ to: { queue: 'sales', place: 'front' }, expects: 'talking' },
    })
    expect(moveRequest({ type: 'user', name: 'cleo' }, { ...asked, note: 'knows him' })).toEqual({
      ...{ to: { user: 'cleo' }, expects: 'talking', note: 'knows him' },
    })
  })
})
