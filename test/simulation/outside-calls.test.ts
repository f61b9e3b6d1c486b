import { describe, expect, it } from 'vitest'
import { dialledBy } from '#kernel/centre'
import type { Trunk, User } from '#kernel/config'
import { Scene } from './scene.ts'

const GATEWAY: Trunk = {
  ...{ name: 'gateway', host: '192.0.2.1', numbers: ['0*', '+49*'], barred: ['0900*'], callsMax: 10 },
}

function outsideScene(...phones: readonly string[]): Scene {
  const scene = new Scene().phones(...phones)
  scene.changes({ kind: 'trunk', name: 'gateway', value: GATEWAY })
  return scene
}

const TALK = { interaction: 'ix-1', participant: 'ix-1.p2' } as const

/** A caller of the queue support talks to agent1. */
function talkScene(...phones: readonly string[]): Scene {
  const scene = outsideScene('agent1', ...phones)
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene
}

describe('a call outside from the page', () => {
  const call = (scene: Scene, to: string) => scene.does({ type: 'PlaceCall', interaction: 'ix-o', user: 'agent1', to })

  it('rings the own phone, then the number, and is over when one hangs up (TEL-05)', () => {
    const scene = outsideScene('agent1')
    expect(call(scene, '0301234')[0]).toBe('InteractionCreated voice outbound')
    expect(scene.connects('ix-o.p1')).toEqual(['ParticipantConnected ix-o.p1', 'OutsideDialled ix-o.p2 0301234'])
    expect(scene.desired('ix-o.p2')).toMatchObject({
      connection: 'connected',
      dial: { address: '0301234', outside: true },
    })
    expect(scene.desired('ix-o.p2').dial).not.toHaveProperty('callerName')
    expect(scene.hears('ix-o.p1')).toEqual(['ring', 'music'])
    expect(scene.connects('ix-o.p2')).toEqual(['ParticipantConnected ix-o.p2'])
    expect([scene.hears('ix-o.p1'), scene.hears('ix-o.p2')]).toEqual(['ix-o.p2', 'ix-o.p1'])
    expect(scene.status('agent1')).toBe('busy')
    expect(scene.hangsUp('ix-o.p2').at(-1)).toBe('InteractionClosed ix-o answered')
    expect(scene.status('agent1')).toBe('ready')
  })

  it.each(['busy', 'no-answer', 'declined', 'unreachable', 'error'] as const)(
    'that is %s frees the agent',
    (reason) => {
      const scene = outsideScene('agent1')
      call(scene, '+49301234')
      scene.connects('ix-o.p1')
      scene.fails('ix-o.p2', reason)
      expect(scene.status('agent1')).toBe('ready')
      scene.passes(20_000)
      expect(scene.isOver('ix-o')).toBe(true)
    },
  )

  it('is called off while it rings there', () => {
    const scene = outsideScene('agent1')
    call(scene, '0301234')
    scene.connects('ix-o.p1')
    scene.hangsUp('ix-o.p1')
    scene.passes(20_000)
    expect(scene.isOver('ix-o')).toBe(true)
  })

  it('is refused for numbers that no trunk carries, barred ones and who has not the right', () => {
    const scene = outsideScene('agent1')
    expect(() => call(scene, '4711')).toThrow(/leads nowhere/)
    expect(() => call(scene, '0900123')).toThrow(/leads nowhere/)
    const { configuration } = scene.world.head
    const agent1 = configuration.users.get('agent1')!
    const as = (more: Partial<User>) => ({ ...configuration, users: new Map([['agent1', { ...agent1, ...more }]]) })
    expect(dialledBy(as({}), 'agent1', '0301234')).toEqual({ type: 'outside', number: '0301234' })
    expect(dialledBy(as({ role: 'visitor' }), 'agent1', '0301234')).toBeUndefined()
    expect(dialledBy(as({ disabled: true }), 'agent1', '0301234')).toBeUndefined()
    expect(dialledBy(as({}), undefined, '0301234')).toBeUndefined()
  })

  it('belongs to the customer who is called', () => {
    const scene = outsideScene('agent1')
    call(scene, '0301234')
    expect(scene.interaction('ix-o').customer).toBe('0301234')
  })
})

describe('a call outside from an own phone', () => {
  it('rings there until somebody answers, and only then is the phone answered', () => {
    const scene = outsideScene('agent1')
    expect(scene.arrives('0301234', 'agent1')).toEqual([
      'InteractionCreated voice outbound',
      'OutsideDialled ix-1.p2 0301234',
    ])
    expect(scene.desired('ix-1.p1').connection).toBe('alerting')
    scene.connects('ix-1.p2')
    expect(scene.desired('ix-1.p1').connection).toBe('connected')
    scene.connects('ix-1.p1')
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 answered')
  })

  it('is told why nobody came', () => {
    const scene = outsideScene('agent1')
    scene.arrives('0301234', 'agent1')
    scene.fails('ix-1.p2', 'busy')
    expect(scene.desired('ix-1.p1')).toMatchObject({ connection: 'cleared', clearReason: 'busy' })
  })

  it('is for users only: a stranger’s call to such a number is not let through', () => {
    const scene = outsideScene('agent1')
    expect(scene.arrives('0301234')).toEqual([])
  })
})

describe('outside, out of a conversation', () => {
  it('a caller is transferred to a number, and talks to it', () => {
    const scene = talkScene()
    const events = scene.transfers('ix-1.p2', '0301234')
    expect(events).toContain('OutsideDialled ix-1.p3 0301234')
    expect(scene.hears('ix-1.p1')).toEqual(['ring', 'music'])
    scene.connects('ix-1.p3')
    expect(scene.hears('ix-1.p3')).toBe('ix-1.p1')
    scene.hangsUp('ix-1.p1')
    scene.passes(20_000)
    expect(scene.isOver('ix-1')).toBe(true)
  })

  it('a transfer that finds nobody comes back to who made it, then to the front of its queue', () => {
    const scene = talkScene()
    scene.transfers('ix-1.p2', '0301234')
    scene.passes(3_000)
    expect(scene.fails('ix-1.p3', 'busy').join()).toContain('Offered agent1 ix-1.p4')
    expect(scene.fails('ix-1.p4', 'declined').join()).toContain('Queued support 100')
  })

  it('who hangs up while it rings there ends it', () => {
    const scene = talkScene()
    scene.transfers('ix-1.p2', '0301234')
    scene.hangsUp('ix-1.p1')
    scene.passes(20_000)
    expect(scene.isOver('ix-1')).toBe(true)
  })

  it('a number is consulted, and the call handed over to it', () => {
    const scene = talkScene()
    scene.does({ type: 'Consult', ...TALK, consultation: 'ix-c', to: '0301234' })
    expect(scene.hears('ix-c.p1')).toEqual(['ring', 'music'])
    scene.connects('ix-c.p2')
    expect(scene.hears('ix-1.p1')).toEqual(['music'])
    scene.does({ type: 'Join', ...TALK, consulted: 'ix-c', consultedParticipant: 'ix-c.p1' })
    expect(scene.hears('ix-1.p1')).toBe('ix-c.p2')
  })

  it('a consulted number that does not answer leaves the call with the agent', () => {
    const scene = talkScene()
    scene.does({ type: 'Consult', ...TALK, consultation: 'ix-c', to: '0301234' })
    scene.fails('ix-c.p2', 'no-answer')
    scene.does({ type: 'Retrieve', ...TALK })
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
  })

  it('a number is called into the conversation', () => {
    const scene = talkScene()
    expect(scene.does({ type: 'Invite', ...TALK, to: '0301234' })).toEqual([
      'ParticipantInvited ix-1.p3 0301234 until 30000',
    ])
    scene.connects('ix-1.p3')
    expect(scene.interaction('ix-1').participants.filter(({ connection }) => connection === 'connected')).toHaveLength(
      3,
    )
  })

  it('a customer who was called back comes back as well, when a transfer finds nobody', () => {
    const scene = outsideScene('agent1')
    scene.does({ type: 'CreateCallback', interaction: 'cb', number: '0301234', queue: 'support' })
    scene.connects('cb.p1')
    scene.connects('cb.p2')
    scene.transfers('cb.p1', '0305555')
    scene.passes(3_000)
    expect(scene.fails('cb.p3', 'busy').join()).toContain('Offered agent1 cb.p4')
    expect(scene.desired('cb.p2').connection).toBe('connected')
  })

  it('a callback calls its customer over a trunk', () => {
    const scene = outsideScene('agent1')
    scene.does({ type: 'CreateCallback', interaction: 'cb', number: '0301234', queue: 'support' })
    scene.connects('cb.p1')
    expect(scene.desired('cb.p2').dial).toMatchObject({ address: '0301234', outside: true })
  })
})

describe('an agent at a telephone number (TEL-18)', () => {
  const choose = (scene: Scene, number?: string) =>
    scene.does({ type: 'ChooseStation', user: 'agent1', ...(number === undefined ? {} : { number }) })

  it('is there at once, is rung at the number, and is served calls like any other', () => {
    const scene = outsideScene()
    expect(scene.status('agent1')).toBe('unreachable')
    expect(choose(scene, '0407777')).toEqual(['StationChosen agent1 0407777', 'ReachableChanged agent1 true'])
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    expect(scene.desired('ix-1.p2').dial).toEqual({
      ...{ user: 'agent1', address: '0407777', outside: true, callerNumber: '555' },
    })
    scene.connects('ix-1.p2')
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
    expect(() => choose(scene)).toThrow(/on the phone/)
    expect(scene.hangsUp('ix-1.p2').join()).toContain('WrapUpStarted agent1')
  })

  it('who does not answer there gets its pause, as anywhere', () => {
    const scene = outsideScene()
    choose(scene, '0407777')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.fails('ix-1.p2', 'no-answer')
    expect(scene.status('agent1')).toBe('ring-no-answer')
  })

  it('stays there whatever becomes of its own phone, until it chooses that again', () => {
    const scene = outsideScene('agent1')
    expect(choose(scene, '0407777')).toEqual(['StationChosen agent1 0407777'])
    expect(scene.does({ type: 'SetReachable', user: 'agent1', reachable: false })).toEqual([])
    expect(scene.status('agent1')).toBe('ready')
    expect(choose(scene)).toEqual(['StationChosen agent1 own', 'ReachableChanged agent1 false'])
    expect(scene.does({ type: 'SetReachable', user: 'agent1', reachable: true })).toEqual([
      'ReachableChanged agent1 true',
    ])
  })

  it('gives the number up when it logs off, and keeps it through the death of the process (TEL-20, TEL-21)', () => {
    const scene = outsideScene()
    choose(scene, '0407777')
    scene.crashes()
    expect(scene.world.head.agents.get('agent1')?.station).toBe('0407777')
    expect(scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })).toEqual([
      'StatusChosen agent1 logged-off',
      'StationChosen agent1 own',
      'ReachableChanged agent1 false',
    ])
  })

  it('may be no number of the centre, none that no trunk carries, and nobody’s', () => {
    const scene = outsideScene()
    expect(() => choose(scene, '2002')).toThrow(/number of the centre/)
    expect(() => choose(scene, '+1555')).toThrow(/leads nowhere/)
    expect(() => scene.does({ type: 'ChooseStation', user: 'nobody', number: '0407777' })).toThrow(/no user/)
  })
})
