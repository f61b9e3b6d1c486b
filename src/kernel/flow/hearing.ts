import type { Millis } from '#base'

/** One thing that is played to a caller in a step. */
export type StepItem =
  | { readonly type: 'prompt'; readonly prompt: string }
  | { readonly type: 'recording'; readonly recording: string }

/** Where somebody stands among the voice messages of a mailbox, and what is said there. It is in the event, so every core plays the same. */
export interface Hearing {
  readonly items: readonly StepItem[]
  /** The message that is said; before the first it is how many there are. */
  readonly message?: HeardMessage
}

/** A message that is said. By its moment the place is known also when it is there no more. */
export interface HeardMessage {
  readonly id: string
  readonly at: Millis
  /** It had been heard by nobody. */
  readonly isNew: boolean
}

/** What somebody who hears messages does: `unplayable` is no key but a sound that cannot be had. */
export type HearingMove = 'next' | 'again' | 'remove' | 'unplayable'

/** The keys of whoever hears messages; a key that is none of them decides nothing. */
export const HEARING_KEYS: Readonly<Record<string, HearingMove>> = { '1': 'next', '2': 'again', '3': 'remove' }

/** Silence after a message before the next one is said: time to find a key on a phone that is at the ear. */
export const HEARING_WAIT_MS: Millis = 8_000

/** What follows where the words of this place are over, or could not be played. */
export function afterHearing({ items, message }: Hearing, failed: boolean): HearingMove | undefined {
  if (!message) return 'next'
  return failed && items.some(({ type }) => type === 'recording') ? 'unplayable' : undefined
}

/** What a key does at this place; before the first message each of them leads there. */
export function moveOf({ message }: Hearing, digit: string): HearingMove | undefined {
  if (!Object.hasOwn(HEARING_KEYS, digit)) return undefined
  return message ? HEARING_KEYS[digit] : 'next'
}
