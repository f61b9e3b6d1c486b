import type { Clock } from '#base'
import { ExpiringMap } from './expiring-map.ts'

/** People mistype: so many wrong passwords in a row cost nothing. */
export const FREE_FAILURES = 2

/** One address may try many users (a site behind one router): it is slowed as a whole only after so many. */
export const FREE_FAILURES_OF_ADDRESS = 20

/** The first delay; each further failure doubles it. */
export const DELAY_MS_FIRST = 1000

/** Half of a client transaction's 32 s, so that the slowed phone still hears the answer. */
export const DELAY_MS_MAX = 16_000

/** After this long without a failure all is forgotten. */
const MEMORY_MS = 5 * 60_000

/** 100 bytes an entry: 2 MB. When it is full the oldest is forgotten; the address as a whole is still counted. */
const ENTRIES_MAX = 20_000

interface Record {
  readonly failures: number
  readonly blockedUntil: number
}

/**
 * Slows down who guesses passwords: by address and user, and by address alone. The third failure is answered after 1 s, the
 * fourth after 2 s, then 4, 8 and 16 s; while an answer is held back, further tries are refused unread.
 */
export class Penalties {
  readonly #clock: Clock
  readonly #records: ExpiringMap<Record>

  constructor(clock: Clock) {
    this.#clock = clock
    this.#records = new ExpiringMap(clock, ENTRIES_MAX)
  }

  /** How long this address may not try this user, in milliseconds; 0 when it may. */
  blockedMs(address: string, user: string): number {
    const until = Math.max(this.#until(address), this.#until(keyOf(address, user)))
    return Math.max(0, until - this.#clock.monotonic())
  }

  /** Counts a wrong password; returns how long its answer is held back, in milliseconds, and how often it was wrong. */
  failed(address: string, user: string): { readonly delayMs: number; readonly failures: number } {
    const one = this.#count(keyOf(address, user), FREE_FAILURES)
    const all = this.#count(address, FREE_FAILURES_OF_ADDRESS)
    return { delayMs: Math.max(one.delayMs, all.delayMs), failures: one.failures }
  }

  /** The right password: the user's failures from this address are forgotten, those of the address are not. */
  succeeded(address: string, user: string): void {
    this.#records.delete(keyOf(address, user))
  }

  #until(key: string): number {
    return this.#records.get(key)?.blockedUntil ?? 0
  }

  #count(key: string, free: number): { readonly delayMs: number; readonly failures: number } {
    const failures = (this.#records.get(key)?.failures ?? 0) + 1
    const delayMs =
      failures <= free ? 0 : Math.min(DELAY_MS_MAX, DELAY_MS_FIRST * 2 ** Math.min(10, failures - free - 1))
    this.#records.set(key, { failures, blockedUntil: this.#clock.monotonic() + delayMs }, MEMORY_MS)
    return { delayMs, failures }
  }
}

function keyOf(address: string, user: string): string {
  return `${address} ${user}`
}
