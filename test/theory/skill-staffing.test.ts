import { describe, expect, it } from 'vitest'
import { PLAIN_QUEUE, type SkillStaffingQuestion, type StaffedQueue, staffBySimulation } from '#engines/what-if'

const TARGET = { percent: 80, withinMs: 20_000 }

const queue = (name: string, callsPerHour: number): StaffedQueue => ({
  ...{ name, callsPerHour, talkMs: 180_000, patienceMs: 120_000, target: TARGET },
  settings: { ...PLAIN_QUEUE, skills: { [name]: 1 } },
})

describe('staffing by simulation', { timeout: 600_000 }, () => {
  // Erlang A for 100 calls an hour of 180 s with a patience of 120 s: 7 agents reach 84.6 % in 20 s, 6 reach 73.2 %.
  it('finds for one queue what Erlang A finds', () => {
    const groups = [{ name: 'all', skills: { sales: 50 }, least: 5, most: 20 }]
    const { counts, levels } = staffBySimulation({ queues: [queue('sales', 100)], groups })
    expect(counts).toEqual({ all: 7 })
    expect(levels['sales']).toBeGreaterThan(80)
  })

  it('needs fewer people where they serve both queues', () => {
    const queues = [queue('sales', 60), queue('support', 60)]
    const alone: SkillStaffingQuestion = {
      queues,
      groups: [
        { name: 'sales', skills: { sales: 50 }, least: 4, most: 8 },
        { name: 'support', skills: { support: 50 }, least: 4, most: 8 },
      ],
    }
    const both = { name: 'both', skills: { sales: 50, support: 50 }, least: 6, most: 12 }
    const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
    const separate = staffBySimulation(alone)
    const mixed = staffBySimulation({ queues, groups: [both] })
    expect(total(mixed.counts)).toBeLessThan(total(separate.counts))
    for (const level of [...Object.values(separate.levels), ...Object.values(mixed.levels)]) {
      expect(level).toBeGreaterThanOrEqual(80)
    }
  })

  it('says when no mix reaches the targets', () => {
    const groups = [{ name: 'few', skills: { sales: 50 }, least: 1, most: 3 }]
    expect(() => staffBySimulation({ queues: [queue('sales', 100)], groups })).toThrow(/no mix of these groups/)
  })
})
