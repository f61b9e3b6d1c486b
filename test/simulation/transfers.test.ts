import { describe, expect, it } from 'vitest'
import { Scene } from './scene.ts'

/** agent1 talks to a caller of the queue support; others are there. */
function talking(...phones: readonly string[]): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene.phones(...phones)
}

describe('hold', () => {
  const hold = (scene: Scene, participant: string) => scene.does({ type: 'Hold', interaction: 'ix-1', participant })
  const retrieve = (scene: Scene, participant: string) =>
    scene.does({ type: 'Retrieve', interaction: 'ix-1', participant })

  it('plays music to the other until it is taken back', () => {
    const scene = talking()
    expect(hold(scene, 'ix-1.p2')).toEqual(['Held ix-1.p2'])
    expect([scene.hears('ix-1.p1'), scene.hears('ix-1.p2')]).toEqual([['music'], 'silence'])
    expect(scene.crashes().hears('ix-1.p1')).toEqual(['music'])
    expect(retrieve(scene, 'ix-1.p2')).toEqual(['Retrieved ix-1.p2'])
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
  })

  it('can be taken back only by who holds, and is not doubled', () => {
    const scene = talking()
    hold(scene, 'ix-1.p2')
    expect(retrieve(scene, 'ix-1.p1')).toEqual([])
    expect(hold(scene, 'ix-1.p1')).toEqual([])
    expect(hold(scene, 'ix-1.p2')).toEqual([])
  })

  it('is nothing where nobody talks', () => {
    const scene = new Scene()
    scene.arrives('1001')
    expect(hold(scene, 'ix-1.p1')).toEqual([])
  })

  it('ends with the call', () => {
    const scene = talking()
    hold(scene, 'ix-1.p2')
    expect(scene.hangsUp('ix-1.p1')).toContain('WrapUpStarted agent1 until 2000')
  })
})

describe('a blind transfer (ACD-10)', () => {
  it('to a queue: the agent is finished, the caller waits there', () => {
    const scene = talking('agent2')
    expect(scene.transfers('ix-1.p2', '1002')).toEqual([
      'Transferred ix-1.p2 to 1002',
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 transferred',
      'Queued sales 50',
      'Offered agent2 ix-1.p3 until 15000',
    ])
    expect(scene.hears('ix-1.p1')).toEqual(['ring', 'queue-announcement', 'music'])
    expect(scene.connects('ix-1.p3')).toEqual([
      'ParticipantConnected ix-1.p3',
      'RecordingStarted ix-1.r2 of ix-1.p1 ix-1.p3',
    ])
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1'])
  })

  it('to a flow: the caller hears it', () => {
    const scene = talking()
    expect(scene.transfers('ix-1.p2', '1000').at(-1)).toBe('StepEntered main/greeting')
    expect(scene.hears('ix-1.p1')).toEqual(['greeting'])
  })

  it('to a person: the caller hears ringing until the person answers', () => {
    const scene = talking('agent2')
    expect(scene.transfers('ix-1.p2', '2002').at(-1)).toBe('Offered agent2 ix-1.p3 until 30000')
    expect(scene.hears('ix-1.p1')).toEqual(['ring', 'music'])
    expect(scene.crashes().hears('ix-1.p1')).toEqual(['ring', 'music'])
    scene.connects('ix-1.p3')
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p3')
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('ParticipantCleared ix-1.p3 finished')
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed ix-1 answered'])
  })

  it('that nobody answers rings who made it, then goes to the front of the queue it came from', () => {
    const scene = talking('agent2')
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    scene.arrives('1001')
    scene.transfers('ix-1.p2', '2002')
    expect(scene.passes(30_000)).toContain('Offered agent1 ix-1.p4 until 60000')
    expect(scene.passes(30_000)).toContain('Queued support 100')
    expect(scene.hears('ix-1.p1')).toEqual(['transfer-failed', 'music'])
    expect(scene.phones('agent3').phase('ix-1').state).toBe('offered')
    expect(scene.phase('ix-2').state).toBe('queued')
  })

  it('of a direct call that nobody answers rings who made it; if that one is gone as well, it ends', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.arrives('2001')
    scene.connects('ix-1.p1')
    scene.connects('ix-1.p2')
    scene.transfers('ix-1.p2', '2002')
    expect(scene.fails('ix-1.p3', 'busy')).toEqual(['OfferEnded agent2 busy', 'Offered agent1 ix-1.p4 until 30000'])
    expect(scene.fails('ix-1.p4', 'unreachable')).toEqual([
      'OfferEnded agent1 unreachable',
      'ParticipantCleared ix-1.p1 unreachable',
      'InteractionClosed ix-1 failed',
    ])
  })

  it('of a held caller takes it off hold', () => {
    const scene = talking()
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.transfers('ix-1.p2', '1010')
    expect(scene.desired('ix-1.p1').hears).toMatchObject({ program: 'ix-1.v2' })
  })

  it.each(['*1', '2001', '2002', '2004'])('to %s, which cannot be rung, changes nothing', (to) => {
    const scene = talking('agent2')
    scene.arrives('2002')
    expect(scene.transfers('ix-1.p2', to)).toEqual([])
    expect(scene.phase('ix-1').state).toBe('connected')
  })

  it('by somebody who does not talk is nothing', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.transfers('ix-1.p2', '1002')).toEqual([])
    expect(scene.transfers('ix-1.p1', '1002')).toEqual([])
  })
})

describe('an attended transfer (ACD-10)', () => {
  /** agent1 holds the caller and asks agent2. */
  function consulting(): Scene {
    const scene = talking('agent2')
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.arrives('2002', 'agent1')
    scene.connects('ix-2.p2')
    scene.connects('ix-2.p1')
    return scene
  }
  const join = (scene: Scene) =>
    scene.does({
      type: 'Join',
      interaction: 'ix-1',
      participant: 'ix-1.p2',
      consulted: 'ix-2',
      consultedParticipant: 'ix-2.p1',
    })

  it('joins the caller and the colleague; who led both has its wrap-up', () => {
    const scene = consulting()
    expect(join(scene)).toEqual([
      'Transferred ix-1.p2 to 2002',
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 transferred',
      'ParticipantCleared ix-2.p1 transferred',
      'Joined ix-2.p2 to ix-1',
      'InteractionClosed ix-2 joined',
      'RecordingStarted ix-1.r2 of ix-1.p1 ix-2.p2',
    ])
    expect(scene.hears('ix-1.p1')).toBe('ix-2.p2')
    expect(scene.desired('ix-2.p2', 'ix-1').hears).toEqual({ type: 'participant', participant: 'ix-1.p1' })
    expect([scene.status('agent1'), scene.status('agent2')]).toEqual(['wrapping-up', 'busy'])
    expect(join(scene)).toEqual([])
  })

  it('ends as one call: the colleague’s phone is told under its old name', () => {
    const scene = consulting()
    join(scene)
    scene.passes(2_000)
    expect(scene.hangsUp('ix-2.p2', 'ix-1')).toEqual([
      'RecordingEnded ix-1.r2',
      'ParticipantCleared ix-2.p2 hung-up',
      'ParticipantCleared ix-1.p1 finished',
      'InteractionClosed ix-1 answered',
    ])
    expect(scene.status('agent2')).toBe('ready')
  })

  it('survives a takeover on both sides of it', () => {
    const scene = consulting().crashes()
    expect(join(scene)).toContain('Joined ix-2.p2 to ix-1')
    expect(scene.crashes().hears('ix-1.p1')).toBe('ix-2.p2')
  })

  it('is nothing before the colleague has answered', () => {
    const scene = talking('agent2')
    scene.arrives('2002', 'agent1')
    expect(join(scene)).toEqual([])
  })

  it('is nothing between calls that different people lead', () => {
    const scene = talking('agent2', 'agent3')
    scene.arrives('2002', 'agent3')
    scene.connects('ix-2.p1')
    scene.connects('ix-2.p2')
    expect(join(scene)).toEqual([])
  })

  it('needs no join when the consultation ends: the caller is taken back', () => {
    const scene = consulting()
    scene.hangsUp('ix-2.p1')
    scene.does({ type: 'Retrieve', interaction: 'ix-1', participant: 'ix-1.p2' })
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
    expect([scene.status('agent1'), scene.status('agent2')]).toEqual(['busy', 'ready'])
  })
})
