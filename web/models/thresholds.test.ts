import { describe, expect, it } from 'vitest'
import type { QueueLive, Threshold } from '#api/contract'
import { type Board, EMPTY_BOARD } from './board.ts'
import { lookAt, watchedValue } from './thresholds.ts'

function board(queues: Record<string, Partial<QueueLive>>): Board {
  const level = { percent: null, abandoned: 0 }
  const whole = Object.entries(queues).map(([name, queue]) => [
    name,
    { name, waiting: 0, longestWaitSince: null, agents: { ready: 0 }, serviceLevelToday: level, ...queue } as QueueLive,
  ])
  return { ...EMPTY_BOARD, queues: new Map(whole as [string, QueueLive][]) }
}

const many: Threshold = { name: 'many', figure: 'waiting', comparison: 'above', value: 3, level: 'warning' }
const late: Threshold = {
  ...{ name: 'late', queue: 'a', figure: 'longest-wait', comparison: 'above', value: 60_000 },
  ...{ level: 'critical', forMs: 5_000 },
}

describe('thresholds (RPT-01)', () => {
  it('watch every queue when none is named, and a value is not above itself', () => {
    const seen = board({ a: { waiting: 3 }, b: { waiting: 4 } })
    expect(lookAt(seen, [many], new Map(), 0).alerts.map(({ queue }) => queue)).toEqual(['b'])
  })

  it('alert only when it has been so for as long as was said, and begin anew after it was not', () => {
    const since = new Date(1_000_000 - 70_000).toISOString()
    const bad = board({ a: { waiting: 1, longestWaitSince: since } })
    const first = lookAt(bad, [late], new Map(), 1_000_000)
    expect(first.alerts).toEqual([])
    const second = lookAt(bad, [late], first.crossed, 1_005_000)
    expect(second.alerts).toMatchObject([{ queue: 'a', value: 75_000, since: 1_000_000 }])
    const good = lookAt(board({ a: {} }), [late], second.crossed, 1_006_000)
    expect(good.crossed.size).toBe(0)
    expect(lookAt(bad, [late], good.crossed, 1_007_000).alerts).toEqual([])
  })

  it('show the critical before warnings, whatever came first', () => {
    const bad = board({ a: { waiting: 9, longestWaitSince: new Date(0).toISOString() } })
    const { alerts } = lookAt(bad, [many, { ...late, forMs: 0 }], new Map([['many a', 1]]), 100_000)
    expect(alerts.map(({ threshold }) => threshold.name)).toEqual(['late', 'many'])
  })

  it('say nothing of a service level while nothing was counted, and of a queue that is gone', () => {
    const level: Threshold = { ...many, name: 'level', figure: 'service-level', comparison: 'below', value: 80 }
    expect(lookAt(board({ a: {} }), [level, { ...many, queue: 'gone' }], new Map(), 0).alerts).toEqual([])
  })

  it('read the wait by the clock of the server', () => {
    const queue = board({ a: { longestWaitSince: new Date(50_000).toISOString() } }).queues.get('a')!
    expect(watchedValue(queue, 'longest-wait', 60_000)).toBe(10_000)
    expect(watchedValue(queue, 'longest-wait', 40_000)).toBe(0)
  })
})
