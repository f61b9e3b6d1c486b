import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assert } from '#base'
import { type Agent, newAgent } from '#kernel/agent'
import type { Queue, User } from '#kernel/config'
import { chooseAgent, directDecision, NAMED_MAX, type RoutingInputs, replayDecision } from './choose.ts'
import { type Demand, demandKey } from './demand.ts'
import type { Line } from './line.ts'
import { makeLine } from './lines.ts'
import { testQueue, testUser } from './test-centre.ts'

const NOW = 100_000

function agent(user: string, idleSince: number, more: Partial<Agent> = {}): Agent {
  return { ...newAgent(user, 'ready', 0), reachable: true, idleSince, ...more }
}

function line(more: Partial<Queue> = {}, demand: Partial<Demand> = {}): Line {
  const queue = testQueue('support', { skills: { support: 50 }, ...more })
  const full: Demand = { queue: 'support', medium: 'voice', ring: 0, ...demand }
  const configuration = { queues: new Map([['support', queue]]) }
  const made = makeLine({ configuration } as unknown as Parameters<typeof makeLine>[0], demandKey(full), full)
  assert(made, 'the queue is there')
  return made
}

function inputs(more: Partial<RoutingInputs> = {}, skills: User['skills'] = { support: 80 }): RoutingInputs {
  const free = more.free ?? [agent('ada', 10_000), agent('eve', 40_000)]
  const passedOver = more.passedOver ?? []
  return {
    line: line(),
    enteredAt: 70_000,
    free,
    freeCount: free.length,
    passedOver,
    passedOverCount: passedOver.length,
    userOf: (name) => testUser(name, { skills }),
    ...more,
  }
}

describe('routing (ACD-02)', () => {
  it('chooses nobody when nobody is free', () => {
    expect(chooseAgent(inputs({ free: [] }), NOW)).toBeUndefined()
  })

  it('chooses who comes first, and keeps why (promise 4)', () => {
    expect(chooseAgent(inputs(), NOW)).toEqual({
      strategy: 'longest-idle',
      queue: 'support',
      skills: { support: 50 },
      at: NOW,
      waitedMs: 30_000,
      chosen: 'ada',
      candidates: [
        { user: 'ada', idleMs: 90_000, proficiency: 80 },
        { user: 'eve', idleMs: 60_000, proficiency: 80 },
      ],
      candidatesCount: 2,
      passedOver: [],
      passedOverCount: 0,
    })
  })

  it('names those who were passed over, with the reason', () => {
    const call = { interaction: 'ix-1', participant: 'p', state: 'connected', since: 0 } as const
    const passedOver = [
      agent('asleep', 0, { chosen: { status: 'not-ready', since: 0 } }),
      agent('away', 0, { reachable: false }),
      agent('missed', 0, { ronaUntil: NOW + 1 }),
      agent('talking', 0, { work: [call] }),
      agent('elsewhere', 0, { inactive: ['support'] }),
      agent('only-chats', 0),
    ]
    expect(chooseAgent(inputs({ passedOver }), NOW)?.passedOver).toEqual([
      { user: 'asleep', reason: 'not-ready' },
      { user: 'away', reason: 'unreachable' },
      { user: 'missed', reason: 'ring-no-answer' },
      { user: 'talking', reason: 'busy' },
      { user: 'elsewhere', reason: 'inactive' },
      { user: 'only-chats', reason: 'no-capacity' },
    ])
  })

  it('cuts its lists and not its counts', () => {
    const free = Array.from({ length: NAMED_MAX + 5 }, (_, n) => agent(`agent${n}`, n))
    const decision = chooseAgent(inputs({ free, freeCount: 500, passedOver: free, passedOverCount: 900 }), NOW)!
    expect(decision.candidates).toHaveLength(NAMED_MAX)
    expect(decision.passedOver).toHaveLength(NAMED_MAX)
    expect([decision.candidatesCount, decision.passedOverCount]).toEqual([500, 900])
  })

  it('takes the least of several skills for the proficiency, those of the interaction included', () => {
    const several = line({ skills: { support: 1 } }, { skills: { german: 1 } })
    const decision = chooseAgent(inputs({ line: several }, { support: 80, german: 60, sales: 5 }), NOW)
    expect(decision?.candidates[0]?.proficiency).toBe(60)
    expect(decision?.skills).toEqual({ support: 1, german: 1 })
  })

  it('is as good as nothing where no skill is asked for', () => {
    expect(chooseAgent(inputs({ line: line({ skills: {} }) }), NOW)?.candidates[0]?.proficiency).toBe(0)
  })

  it('keeps what the interaction came before when an agent became free', () => {
    const rival = { interaction: 'ix-2', queue: 'sales', waitedMs: 9, priorityMs: 0, behindMs: 0 }
    const claim = { waitedMs: 5, priorityMs: 0, behindMs: 5 }
    const decision = chooseAgent(inputs({ claim, rivals: [rival] }), NOW)!
    expect(decision).toMatchObject({ claim, rivals: [rival], rivalsCount: 1 })
    expect(replayDecision(decision)).toBe('ada')
    expect(replayDecision({ ...decision, claim: { ...claim, behindMs: 3 } })).toBeUndefined()
  })
})

describe('a decision made again from what it keeps (promise 4)', () => {
  const strategies = ['longest-idle', 'least-loaded', 'most-skilled', 'round-robin', 'weighted'] as const
  const people = fc.uniqueArray(
    fc.record({
      n: fc.nat(500),
      idleSince: fc.nat(50),
      load: fc.nat(50),
      offeredAt: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
      support: fc.integer({ min: 50, max: 53 }),
      wish: fc.integer({ min: 49, max: 52 }),
      german: fc.nat(1),
    }),
    { selector: ({ n }) => n, minLength: 1, maxLength: 60 },
  )
  const weight = fc.nat(3)
  const weights = fc.record({ skill: weight, wish: weight, idle: weight, load: weight })

  it.each(strategies)('is the same, whoever was free: %s', (strategy) => {
    fc.assert(
      fc.property(people, weights, (all, some) => {
        const where = line({ strategy, weights: some, preferred: { german: 1 } })
        const users = new Map<string, User>()
        const agents = new Map<string, Agent>()
        for (const { n, idleSince, load, offeredAt, support, wish, german } of all) {
          const name = `agent${n}`
          users.set(name, testUser(name, { skills: { support, german }, wishes: { support: wish } }))
          agents.set(name, agent(name, idleSince, { load, ...(offeredAt === undefined ? undefined : { offeredAt }) }))
          where.seat(name, where.seatOf(users.get(name)!, agents.get(name)!))
        }
        expect(where.free.size).toBe(all.length)
        const free = [...where.free].map(({ user }) => agents.get(user)!)
        const decision = chooseAgent(inputs({ line: where, free, userOf: (name) => users.get(name) }), NOW)!
        expect(replayDecision(decision)).toBe(decision.chosen)
        expect(replayDecision({ ...decision, candidates: [...decision.candidates].reverse() })).toBe(decision.chosen)
        expect(replayDecision(JSON.parse(JSON.stringify(decision)))).toBe(decision.chosen)
      }),
      { numRuns: 60 },
    )
  })

  it('shows a record that was changed afterwards', () => {
    const decision = chooseAgent(inputs(), NOW)!
    expect(replayDecision({ ...decision, chosen: 'eve' })).not.toBe('eve')
    expect(replayDecision({ ...decision, candidates: [] })).toBeUndefined()
  })

  it('of a person who was named is that person', () => {
    const decision = directDecision(agent('ada', 99_000), NOW)
    expect(decision).toMatchObject({ strategy: 'direct', chosen: 'ada', waitedMs: 0, candidatesCount: 1 })
    expect(replayDecision(decision)).toBe('ada')
  })
})
