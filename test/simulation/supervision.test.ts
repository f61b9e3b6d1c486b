import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

type Mode = Extract<CentreCommand, { type: 'Supervise' }>['mode']

/** agent1 talks to a caller of the queue support, and a supervisor's phone is there. */
function talking(): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene.phones('supervisor')
}

function supervises(scene: Scene, mode: Mode, user = 'supervisor'): readonly string[] {
  return scene.does({ type: 'Supervise', interaction: 'ix-1', user, mode, announced: false })
}

function refusal(scene: Scene, mode: Mode, user?: string): string | undefined {
  try {
    supervises(scene, mode, user)
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
  return undefined
}

/** The supervisor is there in this way. */
function supervisedBy(mode: Mode): Scene {
  const scene = talking()
  supervises(scene, mode)
  scene.connects('ix-1.p3')
  return scene
}

const hears = (scene: Scene) => ['ix-1.p1', 'ix-1.p2', 'ix-1.p3'].map((one) => heard(scene, one))

function heard(scene: Scene, participant: string): string {
  const { hears: what } = scene.desired(participant)
  if (what.type === 'participants') return what.participants.map((one) => one.slice(-2)).join('+')
  return what.type === 'participant' ? what.participant.slice(-2) : what.type
}

describe('a supervisor (DSK-07)', () => {
  it('is rung while the two talk on, and it stands in the timeline', () => {
    const scene = talking()
    expect(supervises(scene, 'listen')).toEqual(['ParticipantInvited ix-1.p3 3001 until 30000'])
    expect(hears(scene).slice(0, 2)).toEqual(['p2', 'p1'])
    expect(scene.status('supervisor')).toBe('offered')
    expect(supervises(scene, 'listen')).toEqual([])
  })

  it.each<[Mode, readonly string[]]>([
    ['listen', ['p2', 'p1', 'p1+p2']],
    ['coach', ['p2', 'p1+p3', 'p1+p2']],
    ['join', ['p2+p3', 'p1+p3', 'p1+p2']],
  ])('that shall %s makes them hear %s', (mode, expected) => {
    const scene = supervisedBy(mode)
    expect(hears(scene)).toEqual(expected)
    expect(hears(scene.crashes())).toEqual(expected)
    expect(scene.desired('ix-1.p3').muted).toBe(mode === 'listen' ? true : undefined)
  })

  it('changes from one to the other without being rung again', () => {
    const scene = supervisedBy('listen')
    expect(supervises(scene, 'coach')).toEqual(['SupervisionChanged ix-1.p3 coach'])
    expect(hears(scene)).toEqual(['p2', 'p1+p3', 'p1+p2'])
    expect(supervises(scene, 'join')).toEqual(['SupervisionChanged ix-1.p3 join'])
    expect(hears(scene)).toEqual(['p2+p3', 'p1+p3', 'p1+p2'])
    expect(supervises(scene, 'listen')).toEqual(['SupervisionChanged ix-1.p3 listen'])
    expect(hears(scene)).toEqual(['p2', 'p1', 'p1+p2'])
  })

  it('takes the call over, and the agent has its notes to write', () => {
    const scene = supervisedBy('listen')
    expect(supervises(scene, 'take-over')).toEqual([
      'SupervisionChanged ix-1.p3 take-over',
      'SupervisionChanged ix-1.p3 join',
      'TakenOver ix-1.p3 from ix-1.p2',
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 taken-over',
    ])
    expect(heard(scene, 'ix-1.p1')).toBe('p3')
    expect(scene.hangsUp('ix-1.p1')).toContain('ParticipantCleared ix-1.p3 finished')
  })

  it('takes over when the phone is answered, not before', () => {
    const scene = talking()
    supervises(scene, 'take-over')
    expect(hears(scene).slice(0, 2)).toEqual(['p2', 'p1'])
    expect(scene.connects('ix-1.p3')).toContain('TakenOver ix-1.p3 from ix-1.p2')
  })

  it('who listens leaves without a trace in the talk, and goes when it is over', () => {
    const scene = supervisedBy('listen')
    expect(scene.hangsUp('ix-1.p3')).toEqual(['ParticipantCleared ix-1.p3 hung-up'])
    expect([scene.phase('ix-1').state, scene.status('supervisor')]).toEqual(['connected', 'not-ready'])
    const other = supervisedBy('coach')
    expect(other.hangsUp('ix-1.p1')).toContain('ParticipantCleared ix-1.p3 finished')
  })

  it('who joined keeps the caller company when the agent has gone', () => {
    const scene = supervisedBy('join')
    scene.hangsUp('ix-1.p2')
    expect(heard(scene, 'ix-1.p1')).toBe('p3')
  })

  it('hears who is on hold, who hears music and not the supervisor', () => {
    const scene = supervisedBy('coach')
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    expect(scene.phase('ix-1').state).toBe('held')
    expect(hears(scene)).toEqual(['program', 'silence', 'p1'])
  })

  it.each([
    ['is transferred', (scene: Scene) => scene.transfers('ix-1.p2', '1002')],
    ['is parked', (scene: Scene) => scene.does({ type: 'Park', interaction: 'ix-1', participant: 'ix-1.p2' })],
    [
      'loses its agent',
      (scene: Scene) =>
        scene.does({ type: 'ReportCleared', interaction: 'ix-1', participant: 'ix-1.p2', reason: 'lost' }),
    ],
  ])('goes when the call %s', (_, happens) => {
    expect(happens(supervisedBy('listen'))).toContain('ParticipantCleared ix-1.p3 finished')
  })

  it('is refused where it cannot be', () => {
    const scene = talking()
    expect(refusal(scene, 'listen', 'agent1')).toBeUndefined()
    expect(scene.interaction('ix-1').participants).toHaveLength(2)
    expect(refusal(scene, 'listen', 'nobody')).toBe('centre.no-such-user')
    expect(refusal(scene, 'listen', 'admin')).toBe('centre.user-unreachable')
    scene.arrives('3001')
    expect(refusal(scene, 'listen')).toBe('centre.user-busy')
  })

  it('has its limit', () => {
    const scene = talking().phones('agent2', 'agent3', 'agent4', 'agent5', 'agent6')
    for (const user of ['agent2', 'agent3', 'agent4', 'agent5']) supervises(scene, 'listen', user)
    expect(refusal(scene, 'listen', 'agent6')).toBe('centre.supervisors-full')
  })

  it('is nothing where nobody talks', () => {
    const scene = new Scene().phones('supervisor')
    scene.arrives('1001')
    expect(supervises(scene, 'listen')).toEqual([])
  })
})
