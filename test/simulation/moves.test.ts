import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

type Move = Extract<CentreCommand, { type: 'Move' }>

const SALES = { type: 'queue', queue: 'sales', place: 'kept' } as const

function move(scene: Scene, to: Move['to'], more: Partial<Move> = {}): readonly string[] {
  return scene.does({ type: 'Move', interaction: 'ix-1', by: 'supervisor', to, ...more })
}

function refusal(scene: Scene, to: Move['to'], more: Partial<Move> = {}): string | undefined {
  try {
    move(scene, to, more)
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
  return undefined
}

/** Two callers wait in support, the second for ten seconds less. */
function waiting(): Scene {
  const scene = new Scene()
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.passes(10_000)
  scene.arrives('1001')
  scene.connects('ix-2.p1')
  return scene
}

function talking(): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene
}

describe('a move by whoever runs the shift', () => {
  it('lets a caller wait elsewhere as if it had waited there', () => {
    const scene = waiting()
    scene.passes(5_000)
    expect(move(scene, SALES)).toEqual(['Moved queue sales kept by supervisor', 'Queued sales 50'])
    scene.arrives('1002')
    scene.connects('ix-3.p1')
    // Who came to sales itself, later, is served later.
    scene.phones('agent2')
    expect(scene.phase('ix-1').state).toBe('offered')
    expect(scene.phase('ix-3').state).toBe('queued')
  })

  it('puts a caller first in the queue where it is, and last where it was first', () => {
    const scene = waiting()
    const front = { type: 'queue', queue: 'support', place: 'front' } as const
    expect(move(scene, front, { interaction: 'ix-2' })).toEqual([
      'Moved queue support front by supervisor',
      'Queued support 100',
    ])
    scene.phones('agent1')
    expect(scene.phase('ix-2').state).toBe('offered')
    expect(scene.phase('ix-1').state).toBe('queued')
    // It is there already.
    expect(move(scene, { ...front, place: 'last' })).toEqual([])
  })

  it('takes back what rings, and gives it to the person who is named', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.phones('agent3')
    expect(move(scene, { type: 'user', user: 'agent3' })).toEqual([
      'Moved user agent3 by supervisor',
      'OfferEnded agent1 withdrawn',
      'Offered agent3 ix-1.p3 until 15000',
    ])
    expect(scene.status('agent1')).toBe('ready')
    // Nobody answers: it waits on at its old place.
    expect(scene.passes(15_000).some((event) => event.startsWith('Offered agent1'))).toBe(true)
  })

  it('takes a caller from whoever talks to it, who has notes to write', () => {
    const scene = talking()
    const events = move(scene, SALES, { note: 'needs an offer' })
    expect(events[0]).toBe('Moved queue sales kept by supervisor')
    expect(events).toContain('ParticipantCleared ix-1.p2 moved')
    expect(scene.status('agent1')).toBe('wrapping-up')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', queue: 'sales' })
    expect(scene.desired('ix-1.p1').hears.type).toBe('program')
    expect(scene.desired('ix-1.p2').connection).toBe('cleared')
  })

  it('gives a caller back to whoever talked to it when the person named does not answer', () => {
    const scene = talking().phones('agent3')
    expect(move(scene, { type: 'user', user: 'agent3' }).at(-1)).toMatch(/^Offered agent3 ix-1.p3/)
    expect(scene.passes(30_000).some((event) => event.startsWith('Offered agent1'))).toBe(true)
  })

  it('ends the consultation of whoever talked to it, and moves a parked caller as well', () => {
    const scene = talking().phones('agent3')
    scene.does({ type: 'Consult', interaction: 'ix-1', participant: 'ix-1.p2', consultation: 'ix-c', to: '2003' })
    scene.connects('ix-c.p2')
    expect(refusal(scene, SALES, { interaction: 'ix-c' })).toBe(undefined)
    expect(scene.phase('ix-c').state).toBe('connected')
    move(scene, SALES)
    expect(scene.isOver('ix-c')).toBe(true)
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', queue: 'sales' })
    const parked = talking()
    parked.does({ type: 'Park', interaction: 'ix-1', participant: 'ix-1.p2' })
    expect(move(parked, SALES)).toEqual(['Moved queue sales kept by supervisor', 'Queued sales 50'])
  })

  it('is refused, and changes nothing, when it came too late or leads to nobody', () => {
    const scene = talking()
    expect(refusal(scene, SALES, { expects: 'waiting' })).toBe('centre.moved-on')
    expect(refusal(scene, { type: 'user', user: 'agent1' })).toBe('centre.is-party')
    expect(refusal(scene, { type: 'user', user: 'agent3' })).toBe('centre.user-unreachable')
    expect(refusal(scene, { type: 'user', user: 'nobody' })).toBe('centre.no-such-user')
    expect(refusal(scene, { type: 'queue', queue: 'none', place: 'kept' })).toBe('centre.no-such-queue')
    expect(scene.phase('ix-1').state).toBe('connected')
    expect(refusal(waiting(), SALES, { expects: 'talking' })).toBe('centre.moved-on')
    expect(move(waiting(), SALES, { interaction: 'ix-gone' })).toEqual([])
  })

  it('lets supervisors go, and takes no conference apart', () => {
    const scene = talking().phones('supervisor', 'agent3')
    const listening = { type: 'Supervise', interaction: 'ix-1', user: 'supervisor', mode: 'listen' } as const
    scene.does({ ...listening, announced: false })
    scene.connects('ix-1.p3')
    expect(move(scene, SALES)).toContain('ParticipantCleared ix-1.p3 finished')
    expect(scene.status('supervisor')).not.toBe('busy')
    const three = talking().phones('agent3')
    three.does({ type: 'Invite', interaction: 'ix-1', participant: 'ix-1.p2', to: '2003' })
    three.connects('ix-1.p3')
    expect(move(three, SALES)).toEqual([])
    expect(three.phase('ix-1').state).toBe('connected')
  })

  it('takes the place of a supervisor who has taken over', () => {
    const scene = talking().phones('supervisor')
    const taking = { type: 'Supervise', interaction: 'ix-1', user: 'supervisor', mode: 'take-over' } as const
    scene.does({ ...taking, announced: false })
    scene.connects('ix-1.p3')
    expect(move(scene, SALES)).toContain('ParticipantCleared ix-1.p3 moved')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', queue: 'sales' })
  })

  it('brings what needs no phone to whoever has room for it', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.does({ type: 'CreateWorkItem', interaction: 'ix-1', subject: 'form', queue: 'support' })
    expect(scene.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent1' })
    scene.does({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    expect(move(scene, { type: 'user', user: 'agent2' }).at(-1)).toMatch(/^Offered agent2/)
    scene.does({ type: 'Accept', interaction: 'ix-1', user: 'agent2' })
    expect(scene.phase('ix-1').state).toBe('connected')
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(refusal(scene, { type: 'user', user: 'agent1' })).toBe('centre.user-busy')
    const queued = move(scene, SALES)
    expect(queued.some((event) => event.startsWith('Queued sales'))).toBe(true)
  })

  it('keeps a person who was dialled directly from losing the way back', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    scene.arrives('2001')
    scene.connects('ix-1.p1')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent1' })
    expect(move(scene, { type: 'user', user: 'agent3' })).toContain('OfferEnded agent1 withdrawn')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent3' })
    expect(move(scene, SALES)).toContain('Queued sales 50')
  })

  it('follows the rules of the queue that it comes to', () => {
    const scene = waiting()
    const nobody = { when: { type: 'nobody' }, to: { type: 'queue', queue: 'support' } } as const
    scene.changes(scene.queue('sales', { overflow: [nobody] }))
    expect(move(scene, SALES)).toEqual([
      ...['Moved queue sales kept by supervisor', 'Queued sales 50', 'Overflowed sales nobody', 'Queued support 50'],
    ])
  })

  it('holds after the core is gone', () => {
    const scene = waiting()
    move(scene, SALES)
    expect(scene.crashes().phase('ix-1')).toMatchObject({ state: 'queued', queue: 'sales' })
  })
})
