import { type Clock, isTandemError, type Logger, type Timer } from '#base'
import type { Lease } from '#seams/lease'

/** A dead primary that nobody saw die is replaced after this long; a pause of the process shorter than this costs nothing. */
const LEASE_MS = 2_000
/** Four renewals in a lease's time: three may fail. */
const RENEW_MS = 500
/** How often a lease that another holds is tried, besides being woken when it is given up: what this adds to a lapse that nobody told. */
const ACQUIRE_MS = 250

/** After an outage of the store a backup gives the sitting primary this long to renew: two of its renewals. */
const RETURN_MS = 1_000

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
  #confirmedAt = Number.NEGATIVE_INFINITY
  #away = false
  #timer: Timer | undefined
  #closed = false

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
  }

  /** Whether the store has confirmed the lease within its time: it takes appends too then. */
  get confirmed(): boolean {
    return this.#options.clock.monotonic() - this.#confirmedAt < LEASE_MS
  }

  /** Resolves with the term when this process is the primary; `waiting` is called once if it is not at the first try. */
  async acquire(waiting?: () => void): Promise<number> {
    const { lease, holder } = this.#options
    for (;;) {
      while (this.#away) await this.#standBack()
      const grant = await lease.acquire(holder, LEASE_MS).catch((cause: unknown) => this.#unreachable(cause))
      if (grant) {
        this.#term = grant.term
        this.#confirmedAt = this.#options.clock.monotonic()
        this.#schedule()
        return grant.term
      }
      waiting?.()
      waiting = undefined
      await this.#wait()
    }
  }

  /** Gives the lease up, so that the next primary need not wait. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    if (this.#term > 0) await this.#options.lease.release(this.#term).catch(() => false)
  }

  /**
   * The store was away, so nobody could renew, and the lease looks lapsed when it is back. The sitting primary, whose calls went on,
   * shall have it: whoever else wants it waits until that one had the time to renew, if it lives.
   */
  async #standBack(): Promise<void> {
    const { lease, clock } = this.#options
    const there = await lease.current().then(
      () => true,
      () => false,
    )
    if (there) this.#away = false
    await new Promise<void>((resolve) => clock.after(there ? RETURN_MS : ACQUIRE_MS, resolve))
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
    const { lease, lost, logger, clock } = this.#options
    const kept = await lease.renew(this.#term, LEASE_MS).catch((cause: unknown) => this.#unreachable(cause))
    // While the store is away nobody can take the lease either; appends wait for it too.
    if (kept === undefined || this.#closed) return
    if (kept) {
      this.#confirmedAt = clock.monotonic()
      return
    }
    logger.error({ term: this.#term }, 'the lease is lost')
    lost()
  }

  #unreachable(cause: unknown): undefined {
    if (!isTandemError(cause)) throw cause
    this.#away = true
    this.#options.logger.warn({ problem: cause.message }, 'the lease cannot be reached')
    return undefined
  }
}
