import { describe, expect, it } from 'vitest'
import type { OfferMade, WaitOutcome, WorkDone } from './people.ts'
import { alikeAgents, DAY_START, PLAIN_QUEUE, playScenario, type Scenario, scenarioChanges } from './scenario.ts'
import { Stage } from './stage.ts'

const SECOND = 1_000

function setUp(more: { ringMs?: (offer: OfferMade) => number | undefined; settings?: object; wrapUpMs?: number } = {}) {
  const waits: string[] = []
  const works: WorkDone[] = []
  const changes = scenarioChanges({
    queues: [{ name: 'q', callsPerHour: 0, talkMs: 1, settings: { ...PLAIN_QUEUE, ...more.settings } }],
    agents: alikeAgents(2, {}),
  })
  const stage = new Stage({
    changes,
    at: 0,
    people: {
      ringMs: more.ringMs ?? (() => 0),
      talkMs: () => 60 * SECOND,
      wrapUpMs: () => more.wrapUpMs,
    },
    audience: {
      waitEnded: ({ contact, enteredAt, endedAt, result, user }) =>
        waits.push(`${contact.id} ${result}${user ? ` by ${user}` : ''} after ${(endedAt - enteredAt) / SECOND}`),
      workEnded: (work) => works.push(work),
    },
  })
  const comes = (id: string, at: number, patience?: number) =>
    stage.at(at * SECOND, () =>
      stage.arrive({
        id,
        at: stage.now,
        to: '100',
        ...(patience === undefined ? {} : { patienceMs: patience * SECOND }),
      }),
    )
  return { stage, waits, works, comes }
}

describe('a play', () => {
  it('lets callers be answered at once, wait their turn, and hang up when their patience is over', () => {
    const { stage, waits, works, comes } = setUp()
    stage.reach('agent1')
    comes('a', 0)
    comes('b', 10)
    comes('c', 20, 15)
    comes('d', 30, 200)
    stage.runTo(300 * SECOND)
    expect(waits).toEqual([
      'a answered by agent1 after 0',
      'c abandoned after 15',
      'b answered by agent1 after 50',
      'd answered by agent1 after 90',
    ])
    expect(works.map(({ user, from, to }) => [user, from / SECOND, to / SECOND])).toEqual([
      ['agent1', 0, 60],
      ['agent1', 60, 120],
      ['agent1', 120, 180],
    ])
    expect(stage.present).toBe(0)
    expect(stage.state.interactions.size).toBe(0)
  })

  it('lets phones ring: one that is let ring goes back, and the caller is offered to the other', () => {
    const ringMs = ({ user }: OfferMade) => (user === 'agent1' ? undefined : 3 * SECOND)
    const { stage, waits, comes } = setUp({ ringMs, settings: { ringTimeoutMs: 10 * SECOND, ronaMs: 600 * SECOND } })
    stage.reach('agent1')
    stage.runTo(SECOND)
    stage.reach('agent2')
    comes('a', 5)
    stage.runTo(200 * SECOND)
    expect(waits).toEqual(['a answered by agent2 after 13'])
  })

  it('lets a caller hang up while a phone rings, and gives the next to the agent who was rung', () => {
    const { stage, waits, comes } = setUp({ ringMs: () => 4 * SECOND })
    stage.reach('agent1')
    comes('a', 0, 2)
    comes('b', 1)
    stage.runTo(100 * SECOND)
    expect(waits).toEqual(['a short-abandoned after 2', 'b answered by agent1 after 5'])
  })

  it('counts work after a call as work, ended by its time or sooner by the agent', () => {
    for (const [wrapUpMs, ends] of [
      [undefined, 90],
      [10 * SECOND, 70],
      [50 * SECOND, 90],
    ] as const) {
      const { stage, works, comes } = setUp({
        settings: { wrapUpMs: 30 * SECOND },
        ...(wrapUpMs === undefined ? {} : { wrapUpMs }),
      })
      stage.reach('agent1')
      comes('a', 0)
      stage.runTo(200 * SECOND)
      expect(works.map(({ to }) => to / SECOND)).toEqual([ends])
    }
  })

  it('tells of a recorded call that nobody records it, so that nothing is left over', () => {
    const { stage, comes } = setUp({ settings: { recorded: true } })
    stage.reach('agent1')
    comes('a', 0)
    stage.runTo(200 * SECOND)
    expect([stage.state.unsealed.size, stage.state.interactions.size]).toEqual([0, 0])
  })

  it('turns a caller away whose number leads nowhere, and takes nobody twice', () => {
    const { stage, comes, waits } = setUp()
    stage.at(0, () => stage.arrive({ id: 'x', at: 0, to: '999' }))
    comes('a', 0)
    comes('a', 1)
    stage.runTo(10 * SECOND)
    expect([stage.present, waits.length]).toEqual([1, 0])
  })
})

describe('a made-up day', () => {
  const scenario: Scenario = {
    queues: [
      {
        name: 'sales',
        callsPerHour: 120,
        talkMs: 90 * SECOND,
        patienceMs: 60 * SECOND,
        settings: { skills: { sales: 1 } },
      },
      {
        name: 'support',
        callsPerHour: (since) => (since < 1_800_000 ? 0 : 240),
        callsPerHourMax: 240,
        talkMs: 60 * SECOND,
        talkSpread: 0.7,
        settings: { skills: { support: 1 } },
      },
    ],
    agents: [
      ...alikeAgents(3, { sales: 50 }, 's'),
      ...alikeAgents(5, { support: 50 }, 't'),
      { name: 'late', skills: { sales: 10, support: 10 }, from: 1_800_000, to: 3_000_000, pace: 2 },
    ],
    ringMs: 4 * SECOND,
  }

  function play(seed: number) {
    const waits: WaitOutcome[] = []
    const works: WorkDone[] = []
    playScenario(scenario, {
      seed,
      lengthMs: 3_600_000,
      audience: { waitEnded: (wait) => waits.push(wait), workEnded: (work) => works.push(work) },
    })
    return { waits, works }
  }

  it('is the same for the same seed, and another for another', () => {
    expect(play(1)).toEqual(play(1))
    expect(play(1)).not.toEqual(play(2))
  })

  it('has the callers that it should have', () => {
    const { waits, works } = play(3)
    const support = waits.filter(({ queue }) => queue === 'support')
    expect(support.length).toBeGreaterThan(80)
    expect(support.length).toBeLessThan(160)
    expect(Math.min(...support.map(({ enteredAt }) => enteredAt))).toBeGreaterThan(DAY_START + 1_800_000)
    expect(waits.filter(({ queue }) => queue === 'sales').some(({ result }) => result === 'abandoned')).toBe(true)
    const late = works.filter(({ user }) => user === 'late')
    expect(late.length).toBeGreaterThan(0)
    expect(Math.min(...late.map(({ from }) => from))).toBeGreaterThan(DAY_START + 1_800_000)
    expect(waits.filter(({ result }) => result === 'answered').length).toBe(works.length)
  })
})
