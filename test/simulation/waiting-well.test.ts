import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

const NOTED = {
  kind: 'flow',
  name: 'noted',
  value: {
    name: 'noted',
    start: 'thanks',
    steps: { thanks: { type: 'play', prompts: ['callback-confirmed'], next: 'end' }, end: { type: 'hang-up' } },
  },
} as const

/** A scene in which 1 in the queue support asks for a callback, and 2 leaves a message. */
function sceneWithKeys(): Scene {
  const scene = new Scene()
  const keys = { '1': { flow: 'noted', callback: true }, '2': { flow: 'record' } }
  scene.changes(NOTED, scene.queue('support', { keys, comfort: [] }), scene.queue('sales', { keys: {} }))
  return scene
}

const callback = (interaction: string, number: string, more: object = {}): CentreCommand => ({
  ...{ type: 'CreateCallback', interaction, number, queue: 'support' },
  ...more,
})
const chat = (interaction: string, from: string, more: object = {}): CentreCommand => ({
  ...{ type: 'CreateContact', interaction, medium: 'chat', from, subject: 'hello', queue: 'support' },
  ...more,
})

/** Whom the queue would serve, first to last. */
function order(scene: Scene): readonly string[] {
  return [...scene.world.head.queues.get('support')!.waiting].map(({ interaction }) => interaction)
}

describe('a callback that is asked for while waiting', () => {
  it('keeps the place and the moment of the call, through a crash too (promise 1)', () => {
    const scene = sceneWithKeys()
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.passes(40_000)
    scene.arrives('1001')
    scene.passes(5_000)
    expect(scene.presses('ix-1.p1', '1')).toEqual([
      'DigitPressed 1',
      'InteractionCreated callback outbound',
      'Queued support 50',
      'StepEntered noted/thanks',
    ])
    expect(scene.hears('ix-1.p1')).toEqual(['callback-confirmed'])
    expect(scene.heard('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 self-served')
    scene.crashes()
    expect(order(scene)).toEqual(['ix-1.c2', 'ix-2'])
    expect(scene.interaction('ix-1.c2')).toMatchObject({ medium: 'callback', from: '555' })
    scene.phones('agent1')
    expect(scene.phase('ix-1.c2').state).toBe('offered')
    expect(scene.connects('ix-1.c2.p1')).toContain('CustomerDialled ix-1.c2.p2 555')
  })

  it('takes back the agent’s phone that rings for the call already', () => {
    const scene = sceneWithKeys().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    expect(scene.presses('ix-1.p1', '1')).toEqual([
      'DigitPressed 1',
      'OfferEnded agent1 withdrawn',
      'InteractionCreated callback outbound',
      'Queued support 50',
      'StepEntered noted/thanks',
      expect.stringMatching(/^Offered agent1 ix-1.c\d.p1 /),
    ])
  })

  it('is not asked for by another key, nor where the queue has none', () => {
    const scene = sceneWithKeys()
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    expect(scene.presses('ix-1.p1', '7')).toEqual([])
    expect(scene.presses('ix-1.p1', 'constructor')).toEqual([])
    scene.arrives('1002')
    expect(scene.presses('ix-2.p1', '1')).toEqual([])
  })

  it('leaves a message instead where a key says so, and then keeps no place', () => {
    const scene = sceneWithKeys()
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    expect(scene.presses('ix-1.p1', '2')).toEqual(['DigitPressed 2', 'StepEntered record/record'])
    expect(order(scene)).toEqual([])
  })

  it('may not lead to a flow that there is not', () => {
    const scene = new Scene()
    const keys = { '1': { flow: 'nowhere' } }
    expect(() => scene.changes(scene.queue('support', { keys }))).toThrow('queues.support.keys.1.flow')
  })
})

describe('one customer, one place (promise 8)', () => {
  it('makes one handled contact of a callback, a chat and a call of one customer', () => {
    const scene = new Scene()
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.passes(10)
    scene.does(callback('cb', '555'))
    scene.does(chat('talk', 'visitor-7', { customer: '5 55' }))
    scene.phones('agent1')
    const events = scene.connects('ix-1.p2')
    expect(events.filter((line) => line.startsWith('InteractionClosed'))).toEqual([
      'InteractionClosed cb withdrawn',
      'InteractionClosed talk withdrawn',
    ])
    const closed = scene.world.log.flatMap(({ event }) => (event.type === 'InteractionClosed' ? [event.by] : []))
    expect(closed).toEqual(['ix-1', 'ix-1'])
    expect(order(scene)).toEqual([])
  })

  it('links the chat that waits to the callback that its customer asks for: whichever comes first withdraws the other', () => {
    for (const first of ['chat', 'callback', 'call'] as const) {
      const scene = new Scene()
      scene.does(chat('talk', 'Ada'))
      scene.does({ type: 'IdentifyCustomer', interaction: 'talk', customer: '+49 30 1234' })
      expect(scene.does({ type: 'IdentifyCustomer', interaction: 'talk', customer: '+49 30 1234' })).toEqual([])
      scene.passes(10)
      scene.does(callback('cb', '+49301234'))
      if (first === 'call') {
        scene.does({ type: 'Arrive', interaction: 'call', from: '0049301234', to: '1001' })
        scene.connects('call.p1')
        scene.does({
          type: 'Move',
          interaction: 'call',
          by: 'boss',
          to: { type: 'queue', queue: 'support', place: 'front' },
        })
      }
      if (first === 'callback') {
        scene.does({
          type: 'Move',
          interaction: 'cb',
          by: 'boss',
          to: { type: 'queue', queue: 'support', place: 'front' },
        })
      }
      scene.phones('agent1')
      if (first === 'chat') scene.does({ type: 'Accept', interaction: 'talk', user: 'agent1' })
      if (first === 'call') scene.connects('call.p2')
      if (first === 'callback') for (const party of ['cb.p1', 'cb.p2']) scene.connects(party)
      expect([scene.isOver('talk'), scene.isOver('cb')], first).toEqual([first !== 'chat', first !== 'callback'])
    }
  })

  it('stops the phone that rings for the callback of who has come through', () => {
    const scene = new Scene().phones('agent1')
    scene.does(callback('cb', '+49 30 1234'))
    scene.phones('agent3')
    scene.does({ type: 'Arrive', interaction: 'call', from: '0049301234', to: '1001' })
    scene.connects('call.p1')
    const events = scene.connects('call.p2')
    expect(events).toContain('OfferEnded agent1 withdrawn')
    expect(events).toContain('InteractionClosed cb withdrawn')
    expect(scene.status('agent1')).toBe('ready')
  })

  it('leaves the customers of other numbers, of no number, and written contacts alone', () => {
    const scene = new Scene()
    scene.does({ type: 'Arrive', interaction: 'hidden', from: 'anonymous', to: '1001' })
    scene.connects('hidden.p1')
    const waiting = [callback('other', '556'), chat('nobody', 'anonymous'), chat('mail', '555', { medium: 'email' })]
    for (const command of waiting) {
      scene.passes(10)
      scene.does(command)
    }
    scene.arrives('1002')
    scene.connects('ix-1.p1')
    scene.phones('agent1', 'agent2')
    scene.connects('hidden.p2')
    scene.connects('ix-1.p2')
    expect(order(scene)).toEqual(['other', 'nobody', 'mail'])
  })

  it('keeps them where the queue says so', () => {
    const scene = new Scene()
    scene.changes(scene.queue('support', { duplicates: 'keep' }))
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.passes(10)
    scene.does(callback('cb', '555'))
    scene.phones('agent1')
    scene.connects('ix-1.p2')
    expect(order(scene)).toEqual(['cb'])
  })

  it('is the earlier place with the later wishes when a callback is asked for twice', () => {
    const scene = new Scene()
    scene.does(callback('first', '555'))
    scene.passes(60_000)
    scene.does(callback('between', '556'))
    scene.passes(60_000)
    expect(scene.does(callback('second', '555', { wants: { skills: { german: 1 } } }))).toEqual([
      'InteractionCreated callback outbound',
      'InteractionClosed first withdrawn',
      'Queued support 50',
    ])
    expect(order(scene)).toEqual(['second', 'between'])
    expect(scene.phase('second')).toMatchObject({ enteredAt: scene.world.now - 120_000 })
    // In another queue it is another wish.
    scene.does(callback('sales', '555', { queue: 'sales' }))
    expect(order(scene)).toEqual(['second', 'between'])
  })

  it('waits for the customer of a callback to answer before anything else of it is withdrawn', () => {
    const scene = new Scene().phones('agent1')
    scene.does(callback('cb', '555'))
    scene.does(chat('talk', '555'))
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    scene.connects('cb.p1')
    expect(scene.isOver('talk')).toBe(false)
    expect(scene.connects('cb.p2')).toContain('InteractionClosed talk withdrawn')
  })
})

describe('a contact that is ended while the agent who had it before still writes notes', () => {
  it('is over, and offered to nobody any more', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    scene.does(chat('mail', '555', { medium: 'email' }))
    scene.does({ type: 'Accept', interaction: 'mail', user: 'agent1' })
    scene.does({ type: 'ReportCleared', interaction: 'mail', participant: 'mail.p1', reason: 'lost' })
    expect(scene.phase('mail')).toMatchObject({ state: 'offered', user: 'agent3' })
    expect(scene.does({ type: 'End', interaction: 'mail', by: 'supervisor' })).toEqual([
      'OfferEnded agent3 withdrawn',
      'WrapUpEnded agent1',
      'InteractionClosed mail ended',
    ])
  })
})

describe('words of comfort', () => {
  const AGAIN = { afterMs: 45_000, everyMs: 60_000, prompts: ['unavailable'] }

  it('come at their times beside position and wait, whatever rang in between', () => {
    const scene = new Scene()
    scene.changes(scene.queue('support', { comfort: [AGAIN, { afterMs: 60_000, prompts: ['goodbye'] }] }))
    scene.arrives('1001')
    expect(scene.passes(30_000)).toEqual(['Announced position-is numbers/1'])
    scene.phones('agent1')
    scene.fails('ix-1.p2', 'declined')
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    expect(scene.passes(15_000)).toEqual(['RonaEnded agent1', 'Announced unavailable'])
    expect(scene.passes(15_000)).toEqual(['Announced position-is numbers/1 goodbye'])
    scene.crashes()
    expect(scene.passes(45_000)).toEqual(['Announced position-is numbers/1', 'Announced unavailable'])
    expect(scene.hears('ix-1.p1')).toEqual(['unavailable', 'music'])
  })

  it('are for those alone who are near enough to the front', () => {
    const scene = new Scene()
    const comfort = [{ afterMs: 20_000, positionAtMost: 1, prompts: ['greeting'] }]
    scene.changes(scene.queue('support', { comfort, positionEveryMs: 0 }))
    scene.arrives('1001')
    scene.passes(1)
    scene.arrives('1001')
    expect(scene.passes(20_000)).toEqual(['Announced greeting', 'Announced ring queue-announcement'])
    expect(scene.hears('ix-1.p1')).toEqual(['greeting', 'music'])
    expect(scene.hears('ix-2.p1')).toEqual(['ring', 'queue-announcement', 'music'])
  })
})
