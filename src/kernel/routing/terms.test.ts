import { describe, expect, it } from 'vitest'
import { newAgent } from '#kernel/agent'
import type { Configuration, Queue } from '#kernel/config'
import { type Demand, demandKey, waitingOf } from './demand.ts'
import { fitsTerms, missingPreferred, proficiencyOf, servesQueue, type Terms, termsOf, wishOf } from './terms.ts'
import { testQueue, testUser } from './test-centre.ts'

function terms(queues: readonly Queue[], demand: Partial<Demand> = {}): Terms {
  const configuration = { queues: new Map(queues.map((queue) => [queue.name, queue])) } as unknown as Configuration
  return termsOf(configuration, { queue: 'support', medium: 'voice', ring: 0, ...demand })!
}

const german = testUser('ada', { skills: { support: 80, german: 60 }, groups: ['first'] })
const plain = testUser('eve', { skills: { support: 30 }, groups: ['second'] })
const seller = testUser('bob', { skills: { sales: 90 } })

describe('who may serve', () => {
  it('is who has the required skills, at their least proficiency or above (ACD-02)', () => {
    const some = terms([testQueue('support', { skills: { support: 30 } })])
    expect([german, plain, seller].map((user) => fitsTerms(user, some))).toEqual([true, true, false])
    const more = terms([testQueue('support', { skills: { support: 31 } })])
    expect([german, plain].map((user) => fitsTerms(user, more))).toEqual([true, false])
  })

  it('is nobody who is disabled, by whatever way', () => {
    const queue = testQueue('support', { skills: { support: 30 }, users: ['ada'] })
    expect(servesQueue(german, queue)).toBe(true)
    expect(servesQueue({ ...german, disabled: true }, queue)).toBe(false)
    const wanted = terms([testQueue('support')], { user: 'ada' } as Partial<Demand>)
    expect(fitsTerms({ ...german, disabled: true }, wanted)).toBe(false)
  })

  it('is a member, where the queue names groups or people', () => {
    const byGroup = terms([testQueue('support', { groups: ['first', 'third'] })])
    expect([german, plain].map((user) => fitsTerms(user, byGroup))).toEqual([true, false])
    const byName = terms([testQueue('support', { users: ['eve'] })])
    expect([german, plain].map((user) => fitsTerms(user, byName))).toEqual([false, true])
    const both = terms([testQueue('support', { users: ['eve'], groups: ['first'], skills: { support: 1 } })])
    expect([german, plain, seller].map((user) => fitsTerms(user, both))).toEqual([true, true, false])
  })

  it('is who is active in the queue (ACD-11)', () => {
    const queue = terms([testQueue('support')])
    const agent = { ...newAgent('ada', 'ready', 0), inactive: ['support'] }
    expect(fitsTerms(german, queue, agent)).toBe(false)
    expect(fitsTerms(german, queue, { ...agent, inactive: ['sales'] })).toBe(true)
    expect(fitsTerms(german, queue)).toBe(true)
  })

  it('is who has what the interaction itself asks for, in every ring (ACD-03)', () => {
    const queue = testQueue('support', { rings: [{ afterMs: 1_000, skills: {} }] })
    for (const ring of [0, 1, 5]) {
      const wanted = terms([queue], { ring, skills: { german: 50 } })
      expect([german, plain].map((user) => fitsTerms(user, wanted))).toEqual([true, false])
    }
    expect(fitsTerms(german, terms([queue], { user: 'eve' }))).toBe(false)
    expect(fitsTerms(plain, terms([queue], { user: 'eve' }))).toBe(true)
    expect([german, plain].map((user) => fitsTerms(user, terms([queue], { group: 'second' })))).toEqual([false, true])
  })
})

describe('rings', () => {
  const rings = [
    { afterMs: 1_000, skills: { support: 20 } },
    { afterMs: 2_000, groups: ['second'], preferred: {} },
    { afterMs: 3_000, queues: ['sales'] },
  ]
  const support = testQueue('support', { skills: { support: 70 }, preferred: { german: 50 }, groups: ['first'], rings })
  const queues = [support, testQueue('sales', { skills: { sales: 50 } })]
  const fitting = (ring: number) =>
    [german, plain, seller].flatMap((user) => (fitsTerms(user, terms(queues, { ring })) ? [user.name] : []))

  it('add people and take requirements away, each upon the one before', () => {
    expect([0, 1, 2, 3, 9].map(fitting)).toEqual([
      ['ada'],
      ['ada'],
      ['ada', 'eve'],
      ['ada', 'eve', 'bob'],
      ['ada', 'eve', 'bob'],
    ])
  })

  it('change what is preferred', () => {
    expect(missingPreferred(plain, terms(queues, { ring: 1 }))).toBe(1)
    expect(missingPreferred(german, terms(queues, { ring: 1 }))).toBe(0)
    expect(missingPreferred(plain, terms(queues, { ring: 2 }))).toBe(0)
  })

  it('may ask for more as well', () => {
    const stricter = testQueue('support', { rings: [{ afterMs: 1_000, skills: { support: 50 } }] })
    expect(fitsTerms(plain, terms([stricter]))).toBe(true)
    expect(fitsTerms(plain, terms([stricter], { ring: 1 }))).toBe(false)
  })

  it('do not make a queue that everybody serves one for a group', () => {
    const open = testQueue('support', { rings: [{ afterMs: 1_000, groups: ['second'] }] })
    expect(fitsTerms(german, terms([open], { ring: 1 }))).toBe(true)
  })

  it('that name a queue which is not there add nobody', () => {
    expect(fitsTerms(seller, terms([support], { ring: 3 }))).toBe(false)
  })
})

describe('how good an agent is', () => {
  const asked = terms([testQueue('support', { skills: { support: 10 } })], { skills: { german: 10 } })

  it('is the least of what is asked for; so is the wish', () => {
    expect(proficiencyOf(german, asked)).toBe(60)
    expect(wishOf(german, asked)).toBe(50)
    expect(wishOf({ ...german, wishes: { german: 90, support: 70 } }, asked)).toBe(70)
    expect(wishOf({ ...german, wishes: { german: 20 } }, asked)).toBe(20)
  })

  it('is nothing where nothing is asked for, and inherited names are no skills', () => {
    expect(proficiencyOf(german, terms([testQueue('support')]))).toBe(0)
    expect(proficiencyOf(german, terms([testQueue('support', { skills: { constructor: 1 } })]))).toBe(0)
  })
})

describe('serving a queue', () => {
  it('is what its first ring asks for', () => {
    const queue = testQueue('support', { groups: ['first'], rings: [{ afterMs: 1_000, groups: ['second'] }] })
    expect([servesQueue(german, queue), servesQueue(plain, queue)]).toEqual([true, false])
  })
})

describe('a demand', () => {
  const demand: Demand = { queue: 'support', medium: 'voice', ring: 0 }

  it('has the same name whatever the order of its skills', () => {
    const one = demandKey({ ...demand, skills: { a: 1, b: 2 } })
    expect(demandKey({ ...demand, skills: { b: 2, a: 1 } })).toBe(one)
    const others = [
      demand,
      { ...demand, ring: 1 },
      { ...demand, medium: 'chat' as const },
      { ...demand, queue: 'sales' },
      { ...demand, skills: { a: 1 } },
      { ...demand, preferred: { a: 1 } },
      { ...demand, preferred: { a: 1, b: 2 } },
      { ...demand, group: 'a' },
      { ...demand, user: 'a' },
    ]
    expect(new Set([one, ...others.map(demandKey)]).size).toBe(others.length + 1)
  })

  it('is only of an interaction that waits', () => {
    expect(waitingOf(undefined)).toBeUndefined()
  })
})
