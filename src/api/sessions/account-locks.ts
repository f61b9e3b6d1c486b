import type { Clock, Millis } from '#base'

/** A few megabytes; when it is full, who failed longest ago is forgotten. */
const ENTRIES_MAX = 20_000

/** When an account is locked: `lockFailures` 0 is never. */
export interface LockPolicy {
  readonly lockFailures: number
  readonly lockSeconds: number
}

interface Entry {
  failures: number
  lastAt: Millis
}

/**
 * Locks accounts after wrong passwords in a row, from whatever address they came, for those who want that. It is kept by each core for itself:
 * a takeover forgets it, and what is slowed (`Throttle`) is slowed besides. Whether there is such a user makes no difference.
 */
export class AccountLocks {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long the account stays locked; 0 when it is not. */
  lockedMs(user: string, { lockFailures, lockSeconds }: LockPolicy): Millis {
    const entry = this.#find(user, lockSeconds)
    if (lockFailures === 0 || !entry || entry.failures < lockFailures) return 0
    return Math.max(0, entry.lastAt + lockSeconds * 1_000 - this.#clock.now())
  }

  failed(user: string, { lockSeconds }: LockPolicy): void {
    const failures = (this.#find(user, lockSeconds)?.failures ?? 0) + 1
    // Set anew at the end, so that the first of the map is always the one that failed longest ago.
    this.#entries.delete(user)
    this.#entries.set(user, { failures, lastAt: this.#clock.now() })
    if (this.#entries.size > ENTRIES_MAX) this.#entries.delete(this.#entries.keys().next().value!)
  }

  /** The right password, or a new one that an administrator set. */
  unlock(user: string): void {
    this.#entries.delete(user)
  }

  /** How many entries are kept; never more than the limit. */
  get size(): number {
    return this.#entries.size
  }

  #find(user: string, lockSeconds: number): Entry | undefined {
    const entry = this.#entries.get(user)
    if (!entry || entry.lastAt + lockSeconds * 1_000 > this.#clock.now()) return entry
    this.#entries.delete(user)
    return undefined
  }
}
