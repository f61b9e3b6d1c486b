import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Lease } from '#seams/lease'

/**
 * A dead primary that nobody saw die is replaced after this long. Shorter, and a stop of the process or of its network that callers
 * do not notice would cost a takeover; longer, and they would notice the takeover.
 */
const LEASE_MS = 2_000

/**
 * A lease lasts longer by so many times what a renewal takes to be confirmed: on a way of 500 ms with losses a renewal that is sent
 * again arrives two or three round trips later, and its lease must still stand then.
 */
const LEASE_ROUND_TRIPS = 4

/** However slow the way to the store is: after this long a primary that died is replaced. */
const LEASE_MS_MAX = 6_000

/** Eight renewals in a lease's time, each on its way for itself: none waits for one that is lost. */
const RENEW_MS = 250

/** So many may be on their way at once; more would only queue behind the store's connections. */
const RENEWALS_MAX = 3

/** Of how long a renewal takes, this share is forgotten with each that is quicker: a way that was slow once is believed good after some seconds. */
const FORGET = 0.1

export interface LeaseKeeperOptions {
  readonly lease: Lease
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
  /** The term is over: another is primary, and this process must end. Called at most once. */
  lost(): void
}

/** Takes the lease when it is told to, and keeps it. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions
  #term = 0
  #confirmedAt = Number.NEGATIVE_INFINITY
  #roundTripMs: Millis = 0
  #onTheWay = 0
  #timer: Timer | undefined
  #over = false
  #away = false

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
  }

  /** The term that is kept; 0 before there is one. */
  get term(): number {
    return this.#term
  }

  /** Whether the store has confirmed the lease within its time: nobody else can have it then, and appends land. */
  get confirmed(): boolean {
    return !this.#over && this.#options.clock.monotonic() - this.#confirmedAt < this.#ttlMs
  }

  /** Tries to take the lease, once; gives the term, or undefined when another holds it. Fails with `lease.unreachable`. */
  async take(): Promise<number | undefined> {
    const sentAt = this.#options.clock.monotonic()
    const grant = await this.#options.lease.acquire(this.#options.holder, this.#ttlMs)
    if (!grant) return undefined
    this.#term = grant.term
    this.#confirm(sentAt)
    this.#schedule()
    return grant.term
  }

  /** Gives the lease to another core, and to nobody else: from then on nothing of this term is written. */
  async handOver(to: string): Promise<boolean> {
    this.#stop()
    return this.#options.lease.handOver(this.#term, to, LEASE_MS_MAX)
  }

  /** Gives the lease up, so that the next primary need not wait. */
  async close(): Promise<void> {
    if (this.#over) return
    this.#stop()
    if (this.#term > 0) await this.#options.lease.release(this.#term).catch(() => false)
  }

  get #ttlMs(): Millis {
    return Math.min(LEASE_MS_MAX, LEASE_MS + LEASE_ROUND_TRIPS * this.#roundTripMs)
  }

  #stop(): void {
    this.#over = true
    this.#timer?.stop()
  }

  #schedule(): void {
    this.#timer = this.#options.clock.after(RENEW_MS, () => {
      if (this.#over) return
      if (this.#onTheWay < RENEWALS_MAX) void this.#renew()
      this.#schedule()
    })
  }

  async #renew(): Promise<void> {
    const { lease, clock, logger } = this.#options
    const sentAt = clock.monotonic()
    this.#onTheWay++
    try {
      const kept = await lease.renew(this.#term, this.#ttlMs)
      if (kept) this.#confirm(sentAt)
      else this.#lose()
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      // While the store is away nobody can take the lease either; appends wait for it too.
      if (!this.#away) logger.warn({ problem: cause.message, term: this.#term }, 'the lease cannot be renewed')
      this.#away = true
    } finally {
      this.#onTheWay--
    }
  }

  #confirm(sentAt: Millis): void {
    const tookMs = this.#options.clock.monotonic() - sentAt
    this.#roundTripMs = Math.max(tookMs, this.#roundTripMs * (1 - FORGET))
    this.#confirmedAt = Math.max(this.#confirmedAt, sentAt)
    if (this.#away) this.#options.logger.info({ term: this.#term }, 'the lease is renewed again')
    this.#away = false
  }

  #lose(): void {
    if (this.#over) return
    this.#stop()
    this.#options.logger.error({ term: this.#term }, 'the lease is lost')
    this.#options.lost()
  }
}
