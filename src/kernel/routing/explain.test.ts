import { describe, expect, it } from 'vitest'
import type { RoutingDecision } from './decision.ts'
import { explainDecision } from './explain.ts'

const BASE: RoutingDecision = {
  strategy: 'longest-idle',
  queue: 'support',
  skills: { support: 50 },
  at: 0,
  waitedMs: 12_000,
  chosen: 'ada',
  candidates: [
    { user: 'ada', idleMs: 95_000, proficiency: 80 },
    { user: 'eve', idleMs: 4_500, proficiency: 60 },
  ],
  candidatesCount: 2,
  passedOver: [{ user: 'bob', reason: 'busy' }],
  passedOverCount: 7,
}

const text = (more: Partial<RoutingDecision> = {}): string => explainDecision({ ...BASE, ...more })

describe('the text of a decision (promise 4)', () => {
  it('says who, after how long, why, who would have been next and who was passed over', () => {
    expect(text()).toBe(
      'After 12 s in queue support, ada, free for 95 s, was free longest of the 2 who fit. ' +
        'The queue asks for support 50 or more. Next would have been eve, free for 4.5 s. ' +
        'Passed over: bob (busy) and 6 more.',
    )
  })

  it.each<[Partial<RoutingDecision>, RegExp]>([
    [{ strategy: 'direct' }, /^It was for ada directly/],
    [
      { strategy: 'least-loaded', candidates: [{ ...BASE.candidates[0]!, loadMs: 600_000 }] },
      /least in this shift \(10 min\)/,
    ],
    [{ strategy: 'most-skilled' }, /was best at it \(80\) of the 2/],
    [{ strategy: 'round-robin' }, /offered something longest ago/],
    [{ strategy: 'weighted' }, /best sum of its parts/],
    [{ candidatesCount: 1 }, /was the only free agent who fits/],
    [{ only: 'last-agent' }, /served this customer last, and was waited for/],
    [{ only: 'wanted' }, /was asked for by name/],
    [{ prioritised: { by: 'boss', from: 50, to: 80 } }, /50 or more\. boss had changed its priority from 50 to 80\./],
    [{ besides: ['eve'] }, /was rung together with eve: it was free longest/],
    [{ preferred: { german: 50 } }, /asks for support 50 or more and prefers german 50\./],
    [{ skills: {}, preferred: { german: 50 } }, /The queue prefers german 50\./],
    [{ ring: 2 }, /support 50 or more, having come to ring 2\./],
    [{ skills: {}, ring: 2 }, /It had come to ring 2\./],
    [{ candidates: [{ user: 'ada', idleMs: 3, proficiency: 0 }] }, /ada, just free,/],
  ])('with %j', (more, expected) => {
    expect(text(more)).toMatch(expected)
  })

  it('says what the interaction came before when an agent became free', () => {
    const claim = { waitedMs: 12_000, priorityMs: 0, behindMs: 30_000 }
    const rivals = [{ interaction: 'ix-2', queue: 'sales', waitedMs: 20_000, priorityMs: 0, behindMs: 0 }]
    expect(text({ claim, rivals, rivalsCount: 3 })).toContain(
      'It came before ix-2 of queue sales and 2 more: it counts as 42 s of waiting, 30 s of it because its queue is behind its service level, against 20 s.',
    )
  })
})

describe('the text of what is not usual', () => {
  it('names no queue where there is none, and nobody next where nobody is', () => {
    const alone = text({ candidates: [BASE.candidates[0]!], candidatesCount: 1, passedOver: [], passedOverCount: 0 })
    expect(alone).toBe(
      'After 12 s in queue support, ada, free for 95 s, was the only free agent who fits. The queue asks for support 50 or more.',
    )
  })

  it('says nothing of rivals where there were none', () => {
    expect(text({ rivals: [], rivalsCount: 0 })).not.toContain('It came before')
  })
})
