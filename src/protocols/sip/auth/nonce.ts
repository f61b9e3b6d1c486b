import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Millis } from '#base'

/**
 * A nonce says when it was made and proves with a keyed hash that we made it. So every process that has the key can check
 * it, and none has to remember it (RFC 7616 5.4 describes the idea):
 *
 *     base36(time in ms) "." random "." HMAC-SHA-256(key, time "." random), 16 octets
 */
const MAC_BYTES = 16
const RANDOM_BYTES = 6

/** How long a nonce may be used: long enough for a call to be set up with it, short enough that one that was overheard is of little use. */
export const NONCE_LIFETIME_MS = 300_000

/** A new nonce. */
export function makeNonce(key: string | Uint8Array, now: Millis): string {
  const head = `${Math.floor(now).toString(36)}.${randomBytes(RANDOM_BYTES).toString('base64url')}`
  return `${head}.${mac(key, head).toString('base64url')}`
}

/** What a nonce is: `forged` also for one that an older key made. */
export type NonceState =
  | { readonly state: 'fresh'; readonly madeAt: Millis }
  | { readonly state: 'stale' }
  | { readonly state: 'forged' }

/** Checks a nonce that came back. One from the future by more than its lifetime is forged, since no clock of a pool is that wrong. */
export function checkNonce(
  nonce: string,
  options: { readonly key: string | Uint8Array; readonly now: Millis; readonly lifetimeMs?: number },
): NonceState {
  const lifetimeMs = options.lifetimeMs ?? NONCE_LIFETIME_MS
  const dot = nonce.lastIndexOf('.')
  if (dot < 0 || nonce.length > 100) return { state: 'forged' }
  const head = nonce.slice(0, dot)
  const given = Buffer.from(nonce.slice(dot + 1), 'base64url')
  if (given.length !== MAC_BYTES || !timingSafeEqual(given, mac(options.key, head))) return { state: 'forged' }
  const madeAt = Number.parseInt(head.split('.', 1)[0]!, 36)
  if (madeAt > options.now + lifetimeMs) return { state: 'forged' }
  return options.now - madeAt > lifetimeMs ? { state: 'stale' } : { state: 'fresh', madeAt }
}

function mac(key: string | Uint8Array, head: string): Buffer {
  return createHmac('sha256', key).update(head).digest().subarray(0, MAC_BYTES)
}

/** Nonces that are remembered for their counts: 5 minutes of 300 calls a second, in about 15 MB. */
const NONCES_MAX = 100_000

/** How many counts below the highest one are remembered: UDP may bring requests in another order than they were sent. */
const WINDOW = 31

/**
 * Remembers which counts were used with a nonce, so that credentials that were overheard cannot be used again in this
 * process. Bounded: what was forgotten for lack of room counts as stale, and the phone is challenged anew.
 */
export class NonceCounter {
  readonly #max: number
  readonly #seen = new Map<string, { madeAt: Millis; highest: number; mask: number }>()
  #forgottenUntil: Millis = Number.NEGATIVE_INFINITY

  constructor(max: number = NONCES_MAX) {
    this.#max = max
  }

  /** Notes the use of a count; `replayed` when it was used before or is too old to know, `stale` when the nonce was forgotten. */
  use(nonce: string, madeAt: Millis, count: number): 'new' | 'replayed' | 'stale' {
    const entry = this.#seen.get(nonce)
    if (!entry) {
      if (madeAt <= this.#forgottenUntil) return 'stale'
      this.#seen.set(nonce, { madeAt, highest: count, mask: 1 })
      if (this.#seen.size > this.#max) this.#forgetOldest()
      return 'new'
    }
    const ahead = count - entry.highest
    if (ahead > 0) {
      entry.mask = ahead > WINDOW ? 1 : (entry.mask << ahead) | 1
      entry.highest = count
      return 'new'
    }
    if (-ahead > WINDOW || (entry.mask & (1 << -ahead)) !== 0) return 'replayed'
    entry.mask |= 1 << -ahead
    return 'new'
  }

  get size(): number {
    return this.#seen.size
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen
    if (!oldest) return
    this.#seen.delete(oldest[0])
    this.#forgottenUntil = Math.max(this.#forgottenUntil, oldest[1].madeAt)
  }
}
