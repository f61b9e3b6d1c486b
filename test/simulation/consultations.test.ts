import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

/** agent1 talks to a caller of the queue support; others are there. */
function talking(...phones: readonly string[]): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.connects('ix-1.p2')
  return scene.phones(...phones)
}

const CALL = { interaction: 'ix-1', participant: 'ix-1.p2' } as const
const ADVICE = { consulted: 'ix-c', consultedParticipant: 'ix-c.p1' } as const

function consults(scene: Scene, to: string, consultation = 'ix-c'): readonly string[] {
  return scene.does({ type: 'Consult', ...CALL, consultation, to })
}

function refusal(scene: Scene, command: CentreCommand): string | undefined {
  try {
    scene.does(command)
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
  return undefined
}

/** agent1 has the caller on hold and talks to agent2. */
function consulting(...phones: readonly string[]): Scene {
  const scene = talking('agent2', ...phones)
  consults(scene, '2002')
  scene.connects('ix-c.p2')
  return scene
}

describe('a consultation', () => {
  it('holds the caller and rings a colleague, by the phone that leads the call', () => {
    const scene = talking('agent2')
    expect(consults(scene, '2002')).toEqual([
      'Held ix-1.p2',
      'InteractionCreated voice internal',
      'Offered agent2 ix-c.p2 until 30000',
    ])
    expect(scene.interaction('ix-c')).toMatchObject({ consults: 'ix-1', from: '2001', to: '2002' })
    expect(scene.interaction('ix-c').participants[0]).toMatchObject({ via: 'ix-1.p2', connection: 'connected' })
    expect([scene.hears('ix-1.p1'), scene.hears('ix-c.p1')]).toEqual([['music'], ['ring', 'music']])
    scene.connects('ix-c.p2')
    expect([scene.hears('ix-c.p1'), scene.hears('ix-c.p2')]).toEqual(['ix-c.p2', 'ix-c.p1'])
    expect(scene.crashes().hears('ix-1.p1')).toEqual(['music'])
  })

  it('waits in a queue, is answered there, and its agent has work after it', () => {
    const scene = talking('agent2')
    expect(consults(scene, '1002').slice(1)).toEqual([
      'InteractionCreated voice internal',
      'Queued sales 50',
      'Offered agent2 ix-c.p2 until 15000',
    ])
    expect(scene.hears('ix-c.p1')).toEqual(['ring', 'queue-announcement', 'music'])
    scene.connects('ix-c.p2')
    expect(scene.does({ type: 'Reconnect', ...CALL })).toContain('WrapUpStarted agent2 until 2000')
  })

  it('hears a flow and can press its keys', () => {
    const scene = talking()
    consults(scene, '1000')
    expect(scene.hears('ix-c.p1')).toEqual(['greeting'])
    scene.heard('ix-c.p1')
    expect(scene.presses('ix-c.p1', '1')[0]).toBe('DigitPressed 1')
  })

  it('asked for twice is one, and a second one at the same time is refused', () => {
    const scene = talking('agent2', 'agent3')
    consults(scene, '2002')
    expect(consults(scene, '2002')).toEqual([])
    expect(refusal(scene, { type: 'Consult', ...CALL, consultation: 'ix-d', to: '2003' })).toBe('centre.consults')
    const deeper = { interaction: 'ix-c', participant: 'ix-c.p1', consultation: 'ix-d', to: '2003' } as const
    scene.connects('ix-c.p2')
    expect(refusal(scene, { type: 'Consult', ...deeper })).toBe('centre.consults')
  })

  it.each([
    ['*1', 'centre.no-such-number'],
    ['2001', 'centre.is-party'],
    ['2003', 'centre.user-unreachable'],
    ['2002', 'centre.user-busy'],
  ])('of %s is refused with %s, and the caller is not put on hold for it', (to, code) => {
    const scene = talking('agent2')
    scene.arrives('2002')
    expect(refusal(scene, { type: 'Consult', ...CALL, consultation: 'ix-c', to })).toBe(code)
    expect(scene.phase('ix-1').state).toBe('connected')
  })

  it('that nobody answers leaves the caller on hold, whom the agent takes back', () => {
    const scene = talking('agent2')
    consults(scene, '2002')
    expect(scene.passes(30_000)).toEqual([
      'OfferEnded agent2 no-answer',
      'ParticipantCleared ix-c.p1 no-answer',
      'InteractionClosed ix-c failed',
    ])
    expect(scene.phase('ix-1').state).toBe('held')
    expect(scene.does({ type: 'Retrieve', ...CALL })).toEqual(['Retrieved ix-1.p2'])
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
  })

  it('is left for the caller at any time: whoever rings for it is not waited for', () => {
    const scene = talking('agent2')
    consults(scene, '2002')
    expect(scene.does({ type: 'Reconnect', ...CALL })).toEqual([
      'OfferEnded agent2 withdrawn',
      'ParticipantCleared ix-c.p1 ended',
      'InteractionClosed ix-c ended',
      'Retrieved ix-1.p2',
    ])
    expect(scene.does({ type: 'Reconnect', ...CALL })).toEqual([])
  })

  it('alternates: who takes one back holds the other, who hears music', () => {
    const scene = consulting()
    expect(scene.does({ type: 'Retrieve', ...CALL })).toEqual(['Held ix-c.p1', 'Retrieved ix-1.p2'])
    expect([scene.hears('ix-c.p2'), scene.hears('ix-1.p1')]).toEqual([['music'], 'ix-1.p2'])
    const back = scene.does({ type: 'Retrieve', interaction: 'ix-c', participant: 'ix-c.p1' })
    expect(back).toEqual(['Held ix-1.p2', 'Retrieved ix-c.p1'])
    expect([scene.hears('ix-c.p2'), scene.hears('ix-1.p1')]).toEqual(['ix-c.p1', ['music']])
  })

  it('taken back before anybody has answered is given up', () => {
    const scene = talking('agent2')
    consults(scene, '2002')
    expect(scene.does({ type: 'Retrieve', ...CALL }).slice(-2)).toEqual([
      'InteractionClosed ix-c ended',
      'Retrieved ix-1.p2',
    ])
  })

  it('goes on when the caller hangs up, and ends when the colleague does', () => {
    const scene = consulting()
    expect(scene.hangsUp('ix-1.p1')).toContain('WrapUpStarted agent1 until 2000')
    expect(scene.phase('ix-c').state).toBe('connected')
    expect(scene.hangsUp('ix-c.p2').at(-1)).toBe('InteractionClosed ix-c answered')
    scene.passes(2_000)
    expect(scene.isOver('ix-1')).toBe(true)
  })
})

describe('an attended transfer (ACD-10)', () => {
  it('brings the caller and the consulted together, and the agent to its notes', () => {
    const scene = consulting()
    expect(scene.does({ type: 'Join', ...CALL, ...ADVICE })).toEqual([
      'Transferred ix-1.p2 to 2002',
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 transferred',
      'ParticipantCleared ix-c.p1 transferred',
      'Joined ix-c.p2 to ix-1',
      'InteractionClosed ix-c joined',
      'RecordingStarted ix-1.r2 of ix-1.p1 ix-c.p2',
    ])
    const hears = (participant: string) => scene.desired(participant, 'ix-1').hears
    expect(hears('ix-1.p1')).toEqual({ type: 'participant', participant: 'ix-c.p2' })
    expect(hears('ix-c.p2')).toEqual({ type: 'participant', participant: 'ix-1.p1' })
  })

  it('is made by putting the phone down', () => {
    const scene = consulting()
    expect(scene.hangsUp('ix-1.p2')).toContain('Joined ix-c.p2 to ix-1')
    expect(scene.phase('ix-1').state).toBe('connected')
  })

  it('cannot be made before anybody has answered: the phone put down, the caller is back in its queue', () => {
    const scene = talking('agent2')
    consults(scene, '2002')
    expect(scene.does({ type: 'Join', ...CALL, ...ADVICE })).toEqual([])
    expect(scene.hangsUp('ix-1.p2')).toContain('Queued support 50')
    scene.hangsUp('ix-c.p1')
    expect(scene.isOver('ix-c')).toBe(true)
  })
})

describe('a conference (MED-12, ACD-10)', () => {
  const conference = (scene: Scene) => scene.does({ type: 'Conference', ...CALL, ...ADVICE })
  const hears = (scene: Scene, participant: string) => scene.desired(participant, 'ix-1').hears

  it('is the two conversations in one: each hears the others', () => {
    const scene = consulting()
    expect(conference(scene)).toEqual([
      'Conferenced ix-1.p2 with ix-c',
      'Retrieved ix-1.p2',
      'ParticipantCleared ix-c.p1 transferred',
      'Joined ix-c.p2 to ix-1',
      'InteractionClosed ix-c joined',
    ])
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participants', participants: ['ix-1.p2', 'ix-c.p2'] })
    expect(hears(scene, 'ix-1.p2')).toEqual({ type: 'participants', participants: ['ix-1.p1', 'ix-c.p2'] })
    expect(hears(scene.crashes(), 'ix-c.p2')).toEqual({ type: 'participants', participants: ['ix-1.p1', 'ix-1.p2'] })
    expect(conference(scene)).toEqual([])
  })

  it('goes on without the one who made it, and is over when one is left', () => {
    const scene = consulting()
    conference(scene)
    expect(scene.hangsUp('ix-1.p2')).toEqual([
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 hung-up',
      'RecordingStarted ix-1.r2 of ix-1.p1 ix-c.p2',
    ])
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participant', participant: 'ix-c.p2' })
    expect(scene.hangsUp('ix-1.p1')).toContain('ParticipantCleared ix-c.p2 finished')
    scene.passes(2_000)
    expect(scene.isOver('ix-1')).toBe(true)
  })

  it('goes on while one holds; the last who speaks hears music', () => {
    const scene = consulting()
    conference(scene)
    const hold = (participant: string) => scene.does({ type: 'Hold', interaction: 'ix-1', participant })
    hold('ix-1.p2')
    expect(scene.phase('ix-1').state).toBe('connected')
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participant', participant: 'ix-c.p2' })
    expect(hears(scene, 'ix-1.p2')).toEqual({ type: 'silence' })
    hold('ix-c.p2')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'held', by: 'ix-c.p2' })
    expect(scene.hears('ix-1.p1')).toEqual(['music'])
    scene.does({ type: 'Retrieve', ...CALL })
    expect(scene.phase('ix-1').state).toBe('connected')
  })

  it('is left by any of them, and nobody is brought in twice', () => {
    const scene = consulting('agent3')
    conference(scene)
    expect(scene.does({ type: 'Release', interaction: 'ix-1', participant: 'ix-c.p2' })).toEqual([
      'ParticipantCleared ix-c.p2 released',
    ])
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participant', participant: 'ix-1.p2' })
    expect(refusal(scene, { type: 'Invite', ...CALL, to: '2001' })).toBe('centre.is-party')
  })

  it('takes one more who is called in, while the others talk on', () => {
    const scene = talking('agent3')
    expect(scene.does({ type: 'Invite', ...CALL, to: '2003' })).toEqual(['ParticipantInvited ix-1.p3 2003 until 30000'])
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participant', participant: 'ix-1.p2' })
    expect(scene.status('agent3')).toBe('offered')
    expect(scene.connects('ix-1.p3')).toEqual(['ParticipantConnected ix-1.p3'])
    expect(hears(scene, 'ix-1.p1')).toEqual({ type: 'participants', participants: ['ix-1.p2', 'ix-1.p3'] })
  })

  it.each([
    ['does not answer', (scene: Scene) => scene.passes(30_000), 'no-answer'],
    ['declines', (scene: Scene) => scene.fails('ix-1.p3', 'declined'), 'declined'],
    [
      'is not wanted any more',
      (scene: Scene) => scene.does({ type: 'Release', interaction: 'ix-1', participant: 'ix-1.p3' }),
      'withdrawn',
    ],
  ])('goes on when whoever was called in %s', (_, happens, reason) => {
    const scene = talking('agent3')
    scene.does({ type: 'Invite', ...CALL, to: '2003' })
    expect(happens(scene)).toContain(`InvitationEnded ix-1.p3 ${reason}`)
    expect([scene.status('agent3'), scene.phase('ix-1').state]).toEqual(['ready', 'connected'])
  })

  it('is not waited for by whoever was called in when the call is over', () => {
    const scene = talking('agent3')
    scene.does({ type: 'Invite', ...CALL, to: '2003' })
    expect(scene.hangsUp('ix-1.p1')).toContain('InvitationEnded ix-1.p3 withdrawn')
  })

  it('has its limit', () => {
    const more = Array.from({ length: 16 }, (_, index) => index + 3)
    const scene = talking(...more.map((n) => `agent${n}`))
    for (const n of more.slice(0, 14)) {
      scene.does({ type: 'Invite', ...CALL, to: `${2000 + n}` })
      scene.connects(`ix-1.p${n}`)
    }
    expect(refusal(scene, { type: 'Invite', ...CALL, to: '2018' })).toBe('centre.talk-full')
  })

  it('cannot be sent elsewhere as a whole', () => {
    const scene = consulting()
    conference(scene)
    expect(scene.transfers('ix-1.p2', '1002')).toEqual([])
  })
})

describe('mute and keypad', () => {
  it('lets nobody hear the party, who goes on hearing the others', () => {
    const scene = talking()
    const mute = (muted: boolean) => scene.does({ type: 'Mute', ...CALL, muted })
    expect(mute(true)).toEqual(['Muted ix-1.p2 true'])
    expect(mute(true)).toEqual([])
    expect([scene.hears('ix-1.p1'), scene.hears('ix-1.p2')]).toEqual(['silence', 'ix-1.p1'])
    expect(scene.desired('ix-1.p2').muted).toBe(true)
    expect(mute(false)).toEqual(['Muted ix-1.p2 false'])
    expect([scene.hears('ix-1.p1'), scene.desired('ix-1.p2').muted]).toEqual(['ix-1.p2', undefined])
  })

  it.each(['Conference', 'Join'] as const)('sends away who was only called into the consultation: %s', (type) => {
    const scene = consulting('agent3')
    scene.does({ type: 'Invite', interaction: 'ix-c', participant: 'ix-c.p1', to: '2003' })
    expect(scene.world.head.agents.get('agent3')?.work).toHaveLength(1)
    expect(scene.does({ type, ...CALL, ...ADVICE })).toContain('InvitationEnded ix-c.p3 withdrawn')
    expect(scene.world.head.agents.get('agent3')?.work).toEqual([])
    expect(scene.interaction('ix-1').participants.map(({ id }) => id)).not.toContain('ix-c.p3')
    scene.crashes()
  })

  it('gives nothing back to who is configured no more and only ends its work', () => {
    const scene = talking('agent3')
    scene.does({ type: 'Transfer', ...CALL, to: '2003' })
    scene.changes({ kind: 'user', name: 'agent1' })
    expect(scene.world.head.agents.get('agent1')?.work).toMatchObject([{ state: 'wrapping-up' }])
    scene.does({ type: 'ReportFailed', interaction: 'ix-1', participant: 'ix-1.p3', reason: 'declined' })
    expect(scene.interaction('ix-1').phase).toMatchObject({ state: 'offered', user: 'agent3', queue: 'support' })
    expect(refusal(scene, { type: 'PickUp', interaction: 'ix-1', user: 'agent1' })).toBe('centre.no-such-user')
  })

  it('leaves out of a conference who is muted', () => {
    const scene = consulting()
    scene.does({ type: 'Conference', ...CALL, ...ADVICE })
    scene.does({ type: 'Mute', interaction: 'ix-1', participant: 'ix-c.p2', muted: true })
    expect(scene.desired('ix-1.p1').hears).toEqual({ type: 'participant', participant: 'ix-1.p2' })
  })

  it('tells how many digits were sent, never which (SEC: secrets are in no log)', () => {
    const scene = talking()
    expect(scene.does({ type: 'SendDigits', ...CALL, count: 4 })).toEqual(['DigitsSent ix-1.p2 4'])
    scene.does({ type: 'Hold', ...CALL })
    expect(scene.does({ type: 'SendDigits', ...CALL, count: 4 })).toEqual([])
  })
})
