import type { Millis } from '#base'
import { type Change, type ChangeWords, readChange } from './register-change.ts'

/** The question of one core to another: what do you know of the registers since then? */
export const REGISTERS_NEXT = 'registers.next'

/** A question waits so long for something to tell. That it is answered at all shows that the other is there; so it may be long. */
export const WAIT_MS: Millis = 5_000

/** A question without an answer after this is lost: the network's way, and a busy core, are added. */
export const ASK_MS_MAX: Millis = 8_000

/** Changes in an answer, and their characters: a millisecond's work for either side. More is asked for again. */
export const ANSWER_CHANGES_MAX = 500
export const ANSWER_CHARS_MAX = 256 * 1024

/** What is asked. */
export interface Question {
  /** Which life of the other the place is of; empty when nothing is known of it. */
  readonly source: string
  /** The place among what that one has come to know, up to which it was told. */
  readonly after: number
  /** Whether the asker is without Redis: then the other asks back, for only so it learns what the asker has to tell. */
  readonly alone: boolean
  /** Whether the answer may wait until there is something. */
  readonly waits: boolean
}

/** What is answered, as it goes over the link. */
export interface AnswerWords {
  readonly source: string
  readonly place: number
  /** Whether there is more already. */
  readonly more: boolean
  readonly changes: readonly ChangeWords[]
}

/** What was answered. */
export interface Told {
  readonly source: string
  readonly place: number
  readonly more: boolean
  readonly changes: readonly Change[]
}

/** A question; undefined for what is none. */
export function readQuestion(body: unknown): Question | undefined {
  const { source, after, alone, waits } = fieldsOf(body)
  if (typeof source !== 'string' || !isPlace(after)) return undefined
  return { source, after, alone: alone === true, waits: waits === true }
}

/** An answer, without what is no change in it; undefined for what is none, or is longer than one may be. */
export function readTold(body: unknown): Told | undefined {
  const { source, place, more, changes } = fieldsOf(body)
  if (typeof source !== 'string' || !isPlace(place) || !Array.isArray(changes)) return undefined
  if (changes.length > ANSWER_CHANGES_MAX) return undefined
  return { source, place, more: more === true, changes: changes.flatMap((words) => readChange(words) ?? []) }
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

function isPlace(place: unknown): place is number {
  return Number.isSafeInteger(place) && (place as number) >= 0
}
