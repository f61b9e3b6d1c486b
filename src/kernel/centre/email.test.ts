import { describe, expect, it } from 'vitest'
import type { MessageMail } from '#kernel/interaction'
import { transcriptOf } from './evolve-message.ts'
import { CentreScene } from './scene.case.ts'

const mail: MessageMail = {
  ...{ messageId: '<m1@customer.example>', account: 'help', subject: 'A question', from: 'ada@customer.example' },
  ...{ to: ['help@centre.example'], html: { hash: 'b'.repeat(64), bytes: 12 }, omitted: ['2 of 52 files'] },
}

/** A centre of the demo with one agent for support, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super()
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  }

  /** A mail comes, as the adapter tells it. */
  come(interaction: string, from = 'ada@customer.example'): void {
    this.do({ type: 'CreateContact', interaction, medium: 'email', from, subject: 'A question', queue: 'support' })
    this.do({ type: 'SendMessage', interaction, message: `mail-${interaction}`, text: 'hello', mail })
  }
}

describe('an email', () => {
  it('waits like a call, and is offered to whoever has the skill and room for one (DIG-08)', () => {
    const scene = new Scene()
    scene.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    scene.come('ix-1')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'offered', user: 'agent1' })
    scene.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    // One mail at once is what an agent does, where nothing else is said.
    scene.come('ix-2')
    expect(scene.phase('ix-2')?.state).toBe('queued')
    scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })
    scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
    expect(scene.phase('ix-2')?.state).toBe('offered')
  })

  it('keeps its head, its HTML and what was left out through a takeover, and in history (IR-10, IR-11)', () => {
    const scene = new Scene()
    scene.come('ix-1')
    const before = scene.store.interactions.get('ix-1')?.conversation
    expect(before?.messages.at(-1)).toMatchObject({ text: 'hello', mail })
    scene.crash()
    expect(scene.store.interactions.get('ix-1')?.conversation).toEqual(before)
    const own = scene.logOf('ix-1')
    expect(transcriptOf(own)).toEqual(before?.messages)
  })

  it('is not withdrawn when its customer reaches an agent otherwise: it has to be read', () => {
    const scene = new Scene()
    scene.come('ix-1', '+4930123456')
    scene.do({ type: 'SetReachable', user: 'agent3', reachable: true })
    scene.do({ type: 'Arrive', interaction: 'call', from: '+4930123456', to: '1001' })
    const phase = scene.phase('call')
    const participant = phase?.state === 'offered' ? phase.participant : 'none'
    scene.do({ type: 'ReportConnected', interaction: 'call', participant })
    expect(['queued', 'offered']).toContain(scene.phase('ix-1')?.state)
  })
})
