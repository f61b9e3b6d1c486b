import { describe, expect, it } from 'vitest'
import { agentStatus } from '#kernel/agent'
import type { CommandOf } from './command.ts'
import { transcriptOf } from './evolve-message.ts'
import { CentreScene, refusal } from './scene.case.ts'

const BEGIN = { type: 'BeginContact', medium: 'sms', user: 'agent1', from: '+4930', to: '+491701' } as const

/** A centre of the demo with one agent of support, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super()
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
  }

  begin(interaction = 'ix-1', more: Partial<CommandOf<'BeginContact'>> = {}) {
    return this.do({ ...BEGIN, interaction, queue: 'support', ...more })
  }

  get agent() {
    return this.store.agents.get('agent1')!
  }
}

describe('a conversation that an agent begins', () => {
  it('is the agent’s from the first moment, also of one who is not ready and has no phone, and the same again is none', () => {
    const scene = new Scene()
    expect(scene.begin().map(({ type }) => type)).toEqual(['InteractionCreated', 'ContactBegun'])
    expect(scene.phase()).toMatchObject({ state: 'connected', queue: 'support' })
    expect(agentStatus(scene.agent, scene.now)).toBe('busy')
    expect(scene.agent.work).toMatchObject([{ state: 'connected', queue: 'support', medium: 'sms', share: 0.5 }])
    expect(scene.begin()).toEqual([])
    expect(scene.store.interactions.get('ix-1')).toMatchObject({ direction: 'outbound', customer: '+491701' })
  })

  it('takes room: two fit, a third does not, nor does one beside a call', () => {
    const scene = new Scene()
    scene.begin('ix-1')
    scene.begin('ix-2', { to: '+491702' })
    expect(refusal(() => scene.begin('ix-3', { to: '+491703' }))).toBe('centre.no-room')
    const other = new Scene()
    other.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    other.do({ type: 'PlaceCall', interaction: 'ix-9', user: 'agent1', to: '1001' })
    expect(refusal(() => other.begin())).toBe('centre.no-room')
  })

  it('needs an agent who is logged on, and its queue', () => {
    const scene = new Scene()
    expect(refusal(() => scene.begin('ix-1', { queue: 'none' }))).toBe('centre.no-such-queue')
    expect(refusal(() => scene.begin('ix-1', { user: 'nobody' }))).toBe('centre.no-such-user')
    scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(refusal(() => scene.begin())).toBe('centre.logged-off')
    expect(scene.store.interactions.size).toBe(0)
  })

  it('is wrapped up by the rules of its queue, and its transcript is the same in history and after a takeover', () => {
    const scene = new Scene()
    scene.begin()
    scene.do({ type: 'SendMessage', interaction: 'ix-1', message: 'm1', user: 'agent1', text: 'Your parcel is here' })
    scene.do({ type: 'SendMessage', interaction: 'ix-1', message: 'm2', text: 'Thanks' })
    scene.crash()
    const lines = scene.store.interactions.get('ix-1')?.conversation?.messages
    expect(lines?.map(({ by, note, text }) => note ?? `${by}: ${text}`)).toEqual([
      'joined',
      'agent: Your parcel is here',
      'customer: Thanks',
    ])
    expect(transcriptOf(scene.log.filter(({ event }) => 'interaction' in event))).toEqual(lines)
    expect(scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' }).map(({ type }) => type)).toContain(
      'WrapUpStarted',
    )
    scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
    expect(scene.store.interactions.size).toBe(0)
  })

  it('goes to its queue when its agent logs off, and to who is there', () => {
    const scene = new Scene()
    scene.begin()
    scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(scene.phase()).toMatchObject({ state: 'queued', queue: 'support' })
    scene.do({ type: 'SetReachable', user: 'agent3', reachable: true })
    scene.do({ type: 'ChooseStatus', user: 'agent3', status: 'ready' })
    expect(scene.phase()).toMatchObject({ state: 'offered', user: 'agent3' })
  })

  it('is counted as handled by its agent for its queue, and as offered to nobody', () => {
    const scene = new Scene()
    scene.begin()
    scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })
    scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
    const sums = scene.store.statistics.since('queue', 'support', 0, scene.now)
    expect(sums.get('handled')?.count).toBe(1)
    expect(sums.get('offered')).toBeUndefined()
    expect(scene.store.statistics.since('agent', 'agent1', 0, scene.now).get('handled')?.count).toBe(1)
  })

  it('makes its agent the last who served the customer', () => {
    const scene = new Scene()
    scene.begin()
    expect(scene.store.lastServed.get('+491701')?.user).toBe('agent1')
  })
})
