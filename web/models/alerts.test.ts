import { describe, expect, it } from 'vitest'
import type { AlertView, QueueLive } from '#api/contract'
import { runningAlerts, unseenBy, watchedValue } from './alerts.ts'
import { type Board, EMPTY_BOARD } from './board.ts'

const QUEUE = {
  ...{ name: 'support', waiting: 7, longestWaitSince: new Date(50_000).toISOString() },
  ...{ agents: { ready: 2 }, serviceLevelToday: { percent: null, abandoned: 3 } },
} as unknown as QueueLive
const BOARD: Board = { ...EMPTY_BOARD, queues: new Map([['support', QUEUE]]) }
const ALERT = {
  ...{ id: 'al-1', queue: 'support', value: 4, seen: [{ user: 'anna', at: '' }] },
  threshold: { figure: 'waiting' },
} as unknown as AlertView

describe('alerts on a page (RPT-06)', () => {
  it('show what the figure is now, or was while the board does not know it', () => {
    expect(runningAlerts([ALERT, { ...ALERT, queue: 'gone' }], BOARD, 0).map(({ now }) => now)).toEqual([7, 4])
  })

  it('read the wait by the clock of the server, and nothing where nothing was counted', () => {
    expect(watchedValue(QUEUE, 'longest-wait', 60_000)).toBe(10_000)
    expect(watchedValue(QUEUE, 'longest-wait', 40_000)).toBe(0)
    expect(watchedValue(QUEUE, 'service-level', 0)).toBe(undefined)
    expect(watchedValue(QUEUE, 'ready', 0)).toBe(2)
    expect(watchedValue(QUEUE, 'abandoned', 0)).toBe(3)
  })

  it('are told of as seen once for each person', () => {
    expect(unseenBy([ALERT], 'anna', new Set())).toEqual([])
    expect(unseenBy([ALERT], 'bert', new Set())).toEqual(['al-1'])
    expect(unseenBy([ALERT], 'bert', new Set(['al-1']))).toEqual([])
  })
})
