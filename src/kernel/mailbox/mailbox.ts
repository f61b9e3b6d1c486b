import type { Millis } from '#base'

/** Who did something to a voice message, and when. */
interface Done {
  readonly by: string
  readonly at: Millis
}

/**
 * What a caller said for a user or a queue.
 *
 *   (none) ──left──▶ unheard ◀──marked──▶ heard
 *                        └──removed──▶ removed ──restored──▶ as it was
 *
 * Its sound is beside that: `pending` until its recording is sealed, then `kept` or `lost`. A message whose sound is lost stays: who called
 * and when is worth a call back.
 */
export interface VoiceMessage {
  /** Of its recording. */
  readonly id: string
  readonly mailbox: string
  readonly interaction: string
  readonly from: string
  readonly customer?: string
  /** When it was over. */
  readonly at: Millis
  readonly durationMs: number
  readonly sound: 'pending' | 'kept' | 'lost'
  /** The recordings that are played one after the other, where it is not the one of its id. */
  readonly parts?: readonly string[]
  /** Who heard it first since it was new. */
  readonly heard?: Done
  readonly removed?: Done
  /** When it was mailed. */
  readonly mailed?: Done
}

/** All mailboxes with a message in them. The maps are changed in place by this folder alone. */
export interface MailboxState {
  /** The messages of each mailbox, oldest first. */
  readonly mailboxes: Map<string, readonly VoiceMessage[]>
  /** In which mailbox a message lies; oldest first. */
  readonly places: Map<string, string>
}

/** Shorter is nobody who spoke: a receiver put down after the beep. */
export const VOICE_MESSAGE_MS_MIN: Millis = 1_000

/** Messages in one mailbox: nobody hears more in a week. The recording of one that falls out is kept as long as any other. */
export const MESSAGES_KEPT = 100

/** Messages in all mailboxes: 200 mailboxes full to the brim, in some megabytes. */
export const VOICE_MESSAGES_MAX = 20_000

/** No messages. */
export function newMailboxState(): MailboxState {
  return { mailboxes: new Map(), places: new Map() }
}

/** What lies in a mailbox, oldest first. */
export function messagesOf({ mailboxes }: MailboxState, mailbox: string): readonly VoiceMessage[] {
  return mailboxes.get(mailbox) ?? []
}

/** The message with that id, in whichever mailbox. */
export function voiceMessage(state: MailboxState, id: string): VoiceMessage | undefined {
  const mailbox = state.places.get(id)
  return mailbox === undefined ? undefined : messagesOf(state, mailbox).find((message) => message.id === id)
}

/** Whether somebody can have said something in that time. */
export function isLongEnough(durationMs: Millis): boolean {
  return durationMs >= VOICE_MESSAGE_MS_MIN
}

/** Whether somebody should still hear it. */
export function isUnheard({ heard, removed }: VoiceMessage): boolean {
  return heard === undefined && removed === undefined
}

/** How many messages of a mailbox somebody should still hear. */
export function unheardIn(state: MailboxState, mailbox: string): number {
  return messagesOf(state, mailbox).filter(isUnheard).length
}

/** Puts a message into its mailbox, or in the place of the same one. When it is one too many, the one that is missed least falls out. */
export function setVoiceMessage(state: MailboxState, message: VoiceMessage): void {
  const before = messagesOf(state, message.mailbox)
  if (state.places.has(message.id)) {
    const after = before.map((one) => (one.id === message.id ? message : one))
    state.mailboxes.set(message.mailbox, after)
    return
  }
  state.places.set(message.id, message.mailbox)
  state.mailboxes.set(message.mailbox, [...before, message])
  if (before.length >= MESSAGES_KEPT) dropVoiceMessage(state, leastMissed(before)!.id)
  else if (state.places.size > VOICE_MESSAGES_MAX) dropVoiceMessage(state, state.places.keys().next().value!)
}

/** Takes a message out of its mailbox. */
export function dropVoiceMessage(state: MailboxState, id: string): void {
  const mailbox = state.places.get(id)
  if (mailbox === undefined) return
  state.places.delete(id)
  const rest = messagesOf(state, mailbox).filter((message) => message.id !== id)
  if (rest.length > 0) state.mailboxes.set(mailbox, rest)
  else state.mailboxes.delete(mailbox)
}

/** Of what lies there the oldest that was removed; else the oldest that was heard; else the oldest. */
function leastMissed(messages: readonly VoiceMessage[]): VoiceMessage | undefined {
  return messages.find(({ removed }) => removed) ?? messages.find(({ heard }) => heard) ?? messages[0]
}
