import { describe, expect, it } from 'vitest'
import type { MessageDelivery } from '#kernel/interaction'
import type { CentreEvent } from './event.ts'
import { transcriptOf } from './evolve-message.ts'
import { CentreScene } from './scene.case.ts'

/** A centre of the demo with one agent for support who has taken a text, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super()
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    this.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    this.come('ix-1', '+491701')
    this.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    this.do({ type: 'SendMessage', interaction: 'ix-1', message: 'answer', user: 'agent1', text: 'Gladly' })
  }

  come(interaction: string, from: string): void {
    this.do({ type: 'CreateContact', interaction, medium: 'sms', from, queue: 'support' })
    this.do({ type: 'SendMessage', interaction, message: `text-${interaction}`, text: 'hello' })
  }

  report(delivery?: MessageDelivery, message = 'answer'): readonly CentreEvent[] {
    return this.do({ type: 'ReportMessage', interaction: 'ix-1', message, ...(delivery && { delivery }) })
  }

  get delivery(): MessageDelivery | undefined {
    return this.conversation?.messages.find(({ id }) => id === 'answer')?.delivery
  }

  get conversation() {
    return this.store.interactions.get('ix-1')?.conversation
  }
}

describe('a text message', () => {
  it('is offered by skill, two at once, and withdrawn by nothing (DIG-09)', () => {
    const scene = new Scene()
    scene.come('ix-2', '+491702')
    expect(scene.phase('ix-2')).toMatchObject({ state: 'offered', user: 'agent1' })
    scene.come('ix-3', '+491703')
    expect(scene.phase('ix-3')?.state).toBe('queued')
  })

  it('says what became of it, the newest that is known, in its place and with the count of lines as it was (IR-23)', () => {
    const scene = new Scene()
    const before = scene.conversation!
    scene.report({ state: 'uncertain' })
    expect(scene.delivery).toEqual({ state: 'uncertain' })
    scene.report()
    expect(scene.delivery).toBeUndefined()
    scene.report({ state: 'sent' })
    scene.report({ state: 'failed', reason: 'EXPIRED' })
    expect(scene.delivery).toEqual({ state: 'failed', reason: 'EXPIRED' })
    expect(scene.conversation?.messages.map(({ id }) => id)).toEqual(before.messages.map(({ id }) => id))
    expect(scene.conversation?.written).toBe(before.written)
  })

  it('is told of once, and only where an agent wrote the line', () => {
    const scene = new Scene()
    expect(scene.report({ state: 'sent' })).toHaveLength(1)
    expect(scene.report({ state: 'sent' })).toEqual([])
    expect(scene.report({ state: 'sent' }, 'text-ix-1')).toEqual([])
    expect(scene.report({ state: 'sent' }, 'nothing')).toEqual([])
    expect(scene.do({ type: 'ReportMessage', interaction: 'none', message: 'answer' })).toEqual([])
  })

  it('says so through a takeover, and in history (IR-22, IR-23)', () => {
    const scene = new Scene()
    scene.report({ state: 'delivered' })
    const before = scene.conversation
    scene.crash()
    expect(scene.conversation).toEqual(before)
    const own = scene.logOf('ix-1')
    expect(transcriptOf(own)).toEqual(before?.messages)
    // What comes after the end is for nobody any more.
    scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })
    scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
    expect(scene.report({ state: 'failed', reason: 'late' })).toEqual([])
  })
})
