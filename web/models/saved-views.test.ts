import { describe, expect, it } from 'vitest'
import type { AgentLive, InteractionView, QueueLive } from '#api/contract'
import { type Board, EMPTY_BOARD } from './board.ts'
import { boardSeen, callsSeen, isBoardView, WHOLE_BOARD } from './board-view.ts'
import { readSaved, SAVED_MAX, withSaved } from './saved-views.ts'

const call = (id: string, queue: string | null, state: string): [string, InteractionView] => [
  id,
  { id, queue, state, createdAt: id } as InteractionView,
]
const agent = (user: string, queues: readonly string[], inactive: readonly string[] = []): [string, AgentLive] => [
  user,
  { user, queues, inactive, work: [] } as unknown as AgentLive,
]
const BOARD: Board = {
  ...EMPTY_BOARD,
  queues: new Map(['sales', 'support'].map((name) => [name, { name } as QueueLive])),
  agents: new Map([agent('anna', ['sales']), agent('bert', ['support']), agent('cleo', [], ['sales'])]),
  interactions: new Map([call('1', 'sales', 'connected'), call('2', 'support', 'queued'), call('3', null, 'in-flow')]),
}

describe('a view of the board', () => {
  it('has the queues that it names, who serves them and what is in them', () => {
    const seen = boardSeen(BOARD, { ...WHOLE_BOARD, queues: ['sales'] })
    expect([...seen.queues.keys()]).toEqual(['sales'])
    expect([...seen.agents.keys()]).toEqual(['anna', 'cleo'])
    expect([...seen.interactions.keys()]).toEqual(['1'])
    expect(boardSeen(BOARD, WHOLE_BOARD)).toBe(BOARD)
    // A queue that was taken away leaves no empty board.
    expect(boardSeen(BOARD, { ...WHOLE_BOARD, queues: ['gone'] })).toBe(BOARD)
  })

  it('shows all calls, those that wait, or those that talk', () => {
    const ids = (calls: 'all' | 'waiting' | 'talking') => callsSeen(BOARD, { queues: [], calls }).map(({ id }) => id)
    expect(ids('all')).toEqual(['2', '1', '3'])
    expect(ids('waiting')).toEqual(['2'])
    expect(ids('talking')).toEqual(['1'])
  })
})

describe('saved views', () => {
  const place = { key: 'k', isView: isBoardView }
  const kept = (text: string | null) => readSaved({ getItem: () => text }, place)

  it('are read back, without what is no view', () => {
    const saved = withSaved([], ' mine ', WHOLE_BOARD)
    expect(kept(JSON.stringify(saved))).toEqual([{ name: 'mine', view: WHOLE_BOARD }])
    const strange = [...saved, { name: 'x', view: { queues: 'sales', calls: 'all' } }, { name: 5 }, null, 'text']
    expect(kept(JSON.stringify(strange))).toEqual(saved)
    for (const text of [null, '{', '{}', '7']) expect(kept(text)).toEqual([])
  })

  it('have one of a name, and a limit', () => {
    const twice = withSaved(withSaved([], 'a', WHOLE_BOARD), 'a', { queues: ['sales'], calls: 'all' })
    expect(twice).toEqual([{ name: 'a', view: { queues: ['sales'], calls: 'all' } }])
    expect(withSaved(twice, '  ', WHOLE_BOARD)).toBe(twice)
    let many = twice
    for (let n = 0; n < 2 * SAVED_MAX; n++) many = withSaved(many, `view ${n}`, WHOLE_BOARD)
    expect(many).toHaveLength(SAVED_MAX)
    expect(many.at(-1)?.name).toBe(`view ${2 * SAVED_MAX - 1}`)
  })
})
