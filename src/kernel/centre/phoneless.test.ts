import { describe, expect, it } from 'vitest'
import { agentStatus } from '#kernel/agent'
import { CentreScene } from './scene.case.ts'

/** A centre of the demo whose agent of support works without a phone, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super()
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    this.do({ type: 'ChooseStation', user: 'agent1', phoneless: true })
  }

  call(interaction: string): void {
    this.do({ type: 'Arrive', interaction, from: '+4930', to: '1001' })
    this.do({ type: 'ReportConnected', interaction, participant: `${interaction}.p1` })
  }

  write(interaction: string): void {
    this.do({ type: 'CreateContact', interaction, medium: 'chat', from: `${interaction}@x.example`, queue: 'support' })
  }

  get agent() {
    return this.store.agents.get('agent1')!
  }
}

describe('an agent without a phone', () => {
  it('is ready and is offered what is written, and no call', () => {
    const scene = new Scene()
    expect(agentStatus(scene.agent, scene.now)).toBe('ready')
    scene.call('c1')
    expect(scene.phase('c1')?.state).toBe('queued')
    scene.write('w1')
    expect(scene.phase('w1')).toMatchObject({ state: 'offered', user: 'agent1' })
    scene.do({ type: 'Accept', interaction: 'w1', user: 'agent1' })
    scene.do({ type: 'Complete', interaction: 'w1', user: 'agent1' })
    expect(agentStatus(scene.agent, scene.now)).toBe('wrapping-up')
    scene.do({ type: 'EndWrapUp', interaction: 'w1', user: 'agent1' })
    expect(scene.store.statistics.since('agent', 'agent1', 0, scene.now).get('handled')?.count).toBe(1)
    expect(scene.phase('c1')?.state).toBe('queued')
  })

  it('is rung by no phone that registers, and loses nothing when one goes', () => {
    const scene = new Scene()
    scene.write('w1')
    expect(scene.do({ type: 'SetReachable', user: 'agent1', reachable: true })).toEqual([])
    expect(scene.do({ type: 'SetReachable', user: 'agent1', reachable: false })).toEqual([])
    expect(scene.phase('w1')?.state).toBe('offered')
  })

  it('is so after a takeover, until it logs off; what it works on goes to others then', () => {
    const scene = new Scene()
    scene.write('w1')
    scene.do({ type: 'Accept', interaction: 'w1', user: 'agent1' })
    scene.crash()
    expect(scene.agent.phoneless).toBe(true)
    scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(scene.agent.phoneless).toBeUndefined()
    expect(scene.phase('w1')?.state).toBe('queued')
    scene.do({ type: 'EndWrapUp', interaction: 'w1', user: 'agent1' })
    scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    expect(agentStatus(scene.agent, scene.now)).toBe('unreachable')
  })

  it('takes calls again with its own phone, and a call that waits at once', () => {
    const scene = new Scene()
    scene.call('c1')
    scene.do({ type: 'ChooseStation', user: 'agent1' })
    expect(agentStatus(scene.agent, scene.now)).toBe('unreachable')
    scene.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(scene.phase('c1')).toMatchObject({ state: 'offered', user: 'agent1' })
    // Not while it rings.
    expect(() => scene.do({ type: 'ChooseStation', user: 'agent1', phoneless: true })).toThrow(/on the phone/)
  })

  it('is served at once when it says so, and the same again decides nothing', () => {
    const scene = new Scene()
    expect(scene.do({ type: 'ChooseStation', user: 'agent1', phoneless: true })).toEqual([])
    scene.do({ type: 'ChooseStation', user: 'agent1' })
    scene.write('w1')
    expect(scene.phase('w1')?.state).toBe('queued')
    scene.do({ type: 'ChooseStation', user: 'agent1', phoneless: true })
    expect(scene.phase('w1')?.state).toBe('offered')
  })
})
