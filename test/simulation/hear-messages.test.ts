import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { HEARING_WAIT_MS, MESSAGES_NUMBER, SOUND_NUMBER } from '#kernel/flow'
import { messagesOf, unheardIn } from '#kernel/mailbox'
import { Scene } from './scene.ts'

const OWN = 'own.p1'

/** As many callers as that have left agent1 a message each, one after the other; those whose sound is not told to be otherwise are kept. */
function left(count: number, sounds: readonly ('kept' | 'lost' | 'pending')[] = []): Scene {
  const scene = new Scene()
  const overflow = [{ when: { type: 'waited', afterMs: 1_000 }, to: { type: 'voicemail', mailbox: 'agent1' } }] as const
  scene.changes(scene.queue('sales', { overflow }))
  for (let one = 1; one <= count; one++) {
    scene.arrives('1002')
    const id = `ix-${one}`
    scene.connects(`${id}.p1`)
    scene.passes(1_000)
    scene.heard(`${id}.p1`)
    scene.passes(3_000)
    scene.hangsUp(`${id}.p1`)
    const of = { interaction: id, recording: `${id}.r1` }
    const sound = sounds[one - 1] ?? 'kept'
    if (sound === 'kept') scene.does({ type: 'SealRecording', ...of, durationMs: 2_900, bytes: 1, sha256: '' })
    if (sound === 'lost') scene.does({ type: 'FailRecording', ...of, reason: 'disk full' })
  }
  return scene.phones('agent1')
}

const place = (to: string, user = 'agent1'): CentreCommand => ({ type: 'PlaceCall', interaction: 'own', user, to })

/** The user has called its messages from its page, and its phone is answered. */
function calling(scene: Scene): Scene {
  scene.does(place(MESSAGES_NUMBER))
  scene.connects(OWN)
  return scene
}

/** What is played, recordings by their id. */
function plays(scene: Scene, party = OWN): string {
  const { hears } = scene.desired(party)
  if (hears.type !== 'program') return hears.type
  const said = hears.items.map((item) => ('recording' in item ? item.recording : 'prompt' in item ? item.prompt : ''))
  return said.map((one) => one.replace('messages/', '')).join(' ')
}

const FROM_555 = 'from digits/5 digits/5 digits/5'
const box = (scene: Scene) => messagesOf(scene.world.head.mailboxes, 'agent1')

/** A sound of what the party hears cannot be had. */
function fails(scene: Scene): readonly string[] {
  const { hears } = scene.desired(OWN)
  const program = hears.type === 'program' ? hears.program : ''
  return scene.does({ type: 'EndProgram', interaction: 'own', participant: OWN, program, failed: true })
}

describe('the own voice messages by phone (VML-05)', () => {
  it('are counted, then said newest first, each with who called and the keys, through a death at each step', () => {
    const scene = left(3)
    scene.does(place(MESSAGES_NUMBER))
    expect(scene.connects(OWN)).toEqual([`ParticipantConnected ${OWN}`, 'StepEntered messages:agent1/messages'])
    expect(plays(scene)).toBe('you-have numbers/3 many numbers/3 new')
    expect(plays(scene.crashes())).toBe('you-have numbers/3 many numbers/3 new')
    expect(scene.heard(OWN)).toEqual([
      'ProgramEnded own.v1',
      'VoiceMessageMarked ix-3.r1 heard by agent1',
      'StepEntered messages:agent1/messages',
    ])
    expect(plays(scene)).toBe(`${FROM_555} ix-3.r1 keys`)
    const before = scene.desired(OWN)
    expect(scene.crashes().desired(OWN)).toEqual(before)
    expect(scene.presses(OWN, '1')).toContain('VoiceMessageMarked ix-2.r1 heard by agent1')
    scene.world.crashToLog()
    expect(plays(scene)).toBe(`${FROM_555} ix-2.r1 keys`)
    scene.presses(OWN, '1')
    expect(plays(scene)).toBe(`${FROM_555} ix-1.r1 keys`)
    expect(unheardIn(scene.world.head.mailboxes, 'agent1')).toBe(0)
    expect(scene.presses(OWN, '1')).toEqual(['DigitPressed 1', 'StepEntered messages:agent1/over'])
    expect(plays(scene)).toBe('over')
    expect(scene.heard(OWN).at(-1)).toBe('InteractionClosed own self-served')
  })

  it('are heard from the own station as well, and how many were new is said once', () => {
    const scene = left(2)
    scene.does({ type: 'MarkVoiceMessage', message: 'ix-1.r1', by: 'agent1', as: 'heard' })
    scene.arrives(MESSAGES_NUMBER, 'agent1')
    scene.connects('ix-3.p1')
    expect(plays(scene, 'ix-3.p1')).toBe('you-have numbers/2 many numbers/1 new')
    scene.presses('ix-3.p1', '3')
    expect(plays(scene, 'ix-3.p1')).toBe(`${FROM_555} ix-2.r1 keys`)
    scene.hangsUp('ix-3.p1')
    scene.arrives(MESSAGES_NUMBER, 'agent1')
    scene.connects('ix-4.p1')
    expect(plays(scene, 'ix-4.p1')).toBe('you-have numbers/2 many')
    expect(box(scene).some(({ removed }) => removed)).toBe(false)
  })

  it('are said again, deleted so that the desk can bring them back, and left alone by any other key', () => {
    const scene = calling(left(2))
    scene.presses(OWN, '1')
    const first = scene.desired(OWN)
    expect([scene.presses(OWN, '9'), scene.presses(OWN, '#'), scene.presses(OWN, '0')]).toEqual([[], [], []])
    expect(scene.desired(OWN)).toEqual(first)
    expect(scene.presses(OWN, '2')).toEqual(['DigitPressed 2', 'StepEntered messages:agent1/messages'])
    expect(plays(scene)).toBe(`${FROM_555} ix-2.r1 keys`)
    expect(scene.desired(OWN).hears).not.toEqual(first.hears)
    expect(scene.presses(OWN, '3').slice(1)).toEqual([
      'VoiceMessageMarked ix-2.r1 removed by agent1',
      'VoiceMessageMarked ix-1.r1 heard by agent1',
      'StepEntered messages:agent1/messages',
    ])
    scene.crashes()
    expect(scene.presses(OWN, '3').at(-1)).toBe('StepEntered messages:agent1/over')
    scene.hangsUp(OWN)
    scene.does({ type: 'MarkVoiceMessage', message: 'ix-2.r1', by: 'agent1', as: 'restored' })
    expect(plays(calling(scene))).toBe('you-have numbers/1 one')
    expect(box(scene)).toMatchObject([{ removed: { by: 'agent1' } }, { heard: { by: 'agent1' } }])
  })

  it('follow each other by themselves for whoever presses nothing, and come to an end', () => {
    const scene = calling(left(2))
    for (const message of ['ix-2.r1', 'ix-1.r1']) {
      scene.heard(OWN)
      if (plays(scene) === 'silence') {
        expect(scene.passes(HEARING_WAIT_MS - 1)).toEqual([])
        scene.passes(1)
      }
      expect(plays(scene)).toBe(`${FROM_555} ${message} keys`)
    }
    scene.heard(OWN)
    expect(plays(scene.crashes())).toBe('silence')
    expect(scene.passes(HEARING_WAIT_MS)).toEqual(['StepEntered messages:agent1/over'])
  })

  it('are none: so it is said, and the call ends', () => {
    const scene = calling(left(0))
    expect(plays(scene)).toBe('you-have numbers/0 many')
    expect(scene.heard(OWN)).toContain('StepEntered messages:agent1/over')
  })

  it('whose sound is lost or not there yet are told with their caller, and stay new', () => {
    const scene = calling(left(2, ['lost', 'pending']))
    for (const key of ['1', '1']) {
      scene.presses(OWN, key)
      expect(plays(scene)).toBe(`${FROM_555} no-sound keys`)
    }
    expect(unheardIn(scene.world.head.mailboxes, 'agent1')).toBe(2)
  })

  it('whose sound cannot be played here stay as new as they were; nothing turns in circles', () => {
    const scene = calling(left(1))
    scene.heard(OWN)
    expect(fails(scene)).toEqual([
      'ProgramEnded own.v2',
      'VoiceMessageMarked ix-1.r1 unheard by agent1',
      'StepEntered messages:agent1/messages',
    ])
    expect(plays(scene.crashes())).toBe(`${FROM_555} no-sound keys`)
    expect(fails(scene)).toEqual(['ProgramEnded own.v3'])
    expect(unheardIn(scene.world.head.mailboxes, 'agent1')).toBe(1)
    // Heard before, and unplayable now: it stays heard.
    scene.does({ type: 'MarkVoiceMessage', message: 'ix-1.r1', by: 'agent1', as: 'heard' })
    scene.presses(OWN, '2')
    expect(fails(scene)).not.toContain('VoiceMessageMarked ix-1.r1 unheard by agent1')
  })

  it('play in all their parts what a media process that died had begun', () => {
    const scene = left(0)
    scene.arrives('1002')
    scene.connects('ix-1.p1')
    scene.passes(1_000)
    scene.heard('ix-1.p1')
    scene.passes(3_000)
    const sealed = { type: 'SealRecording', interaction: 'ix-1', recording: 'ix-1.r1', bytes: 1, sha256: '' } as const
    scene.does({ ...sealed, durationMs: 3_000, interrupted: true })
    scene.passes(2_000)
    scene.hangsUp('ix-1.p1')
    scene.does({ ...sealed, durationMs: 2_000, part: 2 })
    calling(scene).presses(OWN, '1')
    scene.world.crashToLog()
    expect(plays(scene)).toBe(`${FROM_555} ix-1.r1 ix-1.r1-2 keys`)
  })

  it('that fall out or are removed elsewhere while they are heard leave the place; what comes meanwhile is for the next call', () => {
    const scene = calling(left(3))
    scene.presses(OWN, '1')
    for (const message of ['ix-3.r1', 'ix-2.r1']) {
      scene.does({ type: 'MarkVoiceMessage', message, by: 'agent2', as: 'removed' })
    }
    scene.presses(OWN, '1')
    expect(plays(scene)).toBe(`${FROM_555} ix-1.r1 keys`)
    scene.does({ type: 'MarkVoiceMessage', message: 'ix-1.r1', by: 'agent2', as: 'removed' })
    expect(scene.presses(OWN, '2')).toEqual(['DigitPressed 2', 'StepEntered messages:agent1/over'])
  })

  it('are nobody else’s: no caller comes there, and no call is handed on to the code', () => {
    const scene = left(1)
    expect(scene.arrives(MESSAGES_NUMBER)).toEqual([])
    scene.phones('agent2').does(place(MESSAGES_NUMBER, 'agent2'))
    scene.connects(OWN)
    expect(plays(scene)).toBe('you-have numbers/0 many')
    scene.hangsUp(OWN)
    scene.arrives('2001')
    scene.connects('ix-3.p1')
    scene.connects('ix-3.p2')
    for (const to of [MESSAGES_NUMBER, SOUND_NUMBER]) {
      expect(scene.transfers('ix-3.p2', to)).toEqual([])
      expect(() =>
        scene.does({ type: 'Consult', interaction: 'ix-3', participant: 'ix-3.p2', to, consultation: 'c' }),
      ).toThrow('leads nowhere')
    }
  })

  it('whatever is pressed, fails, is removed or dies: every core plays the same, and who lets go hears the end', () => {
    const step = fc.constantFrom('1', '2', '3', 'heard', 'fails', 'waits', 'removed', 'restored', 'log')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.nat(2), (steps, which) => {
        const scene = calling(left(3, ['kept', 'lost', 'kept']))
        for (const does of steps) {
          if (scene.isOver('own')) break
          const said = scene.desired(OWN).hears.type === 'program'
          if (does === 'heard' && said) scene.heard(OWN)
          else if (does === 'fails' && said) fails(scene)
          else if (does === 'waits') scene.passes(HEARING_WAIT_MS)
          else if (does === 'removed' || does === 'restored') {
            scene.does({ type: 'MarkVoiceMessage', message: `ix-${which + 1}.r1`, by: 'agent2', as: does })
          } else if (does === 'log') scene.world.crashToLog()
          else if (does <= '3') scene.presses(OWN, does)
          if (scene.isOver('own')) break
          const before = scene.desired(OWN)
          expect(scene.crashes().desired(OWN)).toEqual(before)
        }
        for (let more = 0; !scene.isOver('own'); more++) {
          expect(more).toBeLessThan(20)
          if (scene.desired(OWN).hears.type === 'program') scene.heard(OWN)
          else scene.passes(HEARING_WAIT_MS)
        }
      }),
      { numRuns: 25 },
    )
  })
})
