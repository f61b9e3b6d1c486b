import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { SOUND_NUMBER } from '#kernel/flow'
import { Scene } from './scene.ts'

function refusal(scene: Scene, command: CentreCommand): string | undefined {
  try {
    scene.does(command)
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
  return undefined
}

describe('a call to a person (ACD-01)', () => {
  it('rings until the person answers, and then both talk', () => {
    const scene = new Scene().phones('agent1')
    expect(scene.arrives('2001')).toEqual(['InteractionCreated voice inbound', 'Offered agent1 ix-1.p2 until 30000'])
    expect(scene.desired('ix-1.p1').connection).toBe('alerting')
    scene.does({ type: 'ReportAlerting', interaction: 'ix-1', participant: 'ix-1.p2' })
    expect(scene.desired('ix-1.p1').connection).toBe('alerting')
    expect(scene.connects('ix-1.p2')).toEqual(['ParticipantConnected ix-1.p2'])
    expect(scene.desired('ix-1.p1')).toEqual({
      connection: 'connected',
      hears: { type: 'participant', participant: 'ix-1.p2' },
    })
    scene.connects('ix-1.p1')
    expect(scene.hangsUp('ix-1.p2')).toEqual([
      'ParticipantCleared ix-1.p2 hung-up',
      'ParticipantCleared ix-1.p1 finished',
      'InteractionClosed ix-1 answered',
    ])
    expect(scene.status('agent1')).toBe('ready')
  })

  it('from a colleague is internal, and makes both busy', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    expect(scene.arrives('2001', 'agent3')[0]).toBe('InteractionCreated voice internal')
    expect(scene.status('agent3')).toBe('busy')
    scene.connects('ix-1.p2')
    expect([scene.status('agent1'), scene.status('agent3')]).toEqual(['busy', 'busy'])
    scene.hangsUp('ix-1.p1')
    expect([scene.status('agent1'), scene.status('agent3')]).toEqual(['ready', 'ready'])
  })

  it('who is not ready for the queues rings all the same', () => {
    const scene = new Scene().phones('supervisor')
    expect(scene.status('supervisor')).toBe('not-ready')
    expect(scene.arrives('3001').at(-1)).toBe('Offered supervisor ix-1.p2 until 30000')
  })

  it('who is on the phone is busy, and the caller is told so', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001')
    scene.connects('ix-1.p2')
    expect(scene.arrives('2001')).toEqual(['InteractionCreated voice inbound', 'ParticipantCleared ix-2.p1 busy'])
    expect(scene.desired('ix-2.p1')).toMatchObject({ connection: 'cleared', clearReason: 'busy' })
    expect(scene.crashes().desired('ix-2.p1')).toMatchObject({ clearReason: 'busy' })
    expect(scene.hangsUp('ix-2.p1')).toEqual(['InteractionClosed ix-2 failed'])
  })

  it('who has no phone is unreachable', () => {
    const scene = new Scene()
    scene.arrives('2001')
    expect(scene.desired('ix-1.p1')).toMatchObject({ connection: 'cleared', clearReason: 'unreachable' })
  })

  it('is closed even if nobody says that the caller has been told', () => {
    const scene = new Scene()
    scene.arrives('2001')
    expect(scene.passes(9_999)).toEqual([])
    expect(scene.passes(1)).toEqual(['InteractionClosed ix-1 failed'])
  })

  it.each([
    ['no-answer', 'no-answer'],
    ['busy', 'busy'],
    ['declined', 'declined'],
    ['error', 'finished'],
  ] as const)('whose phone says %s tells the caller %s, and pauses nobody', (reason, told) => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001')
    expect(scene.fails('ix-1.p2', reason)).toEqual([
      `OfferEnded agent1 ${reason}`,
      `ParticipantCleared ix-1.p1 ${reason}`,
    ])
    expect(scene.desired('ix-1.p1').clearReason).toBe(told)
    expect(scene.status('agent1')).toBe('ready')
  })

  it('ends by itself when the phone is not answered', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001')
    expect(scene.passes(30_000)).toEqual(['OfferEnded agent1 no-answer', 'ParticipantCleared ix-1.p1 no-answer'])
  })

  it('that the caller gives up frees the agent at once', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001')
    expect(scene.hangsUp('ix-1.p1')).toEqual([
      'OfferEnded agent1 withdrawn',
      'ParticipantCleared ix-1.p1 hung-up',
      'InteractionClosed ix-1 short-abandoned',
    ])
  })

  it('may come during the work after another, which goes on', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    scene.hangsUp('ix-1.p1')
    expect(scene.arrives('2001').at(-1)).toMatch(/^Offered agent1 /)
    expect(scene.status('agent1')).toBe('offered')
    scene.connects('ix-2.p2')
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed ix-1 answered'])
    expect(scene.status('agent1')).toBe('busy')
  })

  it('to oneself is busy', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('2001', 'agent1')
    expect(scene.desired('ix-1.p1').clearReason).toBe('busy')
    expect(scene.status('agent1')).toBe('ready')
  })
})

describe('a call that a person places from its page', () => {
  const place = (user: string, to: string): CentreCommand => ({ type: 'PlaceCall', interaction: 'own', user, to })

  it('rings its own phone first, then the other', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    expect(scene.does(place('agent1', '2002'))).toEqual([
      'InteractionCreated voice internal',
      'Offered agent1 own.p1 until 30000',
    ])
    expect(scene.desired('own.p1').dial).toMatchObject({ user: 'agent1', address: '2001', callerNumber: '2002' })
    expect(scene.connects('own.p1')).toEqual(['ParticipantConnected own.p1', 'Offered agent2 own.p2 until 30000'])
    expect(scene.hears('own.p1')).toEqual(['ring', 'music'])
    expect(scene.desired('own.p2').dial).toMatchObject({ callerNumber: '2001', callerName: 'Agent 1' })
    scene.connects('own.p2')
    expect([scene.hears('own.p1'), scene.hears('own.p2')]).toEqual(['own.p2', 'own.p1'])
    expect(scene.hangsUp('own.p1').at(-1)).toBe('InteractionClosed own answered')
    expect([scene.status('agent1'), scene.status('agent2')]).toEqual(['ready', 'ready'])
  })

  it('records the sound of a prompt, through a takeover, for who may change prompts (MED-08)', () => {
    const scene = new Scene().phones('admin')
    scene.does(place('admin', SOUND_NUMBER))
    expect(scene.connects('own.p1')).toEqual(['ParticipantConnected own.p1', 'StepEntered sound:/record'])
    expect(scene.hears('own.p1')).toEqual(['record-intro', 'beep'])
    expect(scene.heard('own.p1')).toEqual(['ProgramEnded own.v1', 'RecordingStarted own.r1 of own.p1'])
    expect(scene.crashes().presses('own.p1', '#')).toEqual([
      'DigitPressed #',
      'RecordingEnded own.r1',
      'StepEntered sound:/replay',
    ])
    expect(scene.hangsUp('own.p1').at(-1)).toBe('InteractionClosed own self-served')
  })

  it('leads nobody else to the recording of sounds: no agent, and no caller', () => {
    const scene = new Scene().phones('agent1')
    expect(refusal(scene, place('agent1', SOUND_NUMBER))).toBe('centre.no-such-number')
    expect(scene.arrives(SOUND_NUMBER)).toEqual([])
    expect(scene.arrives(SOUND_NUMBER, 'agent1')).toEqual([])
  })

  it('to a queue waits there like any other, and has no wrap-up of its own', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.does(place('agent1', '1002'))
    expect(scene.connects('own.p1')).toEqual([
      'ParticipantConnected own.p1',
      'Queued sales 50',
      'Offered agent2 own.p2 until 15000',
    ])
    expect(scene.hears('own.p1')).toEqual(['ring', 'queue-announcement', 'music'])
    scene.connects('own.p2')
    scene.hangsUp('own.p2')
    expect([scene.status('agent1'), scene.status('agent2')]).toEqual(['ready', 'wrapping-up'])
  })

  it('is over when its own phone is not answered', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.does(place('agent1', '2002'))
    expect(scene.passes(30_000)).toEqual(['OfferEnded agent1 no-answer', 'InteractionClosed own failed'])
    expect(scene.status('agent1')).toBe('ready')
  })

  it('is over when the other is busy', () => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.arrives('2002')
    scene.does(place('agent1', '2002'))
    expect(scene.connects('own.p1')).toEqual([
      'ParticipantConnected own.p1',
      'ParticipantCleared own.p1 busy',
      'InteractionClosed own failed',
    ])
  })

  it('is refused with its reason', () => {
    const scene = new Scene().phones('agent1')
    expect(refusal(scene, place('nobody', '1001'))).toBe('centre.no-such-user')
    expect(refusal(scene, place('agent1', '*1'))).toBe('centre.no-such-number')
    expect(refusal(scene, place('agent1', '2001'))).toBe('centre.no-such-number')
    expect(refusal(scene, place('agent3', '1001'))).toBe('centre.user-unreachable')
    scene.arrives('1009', 'agent1')
    expect(refusal(scene, place('agent1', '1001'))).toBe('centre.user-busy')
  })

  it('twice is once', () => {
    const scene = new Scene().phones('agent1')
    scene.does(place('agent1', '1001'))
    expect(scene.does(place('agent1', '1001'))).toEqual([])
  })
})

describe('callbacks and work items (ACD-15)', () => {
  const callback = { type: 'CreateCallback', interaction: 'cb', number: '0301234', queue: 'support' } as const
  const item = { type: 'CreateWorkItem', interaction: 'wi', subject: 'form 7', queue: 'support', by: 'admin' } as const

  it('are offered like calls, and only once', () => {
    const scene = new Scene().phones('agent1')
    expect(scene.does(callback)).toEqual([
      'InteractionCreated callback outbound',
      'Queued support 50',
      'Offered agent1 cb.p1 until 15000',
    ])
    expect(scene.does(callback)).toEqual([])
    expect(scene.does(item)).toEqual(['InteractionCreated work-item internal', 'Queued support 50'])
    expect(scene.interaction('wi')).toMatchObject({ subject: 'form 7', from: 'admin' })
    expect(scene.does({ type: 'End', interaction: 'cb', by: 'supervisor' })).toEqual([
      'OfferEnded agent1 withdrawn',
      'InteractionClosed cb ended',
      'Offered agent1 wi.p1 until 15000',
    ])
  })

  it('callback: the agent answers its phone, then the customer is called and recorded like any other call', () => {
    const scene = new Scene().phones('agent1')
    scene.does(callback)
    expect(scene.desired('cb.p1')).toMatchObject({ dial: { user: 'agent1', callerNumber: '0301234' } })
    expect(scene.connects('cb.p1')).toEqual(['ParticipantConnected cb.p1', 'CustomerDialled cb.p2 0301234'])
    expect(scene.desired('cb.p2')).toMatchObject({ connection: 'connected', dial: { address: '0301234' } })
    expect(scene.hears('cb.p1')).toEqual(['ring', 'music'])
    expect(scene.connects('cb.p2')).toEqual([
      'ParticipantConnected cb.p2',
      'RecordingStarted cb.r1 of cb.p2 cb.p1',
      'CallbackAttempted 1 reached',
    ])
    expect(scene.hears('cb.p1')).toBe('cb.p2')
    expect(scene.hangsUp('cb.p2')).toContain('WrapUpStarted agent1 until 2000')
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed cb answered'])
  })

  it('callback: at a chosen time waits for it outside of every queue, then is offered like any other (DIG-05)', () => {
    const scene = new Scene().phones('agent1')
    expect(scene.does({ ...callback, at: scene.world.now + 60_000, priority: 7 })).toEqual([
      'InteractionCreated callback outbound',
    ])
    expect(scene.passes(59_999)).toEqual([])
    expect(scene.passes(1)).toEqual(['Queued support 7', expect.stringMatching('Offered agent1 cb.p1')])
    expect(scene.does({ type: 'CreateCallback', interaction: 'late', number: '1', queue: 'support', at: 0 })[1]).toBe(
      'Queued support 50',
    )
  })

  it('callback: at a chosen time is withdrawn when its customer gets through before, or takes it back (promise 8)', () => {
    const scene = new Scene().phones('agent1')
    const later = { at: scene.world.now + 60_000 }
    scene.does({ ...callback, number: '555', ...later })
    scene.does({ ...callback, interaction: 'other', number: '666', ...later })
    expect(scene.does({ type: 'End', interaction: 'other', by: 'customer' })).toEqual(['InteractionClosed other ended'])
    scene.arrives('1001')
    expect(scene.connects('ix-1.p2')).toContain('InteractionClosed cb withdrawn')
    expect(scene.passes(60_000).join()).not.toContain('Queued')
  })

  it('work item: is accepted and completed on the page, and nobody is dialled for it', () => {
    const scene = new Scene().phones('agent1')
    scene.does(item)
    expect(scene.desired('wi.p1').dial).toBeUndefined()
    expect(scene.does({ type: 'Accept', interaction: 'wi', user: 'agent3' })).toEqual([])
    expect(scene.does({ type: 'Accept', interaction: 'wi', user: 'agent1' })).toEqual(['ParticipantConnected wi.p1'])
    expect(scene.does({ type: 'Accept', interaction: 'wi', user: 'agent1' })).toEqual([])
    expect(scene.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(scene.does({ type: 'Complete', interaction: 'wi', user: 'agent1' })).toEqual([
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared wi.p1 completed',
    ])
    expect(scene.passes(2_000)).toEqual([
      'WrapUpEnded agent1',
      'InteractionClosed wi answered',
      'Offered agent1 ix-1.p2 until 17000',
    ])
  })

  it('work item: that is declined or left lying goes to somebody else', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    scene.does(item)
    expect(scene.does({ type: 'Decline', interaction: 'wi', user: 'agent1' })).toEqual([
      'OfferEnded agent1 declined until 10000',
      'Offered agent3 wi.p2 until 15000',
    ])
    expect(scene.passes(15_000)).toContain('OfferEnded agent3 no-answer until 25000')
    expect(scene.phase('wi')).toMatchObject({ state: 'offered', user: 'agent1', enteredAt: expect.any(Number) })
  })

  it('work item: goes back to its place when its agent logs off or is removed (ACD-12)', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    scene.does(item)
    scene.does({ type: 'Accept', interaction: 'wi', user: 'agent1' })
    scene.passes(5_000)
    expect(scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })).toEqual([
      'StatusChosen agent1 logged-off',
      'WrapUpStarted agent1 until 7000',
      'ParticipantCleared wi.p1 lost',
      'Queued support 50',
      'Offered agent3 wi.p2 until 20000',
    ])
    scene.does({ type: 'Accept', interaction: 'wi', user: 'agent3' })
    scene.changes({ kind: 'user', name: 'agent3' })
    expect(scene.phase('wi')).toMatchObject({ state: 'queued', enteredAt: scene.world.now - 5_000 })
  })

  it('are refused for a queue that is not there', () => {
    const scene = new Scene()
    const callback: CentreCommand = { type: 'CreateCallback', interaction: 'cb', number: '1', queue: 'nobody' }
    expect(refusal(scene, callback)).toBe('centre.no-such-queue')
  })
})
