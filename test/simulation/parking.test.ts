import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

/** agent1 talks to a caller of the queue support, or to one who dialled it; others are there. */
function talking(to: string, ...phones: readonly string[]): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives(to)
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene.phones(...phones)
}

const CALL = { interaction: 'ix-1', participant: 'ix-1.p2' } as const

function refusal(scene: Scene, command: CentreCommand): string | undefined {
  try {
    scene.does(command)
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
  return undefined
}

const parks = (scene: Scene, slot?: string) => scene.does({ type: 'Park', ...CALL, ...(slot && { slot }) })

describe('a parked call', () => {
  it('waits with music under a number, and its agent is free at once', () => {
    const scene = talking('1001', 'agent2')
    expect(parks(scene)).toEqual([
      'RecordingEnded ix-1.r1',
      'Parked 7001 agent1 until 60000',
      'ParticipantCleared ix-1.p2 parked',
    ])
    expect(scene.hears('ix-1.p1')).toEqual(['music'])
    expect(scene.status('agent1')).toBe('ready')
    expect(scene.crashes().phase('ix-1')).toMatchObject({ state: 'held', parked: { slot: '7001', user: 'agent1' } })
  })

  it('is taken by who dials the number', () => {
    const scene = talking('1001', 'agent2')
    parks(scene)
    expect(scene.arrives('7001', 'agent2')).toEqual([
      'InteractionCreated voice internal',
      'Joined ix-2.p1 to ix-1',
      'InteractionClosed ix-2 joined',
    ])
    scene.connects('ix-2.p1', 'ix-1')
    expect(scene.desired('ix-1.p1').hears).toEqual({ type: 'participant', participant: 'ix-2.p1' })
    expect(scene.arrives('7001', 'agent2')).toEqual([])
  })

  it('is taken by who dials the number while another call rings: that goes to others (promise 3)', () => {
    const scene = talking('1001')
    parks(scene)
    scene.arrives('1001')
    scene.connects('ix-2.p1')
    expect(scene.phase('ix-2')).toMatchObject({ state: 'offered', user: 'agent1' })
    expect(scene.arrives('7001', 'agent1')).toContain('OfferEnded agent1 declined')
    expect(scene.phase('ix-2')).toMatchObject({ state: 'queued' })
    expect(scene.phase('ix-1')).toMatchObject({ state: 'connected' })
  })

  it('is not taken by who talks already', () => {
    const scene = talking('1001')
    parks(scene)
    scene.arrives('1001')
    scene.connects('ix-2.p1')
    scene.connects('ix-2.p2')
    expect(scene.arrives('7001', 'agent1')).toContain('ParticipantCleared ix-3.p1 busy')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'held', parked: { slot: '7001' } })
  })

  it('is taken by nobody from outside, nor where nothing is parked', () => {
    const scene = talking('1001')
    parks(scene)
    expect(scene.arrives('7001')).toEqual([])
    expect(scene.arrives('7002', 'agent2')).toEqual([])
  })

  it('is taken from the page: the phone rings, and the call stays until it is answered', () => {
    const scene = talking('1001', 'agent2')
    parks(scene)
    expect(scene.does({ type: 'Unpark', interaction: 'ix-1', user: 'agent2' })).toEqual([
      'ParticipantInvited ix-1.p3 2002 until 30000',
    ])
    expect(scene.does({ type: 'Unpark', interaction: 'ix-1', user: 'agent1' })).toEqual([])
    expect(scene.hears('ix-1.p1')).toEqual(['music'])
    expect(scene.connects('ix-1.p3')).toEqual([
      'ParticipantConnected ix-1.p3',
      'RecordingStarted ix-1.r2 of ix-1.p1 ix-1.p3',
    ])
    expect(scene.phase('ix-1')).toMatchObject({ state: 'connected', queue: 'support' })
    expect(scene.hangsUp('ix-1.p1')).toContain('WrapUpStarted agent2 until 2000')
  })

  it('whose taker does not answer is parked on', () => {
    const scene = talking('1001', 'agent2')
    parks(scene)
    scene.does({ type: 'Unpark', interaction: 'ix-1', user: 'agent2' })
    scene.fails('ix-1.p3', 'declined')
    expect(scene.phase('ix-1').state).toBe('held')
    expect(scene.does({ type: 'Unpark', interaction: 'ix-1', user: 'agent2' })).toHaveLength(1)
  })

  it('that nobody takes rings its parker, then is at the front of its queue', () => {
    const scene = talking('1001')
    parks(scene)
    expect(scene.passes(60_000)).toEqual(['Offered agent1 ix-1.p3 until 90000'])
    expect(scene.passes(30_000)).toEqual([
      'OfferEnded agent1 no-answer',
      'Queued support 100',
      'Offered agent1 ix-1.p4 until 105000',
    ])
  })

  it('that came to a person rings its parker again and again', () => {
    const scene = talking('2001')
    parks(scene)
    expect(scene.passes(60_000)).toEqual(['Offered agent1 ix-1.p3 until 90000'])
    expect(scene.passes(30_000)).toEqual(['OfferEnded agent1 no-answer', 'Parked 7001 agent1 until 150000'])
    scene.does({ type: 'SetReachable', user: 'agent1', reachable: false })
    expect(scene.passes(60_000)).toEqual(['Parked 7001 agent1 until 210000'])
    expect(scene.hangsUp('ix-1.p1')).toEqual(['ParticipantCleared ix-1.p1 hung-up', 'InteractionClosed ix-1 answered'])
  })

  it('has a place of its own', () => {
    const scene = talking('1001', 'agent3')
    scene.arrives('2003')
    scene.connects('ix-2.p1')
    scene.connects('ix-2.p2')
    expect(parks(scene, '7003')).toContain('Parked 7003 agent1 until 60000')
    const second = { type: 'Park', interaction: 'ix-2', participant: 'ix-2.p2' } as const
    expect(refusal(scene, { ...second, slot: '7003' })).toBe('centre.no-slot')
    expect(refusal(scene, { ...second, slot: '1001' })).toBe('centre.no-slot')
    expect(scene.does(second)).toContain('Parked 7001 agent3 until 60000')
  })

  it('cannot be a number that is configured for something else', () => {
    const scene = talking('1001')
    scene.changes({ kind: 'number', name: '7001', value: { type: 'queue', queue: 'sales' } })
    expect(parks(scene)).toContain('Parked 7002 agent1 until 60000')
  })
})

describe('picking up (UCC-08)', () => {
  const picksUp = (user: string) => ({ type: 'PickUp', interaction: 'ix-1', user }) as const

  it('takes what rings at a colleague, with the queue that it came from', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.phones('agent2')
    expect(scene.does(picksUp('agent2'))).toEqual(['OfferEnded agent1 withdrawn', 'Offered agent2 ix-1.p3 until 15000'])
    expect(scene.connects('ix-1.p3')).toContain('RecordingStarted ix-1.r1 of ix-1.p1 ix-1.p3')
    expect(scene.status('agent1')).toBe('ready')
  })

  it('takes a call to a person, and nobody loses it by that', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.arrives('2001')
    expect(scene.does(picksUp('agent2'))).toEqual(['OfferEnded agent1 withdrawn', 'Offered agent2 ix-1.p3 until 30000'])
    expect(scene.does(picksUp('agent2'))).toEqual([])
    scene.connects('ix-1.p3')
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p3')
  })

  it('takes who waits, out of turn, and what is not answered is back at its place', () => {
    const scene = new Scene()
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.phones('attendant')
    expect(scene.does(picksUp('attendant'))).toEqual(['Offered attendant ix-1.p2 until 15000'])
    expect(scene.passes(15_000)[0]).toContain('OfferEnded attendant no-answer')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', enteredAt: scene.world.now - 15_000 })
  })

  it.each([
    ['agent3', 'centre.user-unreachable'],
    ['agent2', 'centre.user-busy'],
    ['nobody', 'centre.no-such-user'],
  ])('by %s is refused: %s', (user, code) => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001')
    scene.phones('agent2')
    scene.arrives('2002')
    expect(refusal(scene, picksUp(user))).toBe(code)
  })

  it('of what nobody is offered is nothing', () => {
    expect(talking('1001', 'agent2').does(picksUp('agent2'))).toEqual([])
  })
})
