import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { type CentreCommand, type CentreEvent, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Queue, User } from '#kernel/config'
import type { RoutingDecision } from '#kernel/routing'
import { Scene } from './scene.ts'

/** The demo centre with another kind of support queue, and some of its agents there. */
function scene(more: Partial<Queue>, ...phones: readonly string[]): Scene {
  const made = new Scene()
  made.changes(made.queue('support', more))
  return made.phones(...phones)
}

/** A user of the demo with something else about it. */
function user(of: Scene, name: string, more: Partial<User>): ConfigurationChange {
  return { kind: 'user', name, value: { ...of.world.head.configuration.users.get(name)!, ...more } }
}

/** The decisions so far, the last one first. */
function decisions(of: Scene): readonly RoutingDecision[] {
  const offers = of.world.log.map(({ event }) => event).filter((event) => event.type === 'Offered')
  return offers.map((event) => (event as Extract<CentreEvent, { type: 'Offered' }>).why).reverse()
}

const status = (name: string, chosen: 'ready' | 'not-ready' | 'logged-off'): CentreCommand => ({
  type: 'ChooseStatus',
  user: name,
  status: chosen,
})

const workItem = (interaction: string, more: Partial<Extract<CentreCommand, { type: 'CreateWorkItem' }>> = {}) =>
  ({ type: 'CreateWorkItem', interaction, subject: 'form', queue: 'support', ...more }) as const

/** agent1 talks to a caller from this number, who then hangs up. */
function served(of: Scene, interaction: string, from: string): void {
  of.does({ type: 'Arrive', interaction, from, to: '1001' })
  of.connects(`${interaction}.p2`)
  of.hangsUp(`${interaction}.p1`)
  of.passes(5_000)
}

describe('preferred skills and rings', () => {
  it('choose who has what is preferred, though somebody else was idle longer (ACD-03)', () => {
    const it1 = scene({ preferred: { german: 50 } }, 'agent1', 'agent5')
    expect(it1.arrives('1001').at(-1)).toMatch(/^Offered agent5 /)
    expect(it1.arrives('1001').at(-1)).toMatch(/^Offered agent1 /)
    expect(decisions(it1)[1]).toMatchObject({
      preferred: { german: 50 },
      candidates: [{ user: 'agent5' }, { user: 'agent1', missing: 1 }],
    })
  })

  it('let a requirement fall at the very moment that the ring says, and no sooner', () => {
    const it1 = scene({ skills: { support: 90 }, rings: [{ afterMs: 7_000, skills: { support: 50 } }] }, 'agent1')
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(it1.passes(6_999)).toEqual([])
    expect(it1.passes(1)).toEqual(['Widened 1', 'Offered agent1 ix-1.p2 until 22000'])
    expect(decisions(it1)[0]).toMatchObject({ ring: 1, skills: { support: 50 }, waitedMs: 7_000 })
  })

  it('ask a further queue’s agents after a while', () => {
    const it1 = scene({ rings: [{ afterMs: 3_000, queues: ['sales'] }] }, 'agent2')
    it1.arrives('1001')
    expect(it1.passes(3_000)).toEqual(['Widened 1', 'Offered agent2 ix-1.p2 until 18000'])
  })

  it('come all at once to who waited through a pause of the core, and are not lost by an offer', () => {
    const rings = [
      { afterMs: 2_000, skills: { support: 85 } },
      { afterMs: 4_000, skills: { support: 1 } },
    ]
    const it1 = scene({ skills: { support: 90 }, rings }, 'agent1')
    it1.arrives('1001')
    it1.world.now += 60_000
    expect(it1.does({ type: 'Tick' }).slice(0, 2)).toEqual(['Widened 2', expect.stringMatching(/^Announced/)])
    expect(it1.phase('ix-1')).toMatchObject({ state: 'offered', ring: 2 })
    it1.fails('ix-1.p2', 'no-answer')
    expect(it1.phase('ix-1')).toMatchObject({ state: 'queued', ring: 2 })
  })

  it('never give a call to who lacks what the call itself asks for', () => {
    const it1 = scene({ rings: [{ afterMs: 2_000, skills: {} }] }, 'agent1')
    it1.does(workItem('wi', { wants: { skills: { german: 50 } } }))
    expect(it1.passes(100_000)).toEqual(['Widened 1'])
    it1.phones('agent5')
    expect(it1.phase('wi')).toMatchObject({ state: 'offered', user: 'agent5' })
  })
})

describe('one person first (ACD-03)', () => {
  const lastAgent = { withinMs: 600_000, waitMs: 10_000 }

  it('waits for who served the customer last, but not for ever', () => {
    const it1 = scene({ lastAgent }, 'agent1', 'agent3')
    served(it1, 'first', '0301')
    it1.does({ type: 'Arrive', interaction: 'other', from: '0302', to: '1001' })
    expect(it1.phase('other')).toMatchObject({ user: 'agent3' })
    it1.does({ type: 'PlaceCall', interaction: 'own', user: 'agent1', to: '1009' })
    it1.does({ type: 'ReportCleared', interaction: 'other', participant: 'other.p1', reason: 'hung-up' })
    expect(it1.does({ type: 'Arrive', interaction: 'again', from: '0301', to: '1001' }).at(-1)).toBe(
      'Queued support 50',
    )
    expect(it1.status('agent3')).toBe('ready')
    expect(it1.passes(9_999)).toEqual([])
    expect(it1.passes(1)).toEqual(['Widened 0', 'Offered agent3 again.p2 until 30000'])
  })

  it('gives the customer to the last agent, and says so', () => {
    const it1 = scene({ lastAgent }, 'agent1', 'agent3')
    served(it1, 'first', '0301')
    it1.does({ type: 'Arrive', interaction: 'again', from: '0301', to: '1001' })
    expect(it1.phase('again')).toMatchObject({ state: 'offered', user: 'agent1' })
    expect(decisions(it1)[0]).toMatchObject({ only: 'last-agent', candidatesCount: 1 })
  })

  it('does not wait for who is not there, nor after a long time', () => {
    const it1 = scene({ lastAgent }, 'agent1', 'agent3')
    served(it1, 'first', '0301')
    it1.does({ type: 'SetReachable', user: 'agent1', reachable: false })
    it1.does({ type: 'Arrive', interaction: 'again', from: '0301', to: '1001' })
    expect(it1.phase('again')).toMatchObject({ state: 'offered', user: 'agent3' })
    it1.hangsUp('again.p1', 'again')
    it1.phones('agent1')
    it1.passes(600_001)
    it1.does({ type: 'Arrive', interaction: 'late', from: '0301', to: '1001' })
    expect(decisions(it1)[0]?.only).toBeUndefined()
  })

  it('is remembered through a crash', () => {
    const it1 = scene({ lastAgent }, 'agent1', 'agent3')
    served(it1, 'first', '0301')
    it1.crashes()
    it1.does({ type: 'Arrive', interaction: 'again', from: '0301', to: '1001' })
    expect(decisions(it1)[0]).toMatchObject({ only: 'last-agent', chosen: 'agent1' })
  })

  it('may be asked for by name, for a time or for ever', () => {
    const it1 = scene({}, 'agent1', 'agent3')
    it1.does(status('agent3', 'not-ready'))
    it1.does(workItem('a-while', { wants: { user: 'agent3', userMs: 5_000 } }))
    it1.does(workItem('for-ever', { wants: { user: 'agent3' } }))
    it1.does(workItem('nobody', { wants: { user: 'agent2' } }))
    expect(it1.phase('nobody')).toMatchObject({ state: 'offered', user: 'agent1' })
    it1.does({ type: 'End', interaction: 'nobody', by: 'admin' })
    expect(it1.passes(5_000)).toEqual(['Widened 0', 'Offered agent1 a-while.p1 until 20000'])
    expect(it1.passes(500_000)).not.toContain('Widened 0')
    it1.does(status('agent3', 'ready'))
    expect(it1.phase('for-ever')).toMatchObject({ state: 'offered', user: 'agent3' })
    expect(decisions(it1)[0]).toMatchObject({ only: 'wanted' })
  })

  it('may be a group, or what a flow’s step asks for', () => {
    const it1 = scene({}, 'agent1', 'agent3')
    it1.changes(user(it1, 'agent3', { groups: ['letters'] }), {
      kind: 'flow',
      name: 'letters',
      value: {
        name: 'letters',
        start: 'queue',
        steps: { queue: { type: 'queue', queue: 'support', wants: { group: 'letters' } } },
      },
    })
    it1.changes({ kind: 'number', name: '1500', value: { type: 'flow', flow: 'letters' } })
    expect(it1.arrives('1500').at(-1)).toMatch(/^Offered agent3 /)
    expect(it1.arrives('1500').at(-1)).toBe('Queued support 50')
  })
})

describe('several who are rung at once', () => {
  it('are all offered the call; the first to answer has it, and the others are free', () => {
    const it1 = scene({ ringAtOnce: 3 }, 'agent1', 'agent3', 'agent5', 'agent7')
    expect(it1.arrives('1001').slice(-3)).toEqual([
      'Offered agent1 ix-1.p2 until 15000',
      'Offered agent3 ix-1.p3 until 15000',
      'Offered agent5 ix-1.p4 until 15000',
    ])
    expect(decisions(it1)[0]).toMatchObject({ chosen: 'agent5', besides: ['agent1', 'agent3'] })
    expect(it1.connects('ix-1.p3')).toEqual([
      'OfferEnded agent1 withdrawn',
      'OfferEnded agent5 withdrawn',
      'ParticipantConnected ix-1.p3',
      'RecordingStarted ix-1.r1 of ix-1.p1 ix-1.p3',
    ])
    expect(['agent1', 'agent3', 'agent5'].map((name) => it1.status(name))).toEqual(['ready', 'busy', 'ready'])
    // The second answer comes too late: its leg has no party any more, and is ended.
    expect(it1.connects('ix-1.p2')).toEqual([])
  })

  it('go on being rung when one refuses; nobody left is back to the queue', () => {
    const it1 = scene({ ringAtOnce: 2 }, 'agent1', 'agent3')
    it1.arrives('1001')
    expect(it1.fails('ix-1.p2', 'declined')).toEqual(['OfferEnded agent1 declined until 10000'])
    expect(it1.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent3', participant: 'ix-1.p3' })
    expect(it1.passes(15_000)).toContain('OfferEnded agent3 no-answer until 25000')
  })

  it('are withdrawn together when the caller hangs up', () => {
    const it1 = scene({ ringAtOnce: 2 }, 'agent1', 'agent3')
    it1.arrives('1001')
    it1.passes(6_000)
    expect(it1.hangsUp('ix-1.p1')).toEqual([
      'OfferEnded agent1 withdrawn',
      'OfferEnded agent3 withdrawn',
      'ParticipantCleared ix-1.p1 hung-up',
      'InteractionClosed ix-1 abandoned',
    ])
  })
})

describe('who let it ring', () => {
  it.each(['not-ready', 'logged-off'] as const)('is %s where the queue says so (AGS-03)', (afterRona) => {
    const it1 = scene({ afterRona }, 'agent1', 'agent3')
    it1.arrives('1001')
    expect(it1.passes(15_000)).toEqual([
      'OfferEnded agent1 no-answer until 25000',
      `StatusChosen agent1 ${afterRona}`,
      'Offered agent3 ix-1.p3 until 30000',
    ])
    it1.passes(10_000)
    expect(it1.status('agent1')).toBe(afterRona)
  })
})

describe('an agent who can serve no more', () => {
  it('gives the caller back to its old place, with its old moment (ACD-12, AGS-04)', () => {
    const it1 = scene({}, 'agent1')
    it1.arrives('1001')
    it1.passes(3_000)
    it1.connects('ix-1.p1')
    it1.connects('ix-1.p2')
    it1.arrives('1001')
    it1.passes(60_000)
    const lost = { interaction: 'ix-1', participant: 'ix-1.p2', reason: 'lost' } as const
    expect(it1.does({ type: 'ReportCleared', ...lost })).toEqual([
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 65000',
      'ParticipantCleared ix-1.p2 lost',
      'Queued support 50',
    ])
    expect(it1.hears('ix-1.p1')).toEqual(['music'])
    it1.phones('agent3')
    expect(it1.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent3', enteredAt: it1.world.now - 63_000 })
    it1.connects('ix-1.p3')
    expect(it1.hangsUp('ix-1.p1')).toContain('ParticipantCleared ix-1.p1 hung-up')
    expect(it1.passes(2_000).filter((line) => line.startsWith('InteractionClosed'))).toEqual([
      'InteractionClosed ix-1 answered',
    ])
  })

  it('ends the call when it hung up by itself, or when the caller is not there any more', () => {
    const it1 = scene({ wrapUpMs: 0 }, 'agent1')
    it1.arrives('1001')
    it1.connects('ix-1.p1')
    it1.connects('ix-1.p2')
    expect(it1.hangsUp('ix-1.p2').at(-1)).toBe('InteractionClosed ix-1 answered')
  })

  it('who is removed in mid-call talks on, and is gone after that', () => {
    const it1 = scene({}, 'agent1')
    it1.arrives('1001')
    it1.connects('ix-1.p1')
    it1.connects('ix-1.p2')
    it1.changes({ kind: 'user', name: 'agent1' })
    expect(it1.phase('ix-1').state).toBe('connected')
    it1.hangsUp('ix-1.p1')
    it1.passes(2_000)
    expect(it1.world.head.agents.has('agent1')).toBe(false)
    expect(it1.isOver('ix-1')).toBe(true)
  })
})

describe('several kinds of work', () => {
  it('share an agent as far as its mixes say', () => {
    const it1 = scene({}, 'agent1')
    for (const n of [1, 2, 3]) {
      it1.does({ type: 'CreateContact', interaction: `chat${n}`, medium: 'chat', from: `c${n}`, queue: 'support' })
    }
    expect(['chat1', 'chat2', 'chat3'].map((id) => it1.phase(id).state)).toEqual(['offered', 'offered', 'queued'])
    it1.does({ type: 'CreateContact', interaction: 'mail', medium: 'email', from: 'e1', queue: 'support' })
    expect(it1.phase('mail').state).toBe('offered')
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    it1.does({ type: 'Accept', interaction: 'chat1', user: 'agent1' })
    it1.does({ type: 'Complete', interaction: 'chat1', user: 'agent1' })
    it1.does({ type: 'EndWrapUp', interaction: 'chat1', user: 'agent1' })
    expect(it1.phase('chat3').state).toBe('offered')
  })

  it('let a call come in between where a mail may be put aside', () => {
    const it1 = scene({}, 'agent1')
    it1.changes(user(it1, 'agent1', { mixes: [{ voice: 1 }, { email: 1 }], interruptible: ['email'] }))
    it1.does({ type: 'CreateContact', interaction: 'mail', medium: 'email', from: 'e1', queue: 'support' })
    it1.does({ type: 'Accept', interaction: 'mail', user: 'agent1' })
    expect(it1.arrives('1001').at(-1)).toMatch(/^Offered agent1 /)
  })

  it('may be transferred to a queue, to a person who has room, and not to a flow (ACD-15)', () => {
    const it1 = scene({}, 'agent1', 'agent2', 'agent3')
    it1.does(workItem('wi'))
    it1.does({ type: 'Accept', interaction: 'wi', user: 'agent1' })
    expect(it1.transfers('wi.p1', '1000')).toEqual([])
    expect(it1.transfers('wi.p1', '2001')).toEqual([])
    expect(it1.transfers('wi.p1', '1002')).toContain('Offered agent2 wi.p2 until 15000')
    it1.does({ type: 'Accept', interaction: 'wi', user: 'agent2' })
    expect(it1.transfers('wi.p2', '2003')).toContain('Offered agent3 wi.p3 until 30000')
    it1.does({ type: 'Accept', interaction: 'wi', user: 'agent3' })
    it1.does({ type: 'Complete', interaction: 'wi', user: 'agent3' })
    it1.passes(5_000)
    expect(it1.isOver('wi')).toBe(true)
    expect(['agent1', 'agent2', 'agent3'].map((name) => it1.status(name))).toEqual(['ready', 'ready', 'ready'])
  })

  it('end with the notes of the agent before when whoever they were handed to lets them lie and no queue takes them back', () => {
    const it1 = scene({ wrapUpMs: 60_000 }, 'agent1', 'agent2', 'agent3')
    it1.does(workItem('wi'))
    it1.does({ type: 'Accept', interaction: 'wi', user: 'agent1' })
    it1.transfers('wi.p1', '2002')
    it1.does({ type: 'Accept', interaction: 'wi', user: 'agent2' })
    expect(it1.transfers('wi.p2', '2003')).toContain('Offered agent3 wi.p3 until 30000')
    expect(it1.passes(30_000)).toEqual([
      'OfferEnded agent3 no-answer',
      'WrapUpEnded agent1',
      'InteractionClosed wi failed',
    ])
  })

  it('are answered and ended by phone where they are calls', () => {
    const it1 = scene({}, 'agent1')
    it1.arrives('1001')
    const refusal = (command: CentreCommand): string | undefined => {
      try {
        it1.does(command)
      } catch (error) {
        return isTandemError(error) ? error.code : undefined
      }
      return undefined
    }
    expect(refusal({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })).toBe('centre.by-phone')
    it1.connects('ix-1.p2')
    expect(refusal({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })).toBe('centre.by-phone')
  })
})

describe('what an agent chooses', () => {
  it('may be to take no work of one queue, and to take it again (ACD-11)', () => {
    const it1 = scene({}, 'agent1')
    const activate = (active: boolean): CentreCommand => ({
      type: 'ActivateQueue',
      user: 'agent1',
      queue: 'support',
      active,
    })
    expect(it1.does(activate(false))).toEqual(['QueueActivated agent1 support inactive'])
    expect(it1.does(activate(false))).toEqual([])
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    it1.crashes()
    expect(it1.does(activate(true)).at(-1)).toMatch(/^Offered agent1 /)
  })

  it('may be more time after a call, within what the queue gives', () => {
    const it1 = scene({ wrapUpMs: 2_000, wrapUpMaxMs: 10_000 }, 'agent1')
    served(it1, 'done', '1')
    it1.arrives('1001')
    it1.connects('ix-1.p2')
    it1.hangsUp('ix-1.p1')
    const more = { type: 'ExtendWrapUp', interaction: 'ix-1', user: 'agent1', byMs: 5_000 } as const
    expect(it1.does(more)).toEqual([`WrapUpExtended agent1 until ${it1.time + 7_000}`])
    it1.does(more)
    expect(() => it1.does(more)).toThrow(/as much time/)
    expect(it1.passes(9_999)).not.toContain('WrapUpEnded agent1')
    expect(it1.passes(1)).toContain('WrapUpEnded agent1')
    expect(it1.status('agent1')).toBe('ready')
  })
})

describe('one agent for several queues', () => {
  /** Both queues are served by agent1; a caller has waited in each, in sales for longer. */
  function contested(more: Partial<Queue>, lost = 0): Scene {
    const it1 = scene({ priority: 50, ...more })
    it1.changes(user(it1, 'agent1', { skills: { support: 80, sales: 80 } }))
    for (let n = 0; n < lost; n++) {
      it1.does({ type: 'Arrive', interaction: `lost${n}`, from: '1', to: '1001' })
      it1.passes(6_000)
      it1.hangsUp(`lost${n}.p1`)
    }
    it1.does({ type: 'Arrive', interaction: 'sales', from: '1', to: '1002' })
    it1.passes(10_000)
    it1.does({ type: 'Arrive', interaction: 'support', from: '2', to: '1001' })
    return it1.phones('agent1')
  }

  it('takes who has waited longest, and keeps what it was weighed against (promise 4)', () => {
    const it1 = contested({})
    expect(it1.phase('sales').state).toBe('offered')
    expect(decisions(it1)[0]).toMatchObject({
      claim: { waitedMs: 10_000, priorityMs: 50 * 30_000, behindMs: 0 },
      rivals: [{ interaction: 'support', queue: 'support', waitedMs: 0 }],
      rivalsCount: 1,
    })
  })

  it('takes who has the higher priority, by what a point is worth', () => {
    expect(contested({ priority: 51 }).phase('support').state).toBe('offered')
    expect(contested({ priority: 51, priorityStepMs: 1 }).phase('sales').state).toBe('offered')
  })

  it('takes who is in the queue that is furthest behind its service level', () => {
    expect(contested({ behindStepMs: 1_000 }).phase('sales').state).toBe('offered')
    expect(contested({}, 40).phase('sales').state).toBe('offered')
    const it1 = contested({ behindStepMs: 1_000 }, 40)
    expect(it1.phase('support').state).toBe('offered')
    expect(decisions(it1)[0]?.claim?.behindMs).toBeGreaterThan(10_000)
    const before = centreMachine.dump(it1.world.head)
    it1.crashes()
    expect(centreMachine.dump(it1.world.head)).toEqual(before)
  })
})

describe('load over the shift (promise 7)', () => {
  it('goes to who has worked least, however long ago that was', () => {
    const it1 = scene({ strategy: 'least-loaded', wrapUpMs: 0 }, 'agent1', 'agent3')
    const talk = (ms: number): string => {
      const id = `ix-${it1.world.log.length}`
      it1.does({ type: 'Arrive', interaction: id, from: '1', to: '1001' })
      const { user: who } = it1.phase(id) as { user: string }
      it1.connects(`${id}.p2`)
      it1.passes(ms)
      it1.hangsUp(`${id}.p1`)
      return who
    }
    expect([talk(60_000), talk(1_000), talk(1_000), talk(70_000), talk(1_000)]).toEqual([
      'agent1',
      'agent3',
      'agent3',
      'agent3',
      'agent1',
    ])
    // Who comes on shift now begins where the least loaded is, and not with all the calls of an hour.
    it1.phones('agent5')
    expect(it1.world.head.agents.get('agent5')?.load).toBe(61_000)
  })

  it('counts written work by the part of the agent that it takes', () => {
    const it1 = scene({ strategy: 'least-loaded', wrapUpMs: 0 }, 'agent1')
    it1.does({ type: 'CreateContact', interaction: 'chat', medium: 'chat', from: 'c', queue: 'support' })
    it1.does({ type: 'Accept', interaction: 'chat', user: 'agent1' })
    it1.passes(60_000)
    it1.does({ type: 'Complete', interaction: 'chat', user: 'agent1' })
    expect(it1.world.head.agents.get('agent1')?.load).toBe(30_000)
  })
})

describe('what is configured while callers wait', () => {
  it('a skill that is taken from the only one who has it leaves the caller waiting, and given back serves it', () => {
    const it1 = scene({}, 'agent1')
    const skills = { support: 80 }
    it1.changes(user(it1, 'agent1', { skills: {} }))
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(it1.changes(user(it1, 'agent1', { skills })).at(-1)).toMatch(/^Offered agent1 /)
  })

  it('a skill that nobody has any more may be taken out of the queue: its callers are served at once', () => {
    const it1 = scene({ skills: { latin: 1 } }, 'agent1')
    it1.arrives('1001')
    it1.arrives('1001')
    expect(it1.changes(it1.queue('support', { skills: { support: 1 } })).at(-1)).toMatch(/^Offered agent1 ix-1.p2/)
    expect(it1.phase('ix-2').state).toBe('queued')
  })

  it('a queue with nobody keeps its callers, for as long as they like', () => {
    const it1 = scene({ skills: { latin: 1 }, positionEveryMs: 0 }, 'agent1')
    it1.arrives('1001')
    expect(it1.passes(24 * 3_600_000).filter((line) => !line.startsWith('Announced'))).toEqual([])
    expect(it1.phase('ix-1').state).toBe('queued')
  })
})

describe('a clock that jumps', () => {
  it('forward serves what fell due meanwhile, once', () => {
    const it1 = scene({ rings: [{ afterMs: 5_000, skills: {} }], skills: { latin: 1 } }, 'agent1')
    it1.arrives('1001')
    it1.world.now += 365 * 86_400_000
    const events = it1.does({ type: 'Tick' })
    expect(events.filter((line) => line.startsWith('Widened'))).toEqual(['Widened 1'])
    expect(it1.phase('ix-1').state).toBe('offered')
  })

  it('back takes nobody its place, and makes no wait negative for good', () => {
    const it1 = scene({}, 'agent1')
    it1.arrives('1001')
    it1.connects('ix-1.p2')
    it1.arrives('1001')
    it1.world.now -= 3_600_000
    it1.arrives('1001')
    expect(it1.hangsUp('ix-1.p1')).toContain('ParticipantCleared ix-1.p1 hung-up')
    it1.world.now += 3_600_000 + 2_000
    // By the clock that it had, who came last entered first: nobody is left out, and nothing breaks.
    expect(it1.does({ type: 'Tick' }).at(-1)).toMatch(/^Offered agent1 /)
  })
})
