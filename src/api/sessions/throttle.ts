import type { Clock, Millis } from '#base'
import { PoolFailures, type PoolFailuresOptions } from './pool-failures.ts'

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
/** Slows whoever types wrong passwords: by user and address together, and by address alone; at whichever core. */
export class Throttle {
  readonly #clock: Clock
  readonly #failures: PoolFailures

  constructor(clock: Clock, shared?: PoolFailuresOptions['shared']) {
    this.#clock = clock
    this.#failures = new PoolFailures({ clock, shared, prefix: 'wrong-password/' })
  }

  /** How long this user must wait at this address before the next try; 0 when not at all. */
  waitMs(user: string, address: string): Millis {
    return Math.max(
      this.#leftMs(userKey(user, address), FREE_FAILURES_USER),
      this.#leftMs(address, FREE_FAILURES_ADDRESS),
    )
  }

  /** Notes a wrong password; returns how many there were of this user at this address. */
  failed(user: string, address: string): number {
    this.#failures.add(address, FORGET_MS)
    return this.#failures.add(userKey(user, address), FORGET_MS).failures
  }

  /** The right password forgives the wrong ones of the same user at the same address. */
  succeeded(user: string, address: string): void {
    this.#failures.forget(userKey(user, address))
  }

  /** How many entries are kept; never more than the limit. */
  get size(): number {
    return this.#failures.size
  }

  close(): void {
    this.#failures.close()
  }

  #leftMs(key: string, free: number): Millis {
    const found = this.#failures.of(key, FORGET_MS)
    const over = (found?.failures ?? 0) - free
    if (!found || over < 0) return 0
    return Math.max(
      0,
      found.lastAt + Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.min(over, 16)) - this.#clock.now(),
    )
  }
}

/** A zero byte stands in neither, so no pair can be taken for another. */
function userKey(user: string, address: string): string {
  return `${user}\0${address}`
}
