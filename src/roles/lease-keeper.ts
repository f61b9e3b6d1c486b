import { type Clock, isTandemError, type Logger, type Timer } from '#base'
import type { Lease } from '#seams/lease'

/** A dead primary that nobody saw die is replaced after this long; a pause of the process shorter than this costs nothing. */
const LEASE_MS = 2_000
/** Four renewals in a lease's time: three may fail. */
const RENEW_MS = 500
/** How often a lease that another holds is tried, besides being woken when it is given up: what this adds to a lapse that nobody told. */
const ACQUIRE_MS = 250

export interface LeaseKeeperOptions {
  readonly lease: Lease
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
  /** The term is over: another is primary, and this process must end. */
  lost(): void
}

/** Takes the lease, waiting for it as long as it takes, and keeps it. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions
  #term = 0
  #timer: Timer | undefined
  #closed = false

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
  }

  /** Resolves with the term when this process is the primary. */
  async acquire(): Promise<number> {
    const { lease, holder } = this.#options
    for (;;) {
      const grant = await lease.acquire(holder, LEASE_MS).catch((cause: unknown) => this.#unreachable(cause))
      if (grant) {
        this.#term = grant.term
        this.#schedule()
        return grant.term
      }
      await this.#wait()
    }
  }

  /** Gives the lease up, so that the next primary need not wait. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    if (this.#term > 0) await this.#options.lease.release(this.#term).catch(() => false)
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.lease.watch(() => done())
      const timer = this.#options.clock.after(ACQUIRE_MS, () => done())
      const done = () => {
        stop()
        timer.stop()
        resolve()
      }
    })
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer = this.#options.clock.after(RENEW_MS, () => {
      this.#renew().finally(() => this.#schedule())
    })
  }

  async #renew(): Promise<void> {
    const { lease, lost, logger } = this.#options
    const kept = await lease.renew(this.#term, LEASE_MS).catch((cause: unknown) => {
      // While the store is away nobody can take the lease either; appends wait for it too.
      this.#unreachable(cause)
      return true
    })
    if (kept || this.#closed) return
    logger.error({ term: this.#term }, 'the lease is lost')
    lost()
  }

  #unreachable(cause: unknown): undefined {
    if (!isTandemError(cause)) throw cause
    this.#options.logger.warn({ problem: cause.message }, 'the lease cannot be reached')
    return undefined
  }
}
