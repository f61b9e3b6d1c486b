import { describe, expect, it } from 'vitest'
import type { QueueLive } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { pressOf, queuesFrom, searchFor, wallQueues } from './wall.ts'

function queue(name: string, waiting = 0): QueueLive {
  return { name, waiting, serviceLevelToday: { withinMs: 20_000 } } as QueueLive
}

const board = { ...EMPTY_BOARD, queues: new Map(['support', 'sales', 'night'].map((name) => [name, queue(name)])) }

describe('the wallboard', () => {
  it('keeps its choice in the address, whatever is in the names', () => {
    for (const names of [[], ['sales'], ['ü & b', 'a/b']]) expect(queuesFrom(searchFor(names))).toEqual(names)
    expect(queuesFrom('?queues=,%20,sales')).toEqual(['sales'])
  })

  it('shows the chosen queues in the order of choice, and those that exist only', () => {
    const names = (chosen: readonly string[]) => wallQueues(board, chosen).map(({ name }) => name)
    expect(names(['support', 'gone', 'night'])).toEqual(['support', 'night'])
    expect(names([])).toEqual(['night', 'sales', 'support'])
  })

  it('calls a queue late once somebody waits longer than its service level promises', () => {
    expect(pressOf(queue('a'), undefined)).toBe('calm')
    expect(pressOf(queue('a', 1), 20_000)).toBe('waiting')
    expect(pressOf(queue('a', 1), 20_001)).toBe('late')
  })
})
