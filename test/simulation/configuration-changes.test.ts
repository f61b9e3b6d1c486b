import { describe, expect, it } from 'vitest'
import { isTandemError, type TandemError } from '#base'
import type { ConfigurationChange } from '#kernel/config'
import type { FlowDocument, Step } from '#kernel/flow'
import { Scene } from './scene.ts'

function refusal(act: () => unknown): TandemError | undefined {
  try {
    act()
  } catch (error) {
    if (isTandemError(error)) return error
    throw error
  }
  return undefined
}

function flow(scene: Scene, steps: Readonly<Record<string, Step>>, start = 'greeting'): ConfigurationChange {
  const value: FlowDocument = { name: 'main', start, steps: { ...steps } }
  return { kind: 'flow', name: 'main', value: { ...scene.world.head.configuration.flows.get('main')!, ...value } }
}

describe('a change of the configuration while calls run', () => {
  it('of a queue’s skills moves its agents at once (promise 6)', () => {
    const scene = new Scene().phones('agent2')
    scene.arrives('1001')
    expect(scene.changes(scene.queue('support', { skills: {} }))).toEqual([
      'ConfigurationChanged 2',
      'Offered agent2 ix-1.p2 until 15000',
    ])
  })

  it('of a person’s skills brings the waiting to it at once (promise 6)', () => {
    const scene = new Scene().phones('agent2')
    scene.arrives('1001')
    const user = scene.world.head.configuration.users.get('agent2')!
    const change: ConfigurationChange = { kind: 'user', name: 'agent2', value: { ...user, skills: { support: 5 } } }
    expect(scene.changes(change).at(-1)).toBe('Offered agent2 ix-1.p2 until 15000')
    expect(scene.arrives('1002').at(-1)).toBe('Queued sales 50')
  })

  it('of a person who is new: there, ready, and without a phone', () => {
    const scene = new Scene()
    const user = scene.world.head.configuration.users.get('agent1')!
    scene.changes({ kind: 'user', name: 'ada', value: { ...user, name: 'ada', extension: '4001' } })
    expect(scene.status('ada')).toBe('unreachable')
    scene.phones('ada')
    expect(scene.arrives('4001').at(-1)).toMatch(/^Offered ada /)
  })

  it('that removes a person ends what rings there', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.changes({ kind: 'user', name: 'agent1' })).toEqual([
      'ConfigurationChanged 2',
      'OfferEnded agent1 unreachable',
    ])
    expect(scene.world.head.agents.has('agent1')).toBe(false)
    expect(scene.phones('agent3').phase('ix-1').state).toBe('offered')
  })

  it('that removes a person leaves its conversation alone, and the person goes with its end', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    expect(scene.changes({ kind: 'user', name: 'agent1' })).toEqual(['ConfigurationChanged 2'])
    expect(scene.crashes().phase('ix-1').state).toBe('connected')
    scene.hangsUp('ix-1.p1')
    expect(scene.passes(2_000).at(-1)).toBe('InteractionClosed ix-1 answered')
    expect(scene.world.head.agents.has('agent1')).toBe(false)
  })

  it('does not remove a queue in which callers wait or ring', () => {
    const scene = new Scene()
    const gone: readonly ConfigurationChange[] = [
      { kind: 'number', name: '1001' },
      { kind: 'queue', name: 'support' },
      flow(scene, { greeting: { type: 'echo' } }),
    ]
    scene.arrives('1001')
    const error = refusal(() => scene.changes(...gone))
    expect([error?.code, error?.status]).toEqual(['config.in-use', 409])
    expect(error?.fields).toEqual({ path: 'queues.support', interactions: 1 })
    scene.hangsUp('ix-1.p1')
    scene.changes(...gone)
    expect(scene.arrives('1001')).toEqual([])
  })

  it('does not remove a flow in which callers are', () => {
    const scene = new Scene()
    scene.arrives('1009')
    const gone: readonly ConfigurationChange[] = [
      { kind: 'number', name: '1009' },
      { kind: 'flow', name: 'echo' },
    ]
    expect(refusal(() => scene.changes(...gone))?.fields).toEqual({ path: 'flows.echo', interactions: 1 })
    scene.hangsUp('ix-1.p1')
    expect(scene.changes(...gone)).toEqual(['ConfigurationChanged 2'])
  })

  it('of a flow lets callers go on whose step is the same', () => {
    const scene = new Scene()
    scene.arrives('1000')
    const { steps } = scene.world.head.configuration.flows.get('main')!
    expect(scene.changes(flow(scene, { ...steps, support: { type: 'hang-up' } }))).toEqual(['ConfigurationChanged 2'])
  })

  it('of a flow says a changed step again, from its beginning', () => {
    const scene = new Scene()
    scene.arrives('1000')
    const { steps } = scene.world.head.configuration.flows.get('main')!
    const greeting: Step = { type: 'play', prompts: ['goodbye'], next: 'menu' }
    expect(scene.changes(flow(scene, { ...steps, greeting }))).toEqual([
      'ConfigurationChanged 2',
      'StepEntered main/greeting',
    ])
    expect(scene.hears('ix-1.p1')).toEqual(['goodbye'])
  })

  it('of a flow brings callers whose step is gone to its beginning', () => {
    const scene = new Scene()
    scene.arrives('1000')
    scene.heard('ix-1.p1')
    const only: Step = { type: 'play', prompts: ['goodbye'], next: 'end' }
    const steps: Readonly<Record<string, Step>> = { only, end: { type: 'hang-up' } }
    expect(scene.changes(flow(scene, steps, 'only')).at(-1)).toBe('StepEntered main/only')
  })

  it('of a flow ends the recording of a step that is another now', () => {
    const scene = new Scene()
    scene.arrives('1011')
    scene.heard('ix-1.p1')
    const record: FlowDocument = { name: 'record', start: 'record', steps: { record: { type: 'echo' } } }
    expect(scene.changes({ kind: 'flow', name: 'record', value: record })).toEqual([
      'ConfigurationChanged 2',
      'RecordingEnded ix-1.r1',
      'StepEntered record/record',
    ])
  })

  it('of a queue’s announcements counts from the next one on', () => {
    const scene = new Scene()
    scene.arrives('1001')
    scene.changes(scene.queue('support', { positionEveryMs: 0, comfort: [] }))
    const before = scene.desired('ix-1.p1')
    scene.passes(60_000)
    expect(scene.desired('ix-1.p1')).toEqual(before)
  })

  it('that is refused leaves everything as it was', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1009')
    const before = JSON.stringify([...scene.world.head.configuration.queues])
    const command = () => scene.changes(scene.queue('support', { wrapUpMs: -1 }))
    expect(refusal(command)?.fields['path']).toBe('queues.support.wrapUpMs')
    expect(JSON.stringify([...scene.world.head.configuration.queues])).toBe(before)
    expect(scene.world.head.configuration.version).toBe(1)
  })
})
