import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Agent, newAgent } from '#kernel/agent'
import type { Configuration, Queue, User } from '#kernel/config'
import { type Demand, demandKey } from './demand.ts'
import { Lines } from './lines.ts'
import { fitsTerms } from './terms.ts'
import { testQueue, testUser } from './test-centre.ts'

/** A centre that is only people and queues. */
class Centre {
  readonly users = new Map<string, User>()
  readonly queues = new Map<string, Queue>()
  readonly agents = new Map<string, Agent>()
  readonly lines = new Lines({
    configuration: this as unknown as Configuration,
    agent: (user) => this.agents.get(user),
  })

  queue(name: string, more: Partial<Queue> = {}): this {
    this.queues.set(name, testQueue(name, more))
    this.lines.changeQueue(name)
    return this
  }

  user(name: string, skills: User['skills'], more: Partial<User> = {}): this {
    this.users.set(name, testUser(name, { skills, ...more }))
    this.lines.changeUser(name)
    return this
  }

  agent(user: string, more: Partial<Agent> = {}): this {
    this.agents.set(user, { ...newAgent(user, 'ready', 0), reachable: true, ...more })
    this.lines.reseat(user)
    return this
  }

  free(demand: Partial<Demand> = {}): readonly string[] {
    const full = { ...DEMAND, ...demand }
    return [...(this.lines.line(demandKey(full), full)?.free ?? [])].map(({ user }) => user)
  }

  waits(interaction: string, demand: Partial<Demand> = {}): void {
    this.lines.enter(this.#waiting(interaction, demand))
  }

  leaves(interaction: string, demand: Partial<Demand> = {}): void {
    this.lines.leave(this.#waiting(interaction, demand))
  }

  #waiting(interaction: string, demand: Partial<Demand>) {
    const full = { ...DEMAND, ...demand }
    return { key: demandKey(full), demand: full, entry: { interaction, priority: 0, enteredAt: 1, rankAt: 1 } }
  }
}

const DEMAND: Demand = { queue: 'support', medium: 'voice', ring: 0 }

describe('a line', () => {
  it('has those who fit and are free, the best first by its strategy', () => {
    const centre = new Centre().queue('support', { skills: { support: 1 } })
    centre.user('ada', { support: 50 }).user('eve', { support: 90 }).user('bob', {})
    centre.agent('ada', { idleSince: 5, load: 9, offeredAt: 2 })
    centre.agent('eve', { idleSince: 7, load: 3, offeredAt: 1 }).agent('bob')
    expect(centre.free()).toEqual(['ada', 'eve'])
    for (const strategy of ['least-loaded', 'most-skilled', 'round-robin'] as const) {
      expect(centre.queue('support', { skills: { support: 1 }, strategy }).free()).toEqual(['eve', 'ada'])
    }
    expect(
      centre
        .queue('support', { preferred: { german: 1 } })
        .user('bob', { german: 1 })
        .free()[0],
    ).toBe('bob')
  })

  it('weighs the parts where the queue says how', () => {
    const centre = new Centre().user('ada', { support: 50 }).user('eve', { support: 90 })
    centre.agent('ada', { idleSince: 0, load: 60_000 }).agent('eve', { idleSince: 30_000, load: 0 })
    const weighted = (weights: Queue['weights']) =>
      centre.queue('support', { skills: { support: 1 }, strategy: 'weighted', weights: weights! }).free()[0]
    expect(weighted({ skill: 1, wish: 0, idle: 0, load: 0 })).toBe('eve')
    expect(weighted({ skill: 0, wish: 0, idle: 1, load: 0 })).toBe('ada')
    // 40 points of skill and one minute of load are worth more than 30 s without work.
    expect(weighted({ skill: 1, wish: 0, idle: 1, load: 0 })).toBe('eve')
    expect(weighted({ skill: 0.5, wish: 0, idle: 1, load: 0 })).toBe('ada')
    expect(weighted({ skill: 0.5, wish: 0, idle: 1, load: 11 })).toBe('eve')
  })

  it('keeps apart who is there and not free from who is not there', () => {
    const centre = new Centre().queue('support').user('ada', {}).user('eve', {}).user('bob', {})
    const work = [{ interaction: 'ix', participant: 'p', state: 'connected', since: 0 }] as const
    centre.agent('ada', { work }).agent('eve', { reachable: false }).agent('bob')
    const line = centre.lines.line(demandKey(DEMAND), DEMAND)!
    expect([...line.busy]).toEqual(['ada'])
    expect(centre.free()).toEqual(['bob'])
    centre.agent('ada').agent('bob', { chosen: { status: 'logged-off', since: 0 } })
    expect([[...line.busy], centre.free()]).toEqual([[], ['ada']])
  })

  it('of one medium is not that of another', () => {
    const centre = new Centre()
      .queue('support')
      .user('ada', {}, { mixes: [{ chat: 2 }] })
      .agent('ada')
    expect([centre.free(), centre.free({ medium: 'chat' })]).toEqual([[], ['ada']])
  })

  it('is not there without its queue', () => {
    const centre = new Centre()
    expect(centre.lines.line(demandKey(DEMAND), DEMAND)).toBeUndefined()
    centre.waits('ix')
    expect([...centre.lines.all()]).toEqual([])
  })
})

describe('lines', () => {
  it('keep those who wait when their queue is configured anew', () => {
    const centre = new Centre()
      .queue('support', { skills: { support: 1 } })
      .user('ada', {})
      .agent('ada')
    centre.waits('ix')
    expect(centre.free()).toEqual([])
    centre.queue('support')
    expect(centre.free()).toEqual(['ada'])
    expect([...centre.lines.get(demandKey(DEMAND))!.waiting].map(({ interaction }) => interaction)).toEqual(['ix'])
  })

  it('follow another queue whose people may serve in a ring', () => {
    const rings = [{ afterMs: 1_000, queues: ['sales'] }]
    const centre = new Centre().queue('sales', { skills: { sales: 50 } })
    centre
      .queue('support', { skills: { support: 1 }, rings })
      .user('bob', { sales: 40 })
      .agent('bob')
    expect(centre.free({ ring: 1 })).toEqual([])
    centre.queue('sales', { skills: { sales: 40 } })
    expect(centre.free({ ring: 1 })).toEqual(['bob'])
  })

  it('forget a user who is configured no more, and learn of a new skill', () => {
    const centre = new Centre()
      .queue('support', { skills: { support: 1 } })
      .user('ada', {})
      .agent('ada')
    expect(centre.free()).toEqual([])
    expect(centre.user('ada', { support: 1 }).free()).toEqual(['ada'])
    centre.users.delete('ada')
    centre.lines.changeUser('ada')
    expect(centre.free()).toEqual([])
    expect([...centre.lines.of('ada')]).toEqual([])
  })

  it('for one person are given up with the last who waits; others are kept, up to a limit', () => {
    const centre = new Centre().queue('support').user('ada', {}).agent('ada')
    centre.waits('ix', { user: 'ada' })
    expect([...centre.lines.of('ada')]).toHaveLength(1)
    centre.leaves('ix', { user: 'ada' })
    expect([...centre.lines.of('ada')]).toHaveLength(0)
    for (let n = 0; n < 1_000; n++) {
      centre.waits('ix', { skills: { [`skill${n}`]: 1 } })
      centre.leaves('ix', { skills: { [`skill${n}`]: 1 } })
    }
    expect([...centre.lines.all()].length).toBeLessThanOrEqual(200)
    centre.waits('kept', { skills: { first: 1 } })
    for (let n = 0; n < 1_000; n++) centre.free({ skills: { [`again${n}`]: 1 } })
    expect([...centre.lines.get(demandKey({ ...DEMAND, skills: { first: 1 } }))!.waiting]).toHaveLength(1)
  })

  it('say of every agent what is true of it, whatever changes in whatever order', () => {
    const step = fc.record({ what: fc.nat(4), n: fc.nat(5), level: fc.nat(3), on: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const centre = new Centre().queue('support').queue('sales')
        for (const { what, n, level, on } of steps) {
          const user = `agent${n}`
          if (what === 0) centre.user(user, { support: level }, { groups: on ? ['first'] : [] })
          if (what === 1) centre.agent(user, { reachable: on, idleSince: level })
          if (what === 2) {
            centre.queue('support', {
              skills: on ? { support: level } : {},
              ...(level === 1 ? { groups: ['first'] } : undefined),
              rings: [{ afterMs: 1_000, queues: ['sales'] }],
            })
          }
          if (what === 3) centre.queue('sales', { skills: { support: level } })
          if (what === 4) centre.free({ ring: level % 2, ...(on ? { skills: { support: n } } : undefined) })
        }
        for (const line of centre.lines.all()) {
          const fit = [...centre.users.values()].filter((user) => {
            return centre.agents.get(user.name)?.reachable && fitsTerms(user, line.terms)
          })
          expect([...line.free].map(({ user }) => user).sort()).toEqual(fit.map(({ name }) => name).sort())
        }
      }),
      { numRuns: 100 },
    )
  })
})
