import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { messagesOf, unheardIn } from '#kernel/mailbox'
import { Scene } from './scene.ts'

const OF = { interaction: 'ix-1', recording: 'ix-1.r1' } as const
const seal = (durationMs: number, more: Partial<CentreCommand & { type: 'SealRecording' }> = {}): CentreCommand => ({
  ...{ type: 'SealRecording', ...OF, durationMs, bytes: 1, sha256: '' },
  ...more,
})
const mark = (as: 'heard' | 'unheard' | 'removed' | 'restored', by = 'agent1'): CentreCommand => ({
  ...{ type: 'MarkVoiceMessage', message: 'ix-1.r1', by, as },
})

/** Somebody speaks after the beep, for support. */
function speaking(forMs = 5_000): Scene {
  const scene = new Scene()
  scene.arrives('1000')
  scene.connects('ix-1.p1')
  scene.heard('ix-1.p1')
  scene.presses('ix-1.p1', '4')
  scene.heard('ix-1.p1')
  scene.passes(forMs)
  return scene
}

const support = (scene: Scene) => messagesOf(scene.world.head.mailboxes, 'support')
const LEFT = ['RecordingEnded ix-1.r1', 'VoiceMessageLeft ix-1.r1 in support']

describe('a transfer to a mailbox (VML-02)', () => {
  const talking = (): Scene => {
    const scene = new Scene().phones('agent1', 'agent2')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.connects('ix-1.p2')
    return scene
  }
  const gives = (scene: Scene, to: string) =>
    scene.does({ type: 'Transfer', interaction: 'ix-1', participant: 'ix-1.p2', to, mailbox: true })

  it.each([
    ['2002', 'agent2'],
    ['1002', 'sales'],
  ])('rings nobody at %s: the caller leaves a message for %s, through a death at each step', (number, mailbox) => {
    const scene = talking()
    expect(gives(scene, number)).toEqual([
      `Transferred ix-1.p2 to ${number}`,
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 transferred',
      `StepEntered voicemail:${mailbox}/record`,
    ])
    scene.crashes()
    scene.heard('ix-1.p1')
    scene.passes(4_000)
    scene.crashes()
    expect(scene.hangsUp('ix-1.p1')).toContain(`VoiceMessageLeft ix-1.r2 in ${mailbox}`)
    expect(messagesOf(scene.world.head.mailboxes, mailbox)).toMatchObject([{ from: '555', durationMs: 4_000 }])
  })

  it('plays the greeting of the mailbox, when one was uploaded (VML-05)', () => {
    const scene = talking()
    const value = { name: 'greeting/agent2', sound: 'a'.repeat(64), durationMs: 3_000 }
    scene.changes({ kind: 'prompt', name: value.name, value })
    gives(scene, '2002')
    expect(scene.hears('ix-1.p1')).toContain('greeting/agent2')
    expect(scene.crashes().hears('ix-1.p1')).toContain('greeting/agent2')
    scene.changes({ kind: 'prompt', name: value.name })
    expect(scene.hears('ix-1.p1')).toContain('voicemail-intro')
  })

  it('is refused where there is no mailbox, and where policy forbids it; the call stays where it is', () => {
    const scene = talking()
    expect(() => gives(scene, '1000')).toThrow('1000 has no mailbox')
    scene.changes({ kind: 'parameter', name: 'Voicemail Transfers', value: { value: 'No' } })
    expect(() => gives(scene, '2002')).toThrow('not transferred to mailboxes')
    expect(scene.hears('ix-1.p1')).toBe('ix-1.p2')
  })
})

describe('a voice message', () => {
  it('is there from the moment its recording ends, by a key, by hanging up or with a lost leg (VML-01, VML-04)', () => {
    const ends: ((scene: Scene) => readonly string[])[] = [
      (scene) => scene.presses('ix-1.p1', '#'),
      (scene) => scene.hangsUp('ix-1.p1'),
      (scene) => scene.loses('ix-1.p1'),
      (scene) => scene.does({ type: 'End', interaction: 'ix-1', by: 'supervisor' }),
    ]
    for (const end of ends) {
      const scene = speaking()
      scene.crashes()
      const told = end(scene)
      expect(told.filter((line) => LEFT.includes(line))).toEqual(LEFT)
      expect(support(scene)).toMatchObject([{ from: '555', durationMs: 5_000, sound: 'pending' }])
      scene.crashes()
      expect(scene.does(seal(4_200))).toEqual(['RecordingSealed ix-1.r1', 'VoiceMessageSettled ix-1.r1 kept'])
      scene.world.crashToLog()
      expect(support(scene)).toMatchObject([{ interaction: 'ix-1', durationMs: 4_200, sound: 'kept' }])
    }
  })

  it('lies in the mailbox of whom it is for: two callers at once leave two, one of them for a person (ACD-14, VML-01)', () => {
    const scene = new Scene()
    const overflow = [
      { when: { type: 'waited', afterMs: 1_000 }, to: { type: 'voicemail', mailbox: 'agent2' } },
    ] as const
    scene.changes(scene.queue('sales', { overflow }))
    scene.arrives('1002')
    scene.connects('ix-1.p1')
    expect(scene.passes(1_000).at(-1)).toBe('StepEntered voicemail:agent2/record')
    scene.arrives('1000')
    scene.connects('ix-2.p1')
    scene.heard('ix-2.p1')
    scene.presses('ix-2.p1', '4')
    for (const party of ['ix-1.p1', 'ix-2.p1']) scene.heard(party)
    scene.passes(2_000)
    expect(scene.hangsUp('ix-2.p1')).toContain('VoiceMessageLeft ix-2.r1 in support')
    scene.crashes()
    scene.passes(1_000)
    expect(scene.presses('ix-1.p1', '#')).toContain('VoiceMessageLeft ix-1.r1 in agent2')
    const { mailboxes } = scene.world.head
    expect(messagesOf(mailboxes, 'agent2')).toMatchObject([{ id: 'ix-1.r1', durationMs: 3_000 }])
    expect(support(scene)).toMatchObject([{ id: 'ix-2.r1', durationMs: 2_000 }])
    // Thanks are said meanwhile; that the caller hears them is no part of the message.
    expect(scene.hangsUp('ix-1.p1')).not.toContain('VoiceMessageLeft ix-1.r1 in agent2')
    expect([...mailboxes.places.keys()]).toEqual(['ix-2.r1', 'ix-1.r1'])
  })

  it('is as long as was allowed when the caller speaks on, and waits for its sound through a snapshot', () => {
    const scene = speaking()
    const ended = scene.passes(180_000)
    expect(ended.filter((line) => LEFT.includes(line))).toEqual(LEFT)
    expect(support(scene)).toMatchObject([{ durationMs: 180_000, sound: 'pending' }])
    scene.crashes()
    expect(scene.does(seal(179_990))).toContain('VoiceMessageSettled ix-1.r1 kept')
    expect(scene.does(seal(179_990))).toEqual([])
    expect(support(scene)).toMatchObject([{ durationMs: 179_990, sound: 'kept' }])
  })

  it('is none when nobody spoke: hung up before the beep, at once after it, or recorded shorter than a second (VML-01)', () => {
    const before = new Scene()
    before.arrives('1000')
    before.connects('ix-1.p1')
    before.heard('ix-1.p1')
    before.presses('ix-1.p1', '4')
    before.hangsUp('ix-1.p1')
    const atOnce = speaking(999)
    expect(atOnce.hangsUp('ix-1.p1')).not.toContain(LEFT[1])
    expect(atOnce.does(seal(990))).toEqual(['RecordingSealed ix-1.r1'])
    const silent = speaking()
    silent.hangsUp('ix-1.p1')
    expect(support(silent)).toHaveLength(1)
    expect(silent.does(seal(200))).toContain('VoiceMessageSettled ix-1.r1 silent')
    for (const scene of [before, atOnce, silent]) expect(support(scene)).toEqual([])
  })

  it('outlives its media process: what was said before and after is one message, and one without sound stays (VML-04)', () => {
    const parts = speaking()
    expect(parts.does(seal(5_000, { interrupted: true }))).toContain('RecordingContinued ix-1.r1 part 2')
    parts.passes(3_000)
    parts.hangsUp('ix-1.p1')
    expect(support(parts)).toMatchObject([{ durationMs: 8_000, sound: 'pending' }])
    parts.does(seal(2_500, { part: 2 }))
    expect(support(parts)).toMatchObject([{ durationMs: 7_500, sound: 'kept' }])
    const lost = speaking()
    expect(lost.does({ type: 'FailRecording', ...OF, reason: 'disk full' })).toEqual(
      expect.arrayContaining([...LEFT, 'VoiceMessageSettled ix-1.r1 lost']),
    )
    expect(support(lost)).toMatchObject([{ from: '555', sound: 'lost' }])
    const never = speaking()
    never.hangsUp('ix-1.p1')
    never.passes(3_600_000)
    expect(support(never)).toMatchObject([{ sound: 'lost' }])
  })

  it('is marked by people, and a mark that is repeated after a takeover is one (VML-05)', () => {
    const scene = speaking()
    scene.hangsUp('ix-1.p1')
    scene.does(seal(5_000))
    const unheard = () => unheardIn(scene.world.head.mailboxes, 'support')
    expect(unheard()).toBe(1)
    expect(scene.does(mark('heard'))).toEqual(['VoiceMessageMarked ix-1.r1 heard by agent1'])
    scene.crashes()
    expect(scene.does(mark('heard', 'agent3'))).toEqual([])
    expect([unheard(), support(scene)[0]!.heard?.by]).toEqual([0, 'agent1'])
    scene.does(mark('unheard'))
    scene.does(mark('removed', 'agent3'))
    scene.crashes()
    expect([unheard(), support(scene)[0]!.removed?.by]).toEqual([0, 'agent3'])
    scene.does(mark('restored'))
    expect(unheard()).toBe(1)
    expect(() => scene.does({ ...mark('heard'), message: 'ix-9.r1' } as CentreCommand)).toThrow(
      'no mailbox of yours has a message ix-9.r1',
    )
  })

  it('is no message for anybody when what is recorded is a conversation, or only played back', () => {
    const scene = new Scene()
    scene.arrives('1011')
    scene.connects('ix-1.p1')
    scene.heard('ix-1.p1')
    scene.passes(5_000)
    expect(scene.presses('ix-1.p1', '#')).toContain('RecordingEnded ix-1.r1')
    expect(scene.world.head.mailboxes.places.size).toBe(0)
  })
})
