import { describe, expect, it } from 'vitest'
import { demoCentre } from '#kernel/config'
import type { MessageMail } from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import { dumpCentre, restoreCentre } from './dump.ts'
import type { CentreEvent } from './event.ts'
import { transcriptOf } from './evolve-message.ts'
import { centreMachine } from './machine.ts'

const mail: MessageMail = {
  ...{ messageId: '<m1@customer.example>', account: 'help', subject: 'A question', from: 'ada@customer.example' },
  ...{ to: ['help@centre.example'], html: { hash: 'b'.repeat(64), bytes: 12 }, omitted: ['2 of 52 files'] },
}

/** A centre of the demo with one agent for support, at a second a command. */
class Scene {
  store = centreMachine.initial()
  readonly log: { readonly event: CentreEvent; readonly at: number }[] = []
  now = 1_000_000

  constructor() {
    this.do({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  }

  do(command: CentreCommand): readonly CentreEvent[] {
    this.now += 1_000
    const events = centreMachine.decide(this.store, command, this.now)
    for (const event of events) {
      centreMachine.evolve(this.store, event, this.now)
      this.log.push({ event, at: this.now })
    }
    return events
  }

  /** A mail comes, as the adapter tells it. */
  come(interaction: string, from = 'ada@customer.example'): void {
    this.do({ type: 'CreateContact', interaction, medium: 'email', from, subject: 'A question', queue: 'support' })
    this.do({ type: 'SendMessage', interaction, message: `mail-${interaction}`, text: 'hello', mail })
  }

  stateOf(interaction: string): string | undefined {
    return this.store.interactions.get(interaction)?.phase.state
  }
}

describe('an email', () => {
  it('waits like a call, and is offered to whoever has the skill and room for one (DIG-08)', () => {
    const scene = new Scene()
    scene.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    scene.come('ix-1')
    expect(scene.store.interactions.get('ix-1')?.phase).toMatchObject({ state: 'offered', user: 'agent1' })
    scene.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    // One mail at once is what an agent does, where nothing else is said.
    scene.come('ix-2')
    expect(scene.stateOf('ix-2')).toBe('queued')
    scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })
    scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
    expect(scene.stateOf('ix-2')).toBe('offered')
  })

  it('keeps its head, its HTML and what was left out through a takeover, and in history (IR-10, IR-11)', () => {
    const scene = new Scene()
    scene.come('ix-1')
    const before = scene.store.interactions.get('ix-1')?.conversation
    expect(before?.messages.at(-1)).toMatchObject({ text: 'hello', mail })
    scene.store = restoreCentre(JSON.parse(JSON.stringify(dumpCentre(scene.store))))
    expect(scene.store.interactions.get('ix-1')?.conversation).toEqual(before)
    const own = scene.log.filter(({ event }) => 'interaction' in event && event.interaction === 'ix-1')
    expect(transcriptOf(own)).toEqual(before?.messages)
  })

  it('is not withdrawn when its customer reaches an agent otherwise: it has to be read', () => {
    const scene = new Scene()
    scene.come('ix-1', '+4930123456')
    scene.do({ type: 'SetReachable', user: 'agent3', reachable: true })
    scene.do({ type: 'Arrive', interaction: 'call', from: '+4930123456', to: '1001' })
    const phase = scene.store.interactions.get('call')?.phase
    const participant = phase?.state === 'offered' ? phase.participant : 'none'
    scene.do({ type: 'ReportConnected', interaction: 'call', participant })
    expect(['queued', 'offered']).toContain(scene.stateOf('ix-1'))
  })
})
