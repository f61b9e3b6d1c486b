import { describe, expect, it } from 'vitest'
import type { Step } from '#kernel/flow'
import { Scene } from './scene.ts'

/** A caller of the main menu who has heard the greeting. */
function atMenu(...phones: readonly string[]): Scene {
  const scene = new Scene().phones(...phones)
  scene.arrives('1000')
  scene.connects('ix-1.p1')
  scene.heard('ix-1.p1')
  return scene
}

describe('the main flow (IVR-01)', () => {
  it('greets, then asks', () => {
    const scene = new Scene()
    expect(scene.arrives('1000')).toEqual(['InteractionCreated voice inbound', 'StepEntered main/greeting'])
    expect(scene.hears('ix-1.p1')).toEqual(['greeting'])
    expect(scene.heard('ix-1.p1')).toEqual(['ProgramEnded ix-1.v1', 'StepEntered main/menu'])
    expect(scene.hears('ix-1.p1')).toEqual(['menu'])
    expect(scene.heard('ix-1.p1')).toEqual(['ProgramEnded ix-1.v2'])
    expect(scene.hears('ix-1.p1')).toBe('silence')
  })

  it.each([
    ['1', 'sales'],
    ['2', 'support'],
  ])('leads with %s to the queue %s', (digit, queue) => {
    expect(atMenu().presses('ix-1.p1', digit)).toEqual([
      `DigitPressed ${digit}`,
      `StepEntered main/${queue}`,
      `Queued ${queue} 50`,
    ])
  })

  it('gives the caller to a free agent in the same moment', () => {
    expect(atMenu('agent2').presses('ix-1.p1', '1').at(-1)).toBe('Offered agent2 ix-1.p2 until 15000')
  })

  it('asks three times in all, then takes support', () => {
    const scene = atMenu()
    expect(scene.presses('ix-1.p1', '9')).toEqual(['DigitPressed 9', 'StepEntered main/menu again 2'])
    expect(scene.hears('ix-1.p1')).toEqual(['invalid-choice', 'menu'])
    scene.heard('ix-1.p1')
    expect(scene.passes(4_999)).toEqual([])
    expect(scene.passes(1)).toEqual(['StepEntered main/menu again 3'])
    scene.heard('ix-1.p1')
    expect(scene.passes(5_000)).toEqual(['StepEntered main/support', 'Queued support 50'])
  })

  it('waits for nothing while its prompts are still being said', () => {
    expect(atMenu().passes(60_000)).toEqual([])
  })

  it('notes a callback that holds a place, says so and hangs up; an agent who comes calls back', () => {
    const scene = atMenu()
    expect(scene.presses('ix-1.p1', '3')).toEqual([
      'DigitPressed 3',
      'StepEntered main/callback',
      'InteractionCreated callback outbound',
      'Queued support 50',
      'StepEntered main/callback-confirmed',
    ])
    expect(scene.heard('ix-1.p1')).toEqual([
      'ProgramEnded ix-1.v4',
      'StepEntered main/end',
      'ParticipantCleared ix-1.p1 finished',
      'InteractionClosed ix-1 self-served',
    ])
    expect(scene.passes(3_600_000)).toEqual([])
    expect(scene.interaction('ix-1.c3')).toMatchObject({ medium: 'callback', from: '555', to: 'support' })
    scene.phones('agent1')
    expect(scene.phase('ix-1.c3')).toMatchObject({ state: 'offered', user: 'agent1' })
    expect(scene.connects('ix-1.c3.p1').at(-1)).toBe('CustomerDialled ix-1.c3.p2 555')
  })

  it('takes a message: beep, recording until the digit, thanks (ACD-14)', () => {
    const scene = atMenu()
    scene.presses('ix-1.p1', '4')
    expect(scene.hears('ix-1.p1')).toEqual(['voicemail-intro', 'beep'])
    expect(scene.heard('ix-1.p1')).toEqual(['ProgramEnded ix-1.v3', 'RecordingStarted ix-1.r1 of ix-1.p1'])
    expect(scene.presses('ix-1.p1', '5')).toEqual([])
    expect(scene.presses('ix-1.p1', '#')).toEqual([
      'DigitPressed #',
      'RecordingEnded ix-1.r1',
      'StepEntered main/voicemail-thanks',
    ])
    const started = scene.world.log.find(({ event }) => event.type === 'RecordingStarted')
    expect(started?.event).toMatchObject({ mailbox: 'support', durationMsMax: 180_000 })
  })

  it('rings the attendant, and takes support when nobody answers there', () => {
    const scene = atMenu('attendant')
    expect(scene.presses('ix-1.p1', '0')).toEqual([
      'DigitPressed 0',
      'StepEntered main/attendant',
      'Offered attendant ix-1.p2 until 20000',
    ])
    expect(scene.hears('ix-1.p1')).toEqual(['ring', 'music'])
    expect(scene.passes(20_000)).toEqual(['OfferEnded attendant no-answer', 'StepEntered main/attendant-unavailable'])
    expect(scene.heard('ix-1.p1')).toContain('Queued support 50')
  })

  it('connects the attendant who answers', () => {
    const scene = atMenu('attendant')
    scene.presses('ix-1.p1', '0')
    expect(scene.connects('ix-1.p2')).toEqual(['ParticipantConnected ix-1.p2'])
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 answered')
  })

  it('says at once that the attendant is not there when no phone is', () => {
    expect(atMenu().presses('ix-1.p1', '0').slice(-2)).toEqual([
      'StepEntered main/attendant',
      'StepEntered main/attendant-unavailable',
    ])
  })

  it('is over when its caller hangs up', () => {
    expect(atMenu().hangsUp('ix-1.p1')).toEqual([
      'ParticipantCleared ix-1.p1 hung-up',
      'InteractionClosed ix-1 self-served',
    ])
  })
})

describe('digits', () => {
  it('become no event where nobody waits for one: what is typed while talking may be a secret', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.presses('ix-1.p1', '4')).toEqual([])
    scene.connects('ix-1.p2')
    expect(scene.presses('ix-1.p1', '4')).toEqual([])
    expect(scene.presses('ix-1.p2', '4')).toEqual([])
  })

  it.each(['', '12', 'x', ' ', '1; drop'])('that are none (%j) decide nothing', (digit) => {
    expect(atMenu().presses('ix-1.p1', digit)).toEqual([])
  })
})

describe('the end of a program', () => {
  it('counts once, and only for what is said now', () => {
    const scene = atMenu()
    const end = (program: string) =>
      scene.does({ type: 'EndProgram', interaction: 'ix-1', participant: 'ix-1.p1', program })
    expect(end('ix-1.v1')).toEqual([])
    expect(end('ix-1.v9')).toEqual([])
    expect(end('ix-1.v2')).toEqual(['ProgramEnded ix-1.v2'])
    expect(end('ix-1.v2')).toEqual([])
    scene.presses('ix-1.p1', '2')
    expect(end('ix-1.v4')).toEqual([])
  })

  it('of another party is nothing', () => {
    const command = { type: 'EndProgram', interaction: 'ix-1', participant: 'ix-1.p7', program: 'ix-1.v2' } as const
    expect(atMenu().does(command)).toEqual([])
  })
})

describe('echo and music (1009, 1010)', () => {
  it('go on until the caller hangs up', () => {
    const scene = new Scene()
    scene.arrives('1009')
    expect(scene.hears('ix-1.p1')).toBe('echo')
    scene.arrives('1010')
    expect(scene.hears('ix-2.p1')).toEqual(['music'])
    expect(scene.does({ type: 'EndProgram', interaction: 'ix-2', participant: 'ix-2.p1', program: 'ix-2.v1' })).toEqual(
      [],
    )
    expect(scene.passes(3_600_000)).toEqual([])
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 self-served')
  })
})

describe('record and replay (1011)', () => {
  function recorded(): Scene {
    const scene = new Scene()
    scene.arrives('1011')
    scene.connects('ix-1.p1')
    scene.heard('ix-1.p1')
    return scene
  }
  const sealed = {
    type: 'SealRecording',
    interaction: 'ix-1',
    recording: 'ix-1.r1',
    durationMs: 1,
    bytes: 2,
    sha256: 'x',
  } as const

  it('plays what was recorded as soon as it is sealed, and hangs up', () => {
    const scene = recorded()
    expect(scene.presses('ix-1.p1', '#')).toContain('StepEntered record/replay')
    expect(scene.hears('ix-1.p1')).toBe('silence')
    expect(scene.does(sealed)).toEqual(['RecordingSealed ix-1.r1'])
    expect(scene.hears('ix-1.p1')).toEqual(['recording'])
    expect(scene.passes(60_000)).toEqual([])
    expect(scene.heard('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 self-served')
  })

  it('ends by its limit', () => {
    expect(recorded().passes(120_000)).toEqual(['RecordingEnded ix-1.r1', 'StepEntered record/replay'])
  })

  it('ends when the media process has sealed it at its own limit', () => {
    expect(recorded().does(sealed)).toEqual([
      'RecordingEnded ix-1.r1',
      'RecordingSealed ix-1.r1',
      'StepEntered record/replay',
    ])
  })

  it('does not keep the caller in silence for a recording that does not come', () => {
    const scene = recorded()
    scene.presses('ix-1.p1', '#')
    expect(scene.passes(10_000)).toContain('StepEntered record/end')
    const failing = recorded()
    failing.presses('ix-1.p1', '#')
    const failed = { type: 'FailRecording', interaction: 'ix-1', recording: 'ix-1.r1', reason: 'disk full' } as const
    expect(failing.does(failed)).toContain('StepEntered record/end')
  })

  it('leaves out the replay when the recording fails while it runs', () => {
    const failed = { type: 'FailRecording', interaction: 'ix-1', recording: 'ix-1.r1', reason: 'disk full' } as const
    expect(recorded().does(failed)).toEqual([
      'RecordingEnded ix-1.r1',
      'RecordingFailed ix-1.r1 disk full',
      'StepEntered record/replay',
      'StepEntered record/end',
      'ParticipantCleared ix-1.p1 finished',
      'InteractionClosed ix-1 self-served',
    ])
  })

  it('is sealed also when the caller has long hung up, once', () => {
    const scene = recorded()
    scene.hangsUp('ix-1.p1')
    expect(scene.isOver('ix-1')).toBe(true)
    expect(scene.crashes().world.head.unsealed.has('ix-1.r1')).toBe(true)
    expect(scene.does({ ...sealed, interaction: 'ix-9' })).toEqual([])
    expect(scene.does(sealed)).toEqual(['RecordingSealed ix-1.r1'])
    expect(scene.does(sealed)).toEqual([])
  })

  it('is said to have failed when nobody seals it for an hour (promise 15)', () => {
    const scene = recorded()
    scene.hangsUp('ix-1.p1')
    expect(scene.passes(3_600_000)).toEqual(['RecordingFailed ix-1.r1 never sealed'])
  })
})

describe('a takeover in a menu (IVR-15)', () => {
  it('leaves the caller at its step, which it hears again under the same name', () => {
    const scene = atMenu()
    const before = scene.desired('ix-1.p1')
    scene.crashes()
    expect(scene.desired('ix-1.p1')).toEqual(before)
    expect(scene.presses('ix-1.p1', '1')).toContain('Queued sales 50')
  })

  it('keeps the attempts and the rest of the time', () => {
    const scene = atMenu()
    scene.presses('ix-1.p1', '9')
    scene.heard('ix-1.p1')
    scene.passes(3_000)
    scene.crashes()
    expect(scene.passes(1_999)).toEqual([])
    expect(scene.passes(1)).toEqual(['StepEntered main/menu again 3'])
  })
})

describe('flows that lead into each other', () => {
  const flow = (name: string, to: string): { kind: 'flow'; name: string; value: object } => ({
    kind: 'flow',
    name,
    value: {
      name,
      start: 'go',
      steps: {
        go: { type: 'transfer', to, ringTimeoutMs: 5_000, otherwise: 'end' } satisfies Step,
        end: { type: 'hang-up' } satisfies Step,
      },
    },
  })
  const number = (name: string, to: string) => ({ kind: 'number', name, value: { type: 'flow', flow: to } }) as const

  it('in a ring end after a hundred steps, not never', () => {
    const scene = new Scene()
    scene.changes(
      flow('one', '1202') as never,
      flow('two', '1201') as never,
      number('1201', 'one'),
      number('1202', 'two'),
    )
    const events = scene.arrives('1201')
    expect(events.filter((event) => event.startsWith('StepEntered'))).toHaveLength(100)
    expect(events.at(-1)).toBe('ParticipantCleared ix-1.p1 unreachable')
  })

  it('lead through as many steps as it takes otherwise', () => {
    const scene = new Scene()
    scene.changes(flow('one', '1009') as never, number('1201', 'one'))
    expect(scene.arrives('1201').slice(1)).toEqual(['StepEntered one/go', 'StepEntered echo/echo'])
  })
})
