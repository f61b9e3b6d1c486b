import type { Clock, Millis } from '#base'
import { PoolFailures, type PoolFailuresOptions } from './pool-failures.ts'

/** When an account is locked: `lockFailures` 0 is never. */
export interface LockPolicy {
  readonly lockFailures: number
  readonly lockSeconds: number
}

/**
 * Locks accounts after wrong passwords in a row, from whatever address they came and at whichever core, for those who want that. What is
 * slowed (`Throttle`) is slowed besides. Whether there is such a user makes no difference.
 */
export class AccountLocks {
  readonly #clock: Clock
  readonly #failures: PoolFailures

  constructor(clock: Clock, shared?: PoolFailuresOptions['shared']) {
    this.#clock = clock
    this.#failures = new PoolFailures({ clock, shared, prefix: 'account-lock/' })
  }

  /** How long the account stays locked; 0 when it is not. */
  lockedMs(user: string, { lockFailures, lockSeconds }: LockPolicy): Millis {
    const found = this.#failures.of(user, lockSeconds * 1_000)
    if (lockFailures === 0 || !found || found.failures < lockFailures) return 0
    return Math.max(0, found.lastAt + lockSeconds * 1_000 - this.#clock.now())
  }

  failed(user: string, { lockSeconds }: LockPolicy): void {
    this.#failures.add(user, lockSeconds * 1_000)
  }

  /** The right password, or a new one that an administrator set. */
  unlock(user: string): void {
    this.#failures.forget(user)
  }

  /** How many entries are kept; never more than the limit. */
  get size(): number {
    return this.#failures.size
  }

  close(): void {
    this.#failures.close()
  }
}
