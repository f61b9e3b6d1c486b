import { assertNever, type Millis } from '#base'
import type { MailboxCommand } from './command.ts'
import { MAILBOX_ERRORS } from './errors.ts'
import type { MailboxEvent, VoiceMark } from './event.ts'
import { dropVoiceMessage, type MailboxState, setVoiceMessage, type VoiceMessage, voiceMessage } from './mailbox.ts'

/** Whether a command is about mailboxes. */
export function isMailboxCommand(command: { readonly type: string }): command is MailboxCommand {
  return command.type === 'MarkVoiceMessage'
}

const EVENTS: ReadonlySet<string> = new Set<MailboxEvent['type']>([
  'VoiceMessageLeft',
  'VoiceMessageSettled',
  'VoiceMessageMarked',
])

/** Whether an event is of mailboxes: it is told to those who may open them. */
export function isMailboxEvent(event: { readonly type: string }): event is MailboxEvent {
  return EVENTS.has(event.type)
}

/** What follows from a command; nothing when it is so already. Fails with `mailbox.*`. */
export function decideMailbox(state: MailboxState, command: MailboxCommand): readonly MailboxEvent[] {
  const { message: id, by, as } = command
  const message = voiceMessage(state, id)
  if (!message) throw MAILBOX_ERRORS['mailbox.unknown-message']({ message: id })
  if (isMarked(message, as)) return []
  const { mailbox, interaction } = message
  return [{ type: 'VoiceMessageMarked', mailbox, message: id, interaction, by, as }]
}

function isMarked({ heard, removed, mailed }: VoiceMessage, as: VoiceMark): boolean {
  switch (as) {
    case 'heard':
      return heard !== undefined
    case 'unheard':
      return heard === undefined
    case 'removed':
      return removed !== undefined
    case 'restored':
      return removed === undefined
    case 'mailed':
      return mailed !== undefined
    default:
      return assertNever(as)
  }
}

/** Folds an event into the state, in place. */
export function evolveMailboxes(state: MailboxState, event: MailboxEvent, at: Millis): void {
  const { message: id } = event
  if (event.type === 'VoiceMessageLeft') {
    const { mailbox, interaction, from, customer, durationMs } = event
    const who = { from, ...(customer !== undefined && { customer }) }
    return setVoiceMessage(state, { id, mailbox, interaction, ...who, at, durationMs, sound: 'pending' })
  }
  const message = voiceMessage(state, id)
  if (!message) return
  if (event.type === 'VoiceMessageMarked') return setVoiceMessage(state, marked(message, event, at))
  if (event.sound === 'silent') return dropVoiceMessage(state, id)
  const { sound, durationMs = message.durationMs, parts } = event
  setVoiceMessage(state, { ...message, sound, durationMs, ...(parts && { parts }) })
}

type Marked = Extract<MailboxEvent, { type: 'VoiceMessageMarked' }>

function marked(message: VoiceMessage, { by, as }: Marked, at: Millis): VoiceMessage {
  const { heard, removed, ...rest } = message
  switch (as) {
    case 'heard':
      return { ...message, heard: { by, at } }
    case 'unheard':
      return { ...rest, ...(removed && { removed }) }
    case 'removed':
      return { ...message, removed: { by, at } }
    case 'restored':
      return { ...rest, ...(heard && { heard }) }
    case 'mailed':
      return { ...message, mailed: { by, at } }
    default:
      return assertNever(as)
  }
}
