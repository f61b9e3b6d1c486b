import type { Clock, Millis } from '#base'

/** Three typing mistakes cost nothing. */
const FREE_FAILURES_USER = 3
/** People behind one address translator share it: a whole floor may mistype. */
const FREE_FAILURES_ADDRESS = 50
/** The first wait; each further failure doubles it. */
const WAIT_MS_FIRST = 1000
/** A guesser gets 60 tries an hour; the rightful owner never waits longer than this. */
const WAIT_MS_MAX = 60_000
/** What failed before that is forgotten. */
const FORGET_MS = 15 * 60_000
/** A few megabytes; when it is full the oldest entry goes. */
const ENTRIES_MAX = 20_000

interface Entry {
  failures: number
  lastAt: Millis
  blockedUntil: Millis
}

/** Slows whoever types wrong passwords: by user and address together, and by address alone. */
export class Throttle {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long this user must wait at this address before the next try; 0 when not at all. */
  waitMs(user: string, address: string): Millis {
    const now = this.#clock.now()
    const until = Math.max(
      this.#find(userKey(user, address))?.blockedUntil ?? 0,
      this.#find(address)?.blockedUntil ?? 0,
    )
    return Math.max(0, until - now)
  }

  /** Notes a wrong password; returns how many there were of this user at this address. */
  failed(user: string, address: string): number {
    this.#count(address, FREE_FAILURES_ADDRESS)
    return this.#count(userKey(user, address), FREE_FAILURES_USER)
  }

  /** The right password forgives the wrong ones of the same user at the same address. */
  succeeded(user: string, address: string): void {
    this.#entries.delete(userKey(user, address))
  }

  /** How many entries are kept; never more than the limit. */
  get size(): number {
    return this.#entries.size
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (!entry || entry.lastAt + FORGET_MS > this.#clock.now()) return entry
    this.#entries.delete(key)
    return undefined
  }

  #count(key: string, free: number): number {
    const now = this.#clock.now()
    const entry = this.#find(key) ?? { failures: 0, lastAt: now, blockedUntil: 0 }
    entry.failures += 1
    entry.lastAt = now
    const over = entry.failures - free
    if (over >= 0) entry.blockedUntil = now + Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.min(over, 16))
    // Set anew at the end, so that the first of the map is always the one that failed longest ago.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > ENTRIES_MAX) this.#entries.delete(this.#entries.keys().next().value!)
    return entry.failures
  }
}

/** A zero byte stands in neither, so no pair can be taken for another. */
function userKey(user: string, address: string): string {
  return `${user}\0${address}`
}
