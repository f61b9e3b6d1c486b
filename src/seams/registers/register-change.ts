import type { Millis } from '#base'
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from './port.ts'

/** When a change was made, and by which process. */
export interface Stamp {
  /** Milliseconds since 1970 by the writer's clock, or more: later than every stamp that the writer had heard of. */
  readonly stamp: number
  /** The id of the process that made the change, of this life of it; without blanks. */
  readonly writer: string
}

/** What a process has told of a register. */
export interface Change extends Stamp {
  readonly key: string
  /** Undefined: it was removed. */
  readonly value: string | undefined
  /** How long it holds from now; of a removal, how long an older value may still be somewhere. */
  readonly lifeMs: Millis
}

/** A change as it goes to other processes. */
export type ChangeWords = readonly [key: string, value: string | null, lifeMs: Millis, stamp: number, writer: string]

/** No register lives longer: who has logged out is told for as long as the token would have lived, half a day. A longer life is cut. */
export const LIFE_MS_MAX: Millis = 7 * 24 * 3_600_000

/** Far beyond any clock, and far from where numbers end: whatever is heard, a later stamp can be made. */
const STAMP_MAX = 2 ** 52

/** Ids are some twenty letters. */
const WRITER = /^\S{1,80}$/

/** A value as it lies in Redis. */
const STORED = /^(\d{1,16}) (\S{1,80}) ([\s\S]*)$/

/** Of two changes of one register the later one holds, in whatever order they are heard: the last writer wins, by its stamp; between equal stamps its id decides. */
export function isLater(one: Stamp, other: Stamp): boolean {
  return one.stamp === other.stamp ? one.writer > other.writer : one.stamp > other.stamp
}

/** For another process. */
export function wordsOf({ key, value, lifeMs, stamp, writer }: Change): ChangeWords {
  return [key, value ?? null, lifeMs, stamp, writer]
}

/** A change that another process told; undefined for what is none. */
export function readChange(words: unknown): Change | undefined {
  if (!Array.isArray(words)) return undefined
  const [key, value, lifeMs, stamp, writer] = words as readonly unknown[]
  if (typeof key !== 'string' || key === '' || Buffer.byteLength(key) > KEY_BYTES_MAX) return undefined
  if (value !== null && (typeof value !== 'string' || Buffer.byteLength(value) > VALUE_BYTES_MAX)) return undefined
  if (typeof lifeMs !== 'number' || !(lifeMs > 0)) return undefined
  if (!isStamp(stamp) || typeof writer !== 'string' || !WRITER.test(writer)) return undefined
  return { key, value: value ?? undefined, lifeMs: Math.min(lifeMs, LIFE_MS_MAX), stamp, writer }
}

/** The value of a register with its stamp, for Redis. */
export function storedOf({ value, stamp, writer }: Stamp & { readonly value: string }): string {
  return `${stamp} ${writer} ${value}`
}

/** What lies in Redis; undefined for what no process of this pool has put there. */
export function readStored(text: string): (Stamp & { readonly value: string }) | undefined {
  const [, digits, writer, value] = STORED.exec(text) ?? []
  const stamp = Number(digits)
  return writer === undefined || value === undefined || !isStamp(stamp) ? undefined : { value, stamp, writer }
}

function isStamp(stamp: unknown): stamp is number {
  return Number.isInteger(stamp) && (stamp as number) >= 0 && (stamp as number) <= STAMP_MAX
}
