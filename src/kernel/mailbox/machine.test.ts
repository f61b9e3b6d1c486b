import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VoiceMark } from './event.ts'
import { decideMailbox, evolveMailboxes, isMailboxCommand, isMailboxEvent } from './machine.ts'
import {
  isUnheard,
  type MailboxState,
  MESSAGES_KEPT,
  messagesOf,
  newMailboxState,
  setVoiceMessage,
  unheardIn,
  VOICE_MESSAGES_MAX,
  voiceMessage,
} from './mailbox.ts'

function leave(state: MailboxState, id: string, mailbox = 'support', at = 1): void {
  const event = { type: 'VoiceMessageLeft', mailbox, message: id, interaction: `of-${id}`, from: '555' } as const
  evolveMailboxes(state, { ...event, durationMs: 4_000 }, at)
}

function mark(state: MailboxState, message: string, as: VoiceMark, by = 'ada', at = 2): number {
  const events = decideMailbox(state, { type: 'MarkVoiceMessage', message, by, as })
  for (const event of events) evolveMailboxes(state, event, at)
  return events.length
}

const idsOf = (state: MailboxState, mailbox = 'support') => messagesOf(state, mailbox).map(({ id }) => id)

describe('a mailbox (VML-05)', () => {
  it('holds what was left, oldest first, until it is said what became of the sound', () => {
    const state = newMailboxState()
    leave(state, 'a')
    leave(state, 'b', 'ada')
    leave(state, 'c')
    const settled = { type: 'VoiceMessageSettled', mailbox: 'support', interaction: 'of-a' } as const
    evolveMailboxes(state, { ...settled, message: 'a', sound: 'kept', durationMs: 3_900 }, 2)
    evolveMailboxes(state, { ...settled, message: 'c', sound: 'lost' }, 2)
    evolveMailboxes(state, { ...settled, message: 'gone', sound: 'kept' }, 2)
    expect(messagesOf(state, 'support')).toMatchObject([
      { id: 'a', sound: 'kept', durationMs: 3_900 },
      { id: 'c', sound: 'lost', durationMs: 4_000 },
    ])
    expect(voiceMessage(state, 'b')).toMatchObject({ mailbox: 'ada', sound: 'pending', from: '555', at: 1 })
    evolveMailboxes(state, { ...settled, mailbox: 'ada', message: 'b', sound: 'silent', durationMs: 100 }, 2)
    expect([state.places.size, state.mailboxes.has('ada')]).toEqual([2, false])
  })

  it('says who heard a message first, and forgets it when it shall count as unheard', () => {
    const state = newMailboxState()
    leave(state, 'a')
    expect([mark(state, 'a', 'heard'), mark(state, 'a', 'heard', 'bob', 3)]).toEqual([1, 0])
    expect(voiceMessage(state, 'a')?.heard).toEqual({ by: 'ada', at: 2 })
    expect(unheardIn(state, 'support')).toBe(0)
    expect([mark(state, 'a', 'unheard'), mark(state, 'a', 'unheard')]).toEqual([1, 0])
    expect(unheardIn(state, 'support')).toBe(1)
  })

  it('is mailed once, and unheard as before', () => {
    const state = newMailboxState()
    leave(state, 'a')
    expect([mark(state, 'a', 'mailed', 'help'), mark(state, 'a', 'mailed', 'other', 3)]).toEqual([1, 0])
    expect(voiceMessage(state, 'a')?.mailed).toEqual({ by: 'help', at: 2 })
    expect(unheardIn(state, 'support')).toBe(1)
    for (const as of ['heard', 'unheard', 'removed', 'restored'] as const) mark(state, 'a', as)
    expect(voiceMessage(state, 'a')).toMatchObject({ mailed: { by: 'help', at: 2 } })
  })

  it('gives back what was removed as it was', () => {
    const state = newMailboxState()
    leave(state, 'a')
    expect(mark(state, 'a', 'restored')).toBe(0)
    mark(state, 'a', 'heard')
    const before = voiceMessage(state, 'a')
    expect([mark(state, 'a', 'removed', 'bob'), mark(state, 'a', 'removed')]).toEqual([1, 0])
    expect(isUnheard(voiceMessage(state, 'a')!)).toBe(false)
    expect(mark(state, 'a', 'restored')).toBe(1)
    expect(voiceMessage(state, 'a')).toEqual(before)
    mark(state, 'a', 'removed')
    mark(state, 'a', 'unheard')
    expect(voiceMessage(state, 'a')?.removed).toBeDefined()
    expect(() => mark(state, 'none', 'heard')).toThrow('no mailbox of yours has a message none')
  })

  it('that is full lets go what is missed least: removed, then heard, then the oldest', () => {
    const state = newMailboxState()
    const ids = Array.from({ length: MESSAGES_KEPT }, (_, index) => `m${index}`)
    for (const id of ids) leave(state, id)
    mark(state, 'm5', 'removed')
    mark(state, 'm3', 'heard')
    for (const next of ['n1', 'n2', 'n3']) leave(state, next)
    expect(ids.filter((id) => !idsOf(state).includes(id))).toEqual(['m0', 'm3', 'm5'])
    expect([idsOf(state).length, state.places.size]).toEqual([MESSAGES_KEPT, MESSAGES_KEPT])
    // What is there already takes nobody's place.
    setVoiceMessage(state, { ...voiceMessage(state, 'n1')!, sound: 'kept' })
    expect(idsOf(state).length).toBe(MESSAGES_KEPT)
  })

  it('is one of so many that all together hold what memory bears', () => {
    const state = newMailboxState()
    for (let index = 0; index <= VOICE_MESSAGES_MAX; index++) leave(state, `m${index}`, `box${index % 250}`)
    expect([state.places.size, state.places.has('m0'), state.places.has('m1')]).toEqual([
      VOICE_MESSAGES_MAX,
      false,
      true,
    ])
  })

  it('is the same on every core, and each message in its place, whatever people do, also twice', () => {
    const step = fc.record({
      box: fc.constantFrom('ada', 'support'),
      message: fc.integer({ min: 0, max: 9 }),
      does: fc.constantFrom('left', 'left', 'kept', 'silent', 'heard', 'unheard', 'removed', 'restored'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [one, other] = [newMailboxState(), newMailboxState()]
        for (const [at, { box, message: number, does }] of steps.entries()) {
          const message = `m${number}`
          const of = { mailbox: one.places.get(message) ?? box, message, interaction: 'ix' }
          const known = one.places.has(message)
          if (does === 'left' && known) continue
          const events =
            does === 'left'
              ? [{ type: 'VoiceMessageLeft', ...of, from: '555', durationMs: 2_000 } as const]
              : does === 'kept' || does === 'silent'
                ? [{ type: 'VoiceMessageSettled', ...of, sound: does } as const]
                : known
                  ? decideMailbox(one, { type: 'MarkVoiceMessage', message, by: 'ada', as: does as VoiceMark })
                  : []
          for (const event of events) for (const state of [one, other]) evolveMailboxes(state, event, at)
          if (known && isMarkOf(does))
            expect(decideMailbox(one, { type: 'MarkVoiceMessage', message, by: 'bob', as: does })).toEqual([])
        }
        expect(one).toEqual(other)
        const placed = [...one.mailboxes].flatMap(([name, messages]) => messages.map(({ id }) => [id, name] as const))
        expect(new Map(placed)).toEqual(new Map(one.places))
        for (const messages of one.mailboxes.values()) expect(messages.length).toBeGreaterThan(0)
      }),
    )
  })

  it('knows its own commands and events', () => {
    expect(isMailboxCommand({ type: 'MarkVoiceMessage' })).toBe(true)
    expect(isMailboxCommand({ type: 'SealRecording' })).toBe(false)
    expect(
      ['VoiceMessageLeft', 'VoiceMessageSettled', 'VoiceMessageMarked'].map((type) => isMailboxEvent({ type })),
    ).toEqual([true, true, true])
    expect(isMailboxEvent({ type: 'RecordingSealed' })).toBe(false)
  })
})

function isMarkOf(does: string): does is VoiceMark {
  return does === 'heard' || does === 'unheard' || does === 'removed' || does === 'restored'
}
