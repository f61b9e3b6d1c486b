import { beforeEach, describe, expect, it } from 'vitest'
import { type Agent, newAgent, type Work } from '#kernel/agent'
import { type Configuration, initialConfiguration, type Queue } from '#kernel/config'
import type { Interaction, Participant, Phase } from '#kernel/interaction'
import type { FigureEvent } from './event.ts'
import type { Fact } from './fact.ts'
import { FigureFollower } from './follower.ts'
import type { OpenAgent, OpenContact } from './open-figures.ts'
import { runningOfAgent, runningOfContact } from './running.ts'

/** Changes as any rule of routing might cause them, written by hand: the fold asks only for what they are. */
const queue = {
  skills: { german: 1 },
  serviceLevel: { percent: 80, withinMs: 1000, shortAbandonMs: 100 },
} as unknown as Queue
const configuration: Configuration = {
  ...initialConfiguration().configuration,
  queues: new Map([['support', queue]]),
  numbers: new Map([['1001', { type: 'queue', queue: 'support' }]]),
}
const OTHER: FigureEvent = { type: 'other' }
const party = (n: number, user: string): Participant => {
  return { id: `ix.p${n}`, kind: 'agent', user, address: user, connection: 'alerting', since: 0 }
}

let facts: Fact[]
let contacts: Map<string, OpenContact>
let agents: Map<string, OpenAgent>
let follower: FigureFollower
let contact: Interaction | undefined

beforeEach(() => {
  facts = []
  contacts = new Map()
  agents = new Map()
  follower = new FigureFollower({ contacts, agents }, (fact) => facts.push(fact))
  contact = undefined
})

function becomes(phase: Phase | undefined, participants: readonly Participant[] = []): void {
  const after =
    phase &&
    ({ id: 'ix', medium: 'voice', direction: 'inbound', to: '1001', phase, participants } as unknown as Interaction)
  follower.contactChanged('ix', contact, after)
  contact = after
}

function works(user: string, ...work: Partial<Work>[]): void {
  const agent: Agent = { ...newAgent(user, 'ready', 0), reachable: true, work: work as Work[] }
  follower.agentChanged(user, agent)
}

const follow = (at: number, event: FigureEvent = OTHER): void => follower.follow(event, at, configuration)
const queued = (enteredAt: number): Phase => {
  return { state: 'queued', queue: 'support', priority: 0, enteredAt, visit: 1, prompts: [] }
}
const offeredTo = (user: string, participant: string): Phase => {
  return { ...queued(0), state: 'offered', user, participant, since: 0, until: 9000 } as Phase
}
const ringing = (n: number) => ({
  interaction: 'ix',
  participant: `ix.p${n}`,
  state: 'offered' as const,
  queue: 'support',
  since: 0,
})
const told = (): string[] =>
  facts.map(({ measure, detail, agent, ms }) => [measure, detail, agent, ms].filter(Boolean).join(' '))

describe('the fold of figures', () => {
  it('gives an offer to several one winner, and takes the others’ back', () => {
    becomes(queued(0))
    follow(0)
    becomes(offeredTo('ada', 'ix.p2'), [party(2, 'ada'), party(3, 'bob')])
    works('ada', ringing(2))
    works('bob', ringing(3))
    follow(10)
    becomes({ state: 'connected', queue: 'support', since: 400 }, [party(2, 'ada'), party(3, 'bob')])
    works('bob', { ...ringing(3), state: 'connected' })
    works('ada')
    follow(400, { type: 'ParticipantConnected', interaction: 'ix', participant: 'ix.p3' })
    expect(told()).toEqual([
      ...['arrived', 'offered', 'offer ada', 'offer bob'],
      ...['ring bob 390', 'accepted bob 390', 'status-offered bob 390'],
      ...['ring ada 390', 'offer-withdrawn ada', 'status-offered ada 390'],
      'answered in-time bob 400',
    ])
    expect(facts.filter(({ measure }) => measure === 'answered')).toMatchObject([
      { agent: 'bob', skills: ['german'], line: '1001' },
    ])
  })

  it('counts a place that is kept over a conversation only from its end on', () => {
    becomes(queued(0))
    follow(0)
    becomes(offeredTo('ada', 'ix.p2'), [party(2, 'ada')])
    follow(100)
    becomes({ state: 'connected', queue: 'support', since: 500 }, [party(2, 'ada')])
    follow(500, { type: 'ParticipantConnected', interaction: 'ix', participant: 'ix.p2' })
    // Back at the front, with the moment of the first entering.
    becomes({ ...queued(0), visit: 7 } as Phase)
    follow(5000)
    becomes(undefined)
    follow(5900, { type: 'InteractionClosed', interaction: 'ix', reason: 'abandoned' })
    expect(told().filter((line) => line.startsWith('offered'))).toHaveLength(2)
    expect(told()).toContain('answered in-time ada 500')
    expect(told()).toContain('abandoned late 5400')
    expect(contacts.size).toBe(0)
  })

  it('knows a short abandon, one in time and one that is late', () => {
    for (const [at, expected] of [
      [99, 'short-abandoned in-time 99'],
      [100, 'abandoned in-time 100'],
      [1000, 'abandoned in-time 1000'],
      [1001, 'abandoned late 1001'],
    ] as const) {
      facts.length = 0
      becomes(queued(0))
      follow(0)
      becomes(undefined)
      follow(at, { type: 'InteractionClosed', interaction: 'ix', reason: 'abandoned' })
      expect(told()).toContain(expected)
    }
  })

  it('goes on with contacts and agents that it never saw begin', () => {
    contact = { phase: { state: 'connected', since: 0 }, participants: [] } as unknown as Interaction
    becomes(undefined)
    follow(10, { type: 'InteractionClosed', interaction: 'ix', reason: 'answered' })
    follower.agentChanged('eve', undefined)
    follow(20, { type: 'Transferred', by: 'ix.p9', user: 'eve' })
    follow(30, { type: 'Transferred', by: 'ix.p9' })
    expect(facts).toEqual([])
    expect(agents.size).toBe(0)
  })

  it('tells what runs without ending it, and nothing of no length', () => {
    becomes(queued(0))
    works('ada', { interaction: 'ix', participant: 'ix.p2', state: 'connected', since: 0 })
    follow(0)
    const before = JSON.stringify([...agents, ...contacts])
    const open = agents.get('ada')!
    expect(runningOfAgent('ada', open, 700).map(({ measure, ms }) => `${measure} ${ms}`)).toEqual([
      'status-busy 700',
      'talk 700',
    ])
    expect(runningOfAgent('ada', open, 0)).toEqual([])
    expect(runningOfContact('ix', contacts.get('ix')!, 700)).toMatchObject([
      { measure: 'in-use', ms: 700, line: '1001' },
    ])
    expect(runningOfContact('ix', contacts.get('ix')!, 0)).toEqual([])
    expect(JSON.stringify([...agents, ...contacts])).toBe(before)
  })

  it('forgets what was told when a dump is read, and keeps what is open', () => {
    works('ada', ringing(2))
    follower.forget()
    follow(5)
    expect(agents.size).toBe(0)
    expect(facts).toEqual([])
  })
})
