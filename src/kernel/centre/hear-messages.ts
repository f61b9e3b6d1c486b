import type { HeardMessage, Hearing, HearingMove, StepItem, StepOutcome } from '#kernel/flow'
import type { Interaction } from '#kernel/interaction'
import { decideMailbox, isUnheard, messagesOf, type VoiceMark, type VoiceMessage, voiceMessage } from '#kernel/mailbox'
import { numberPrompts } from '#kernel/queue'
import type { Draft } from './draft.ts'

/** As far as prompts count. */
const COUNTED_MAX = 99

/** A telephone number whose digits are said; what else a caller is called is left out. E.164 has 15 digits. */
const NUMBER = /^\+?\d{1,15}$/

/** What is said before the first message: how many there are, and how many of them are new. */
export function countMessages(draft: Draft, mailbox: string): Hearing {
  const all = newestFirst(draft, mailbox)
  const unheard = all.filter(isUnheard).length
  const news = unheard > 0 ? [...numbered(unheard), 'messages/new'] : []
  const kind = all.length === 1 ? 'messages/one' : 'messages/many'
  return { items: prompts('messages/you-have', ...numbered(all.length), kind, ...news) }
}

/**
 * What somebody who hears its own messages comes to by a key, by waiting, or as a sound cannot be had. As on the desk a message counts as
 * heard when its sound begins; one whose sound could not be played is as new as it was.
 */
export function moveAmongMessages(
  draft: Draft,
  { phase }: Interaction,
  { mailbox, move, next }: StepOutcome & { type: 'hear' },
): { readonly step: string; readonly hearing?: Hearing } {
  const current = phase.state === 'in-flow' ? phase.hearing?.message : undefined
  if (current && move === 'remove') mark(draft, current.id, 'removed', mailbox)
  if (current?.isNew && move === 'unplayable') mark(draft, current.id, 'unheard', mailbox)
  const message = targetOf(draft, mailbox, move, current)
  if (!message || phase.state !== 'in-flow') return { step: next }
  const { id, at, sound, parts = [id] } = message
  const isPlayed = sound === 'kept' && move !== 'unplayable'
  const isNew = move === 'unplayable' ? (current?.isNew ?? false) : isUnheard(message)
  if (isPlayed) mark(draft, id, 'heard', mailbox)
  return { step: phase.step, hearing: { items: saying(message, isPlayed ? parts : []), message: { id, at, isNew } } }
}

/** The message that is said next: the same one, or the newest that is older. */
function targetOf(draft: Draft, mailbox: string, move: HearingMove, current?: HeardMessage): VoiceMessage | undefined {
  const all = newestFirst(draft, mailbox)
  if (!current) return all[0]
  if (move === 'again' || move === 'unplayable') return all.find(({ id }) => id === current.id)
  return all.find(({ id, at }) => at < current.at || (at === current.at && id > current.id))
}

/** What was not removed; two of the same moment in the order of the desk. */
function newestFirst({ store }: Draft, mailbox: string): readonly VoiceMessage[] {
  const there = messagesOf(store.mailboxes, mailbox).filter(({ removed }) => !removed)
  return there.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
}

function mark(draft: Draft, id: string, as: VoiceMark, by: string): void {
  const message = voiceMessage(draft.store.mailboxes, id)
  if (!message) return
  for (const event of decideMailbox(draft.store.mailboxes, { type: 'MarkVoiceMessage', message: id, by, as })) {
    draft.emit(event)
  }
}

/** Who called, the sound or that there is none, and the keys. */
function saying({ from }: VoiceMessage, sounds: readonly string[]): readonly StepItem[] {
  const digits = NUMBER.test(from) ? [...from.replace('+', '')].map((digit) => `digits/${digit}`) : []
  return [
    ...prompts(...(digits.length > 0 ? ['messages/from', ...digits] : [])),
    ...(sounds.length > 0 ? recordings(sounds) : prompts('messages/no-sound')),
    ...prompts('messages/keys'),
  ]
}

function recordings(ids: readonly string[]): readonly StepItem[] {
  return ids.map((recording) => ({ type: 'recording', recording }))
}

function prompts(...names: readonly string[]): readonly StepItem[] {
  return names.map((prompt) => ({ type: 'prompt', prompt }))
}

function numbered(count: number): readonly string[] {
  return numberPrompts(Math.min(count, COUNTED_MAX)) ?? []
}
