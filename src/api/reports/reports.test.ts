import { describe, expect, it } from 'vitest'
import { AGENT_FIGURES, agentFigures, QUEUE_FIGURES, queueFigures } from './figures.ts'
import { mergeAgentRows, mergeQueueRows } from './merge-intervals.ts'

const row = {
  ...{
    queue: 'support',
    startAt: 0,
    offered: 10,
    answered: 6,
    answeredInTime: 4,
    abandoned: 2,
    shortAbandoned: 1,
    redirected: 1,
  },
  ...{ waitAnsweredMs: 60_001, waitMsMax: 31_000, talkMs: 1000, holdMs: 10, wrapUpMs: 20 },
}
const agent = {
  agent: 'agent1',
  startAt: 0,
  offered: 3,
  answered: 2,
  notAnswered: 1,
  statusMs: { ready: 500, busy: 1000, offered: 250, 'wrapping-up': 250 },
}

describe('figures', () => {
  it('promise 11: every figure has a definition, and every definition a figure', () => {
    const names = (figures: readonly { name: string; version: number }[]) =>
      figures.map((one) => `${one.name}@${one.version}`).sort()
    expect(Object.keys(queueFigures(row)).sort()).toEqual(names(QUEUE_FIGURES))
    expect(Object.keys(agentFigures(agent)).sort()).toEqual(names(AGENT_FIGURES))
  })

  it('count as they are defined; a share of nothing is none', () => {
    expect(queueFigures(row)).toMatchObject({
      'service-level@1': 50,
      'wait-average@1': 10_000,
      'wait-longest@1': 31_000,
    })
    expect(queueFigures({ ...row, answered: 0, abandoned: 0 })).toMatchObject({
      'service-level@1': null,
      'wait-average@1': null,
    })
    expect(agentFigures(agent)).toMatchObject({ 'occupancy@1': 75, 'time-busy@1': 1000, 'time-logged-off@1': 0 })
  })

  it('DAT-10 add up to longer intervals', () => {
    const rows = [0, 1, 2].map((i) => ({ ...row, startAt: i * 1800, waitMsMax: i }))
    expect(mergeQueueRows(rows, 3600)).toEqual([
      expect.objectContaining({ startAt: 0, offered: 20, waitMsMax: 1, redirected: 2 }),
      expect.objectContaining({ startAt: 3600, offered: 10, waitMsMax: 2 }),
    ])
    const agents = [agent, { ...agent, startAt: 1800, statusMs: { busy: 5 } }]
    expect(mergeAgentRows(agents, 3600)).toEqual([
      expect.objectContaining({ offered: 6, statusMs: { ...agent.statusMs, busy: 1005 } }),
    ])
  })
})
