import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Agent, newAgent } from '#kernel/agent'
import { chooseAgent, directDecision, NAMED_MAX, type RoutingInputs, replayDecision } from './choose.ts'

const NOW = 100_000

function agent(user: string, idleSince: number, more: Partial<Agent> = {}): Agent {
  return { ...newAgent(user, 'ready', 0), reachable: true, idleSince, ...more }
}

function inputs(more: Partial<RoutingInputs> = {}): RoutingInputs {
  const free = more.free ?? [agent('ada', 10_000), agent('eve', 40_000)]
  const passedOver = more.passedOver ?? []
  return {
    queue: 'support',
    skills: { support: 50 },
    enteredAt: 70_000,
    free,
    freeCount: free.length,
    passedOver,
    passedOverCount: passedOver.length,
    skillsOf: () => ({ support: 80 }),
    ...more,
  }
}

describe('routing (ACD-02)', () => {
  it('chooses nobody when nobody is free', () => {
    expect(chooseAgent(inputs({ free: [] }), NOW)).toBeUndefined()
  })

  it('chooses who has been idle longest, and keeps why (promise 4)', () => {
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
    const passedOver = [
      agent('asleep', 0, { chosen: { status: 'not-ready', since: 0 } }),
      agent('away', 0, { reachable: false }),
      agent('missed', 0, { ronaUntil: NOW + 1 }),
      agent('talking', 0, { work: [{ interaction: 'ix-1', participant: 'p', state: 'connected', since: 0 }] }),
    ]
    expect(chooseAgent(inputs({ passedOver }), NOW)?.passedOver).toEqual([
      { user: 'asleep', reason: 'not-ready' },
      { user: 'away', reason: 'unreachable' },
      { user: 'missed', reason: 'ring-no-answer' },
      { user: 'talking', reason: 'busy' },
    ])
  })

  it('cuts its lists and not its counts', () => {
    const free = Array.from({ length: NAMED_MAX + 5 }, (_, n) => agent(`agent${n}`, n))
    const decision = chooseAgent(inputs({ free, freeCount: 500, passedOver: free, passedOverCount: 900 }), NOW)!
    expect(decision.candidates).toHaveLength(NAMED_MAX)
    expect(decision.passedOver).toHaveLength(NAMED_MAX)
    expect([decision.candidatesCount, decision.passedOverCount]).toEqual([500, 900])
  })

  it('takes the least of several skills for the proficiency', () => {
    const skills = { support: 1, german: 1 }
    const decision = chooseAgent(inputs({ skills, skillsOf: () => ({ support: 80, german: 60, sales: 5 }) }), NOW)
    expect(decision?.candidates[0]?.proficiency).toBe(60)
  })

  it('is as good as nothing where no skill is asked for', () => {
    expect(chooseAgent(inputs({ skills: {} }), NOW)?.candidates[0]?.proficiency).toBe(0)
  })
})

describe('a decision made again from what it keeps (promise 4)', () => {
  it('is the same, whoever was free', () => {
    const arbitraryFree = fc.uniqueArray(fc.record({ n: fc.nat(500), idleSince: fc.nat(50) }), {
      selector: ({ n }) => n,
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(arbitraryFree, (people) => {
        const free = people
          .map(({ n, idleSince }) => agent(`agent${n}`, idleSince))
          .sort((a, b) => a.idleSince - b.idleSince || (a.user < b.user ? -1 : 1))
        const decision = chooseAgent(inputs({ free }), NOW)!
        expect(replayDecision(decision)).toBe(decision.chosen)
        expect(replayDecision({ ...decision, candidates: [...decision.candidates].reverse() })).toBe(decision.chosen)
      }),
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
