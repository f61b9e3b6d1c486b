import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Lease, LeaseState } from '#seams/lease'
import type { HeldSpool } from '#seams/log'
import { CONSENT_ERRORS } from './errors.ts'
import { EndSchema, FeedSchema, PROMISE_MS } from './messages.ts'

/** A store that takes this long is no help to a primary whose appends take as long. */
const PROBE_MS_MAX = 300

/** What the store was found to do counts for so long; a primary asks twice in that time. */
const PROBED_MS: Millis = 1_000

/** What a core's side of consent is made of. */
export interface ConsentingCoreOptions {
  /** This core's own name. */
  readonly core: string
  readonly lease: Lease
  readonly held: HeldSpool
  readonly clock: Clock
  readonly logger: Logger
  /** Does what an append does, without appending. */
  probe(): Promise<void>
  /** Cores of this machine that have no process. */
  gone(): readonly string[]
}

/** What a backup keeps for a primary that does not reach the store. */
export interface Holding {
  readonly term: number
  readonly events: number
  /** Whether it has promised, within the last moments, not to take the lease. */
  readonly promised: boolean
  readonly reaches: boolean
}

/**
 * A core's side of consent: keeps what a primary elsewhere gives it, says whether it reaches the store, and while its promise lasts takes
 * no lease. It is that lease too, for whoever takes one in this process: so none is taken beside a promise.
 */
export class ConsentingCore implements Lease {
  readonly #options: ConsentingCoreOptions
  #promisedUntil = Number.NEGATIVE_INFINITY
  #fedAt = Number.NEGATIVE_INFINITY
  #taking = 0
  #term = 0
  #reaches = false
  #probedAt = Number.NEGATIVE_INFINITY
  #probing: Promise<void> | undefined
  #toldUnknown = false
  #fresh = true

  constructor(options: ConsentingCoreOptions) {
    this.#options = options
  }

  /** When a primary gave this core all that it had let out; by the monotonic clock. */
  get fedAt(): Millis {
    return this.#fedAt
  }

  /** What waits here for the store; undefined while nothing does. */
  holding(): Holding | undefined {
    const { term, events } = this.#options.held
    return events > 0 ? { term, events, promised: this.#promised, reaches: this.#reaches } : undefined
  }

  /** Answers a primary that feeds this core. */
  async feed(body: unknown): Promise<{ end: number; reaches: boolean; gone: readonly string[] }> {
    const { success, data: feed } = FeedSchema.safeParse(body)
    if (!success) throw CONSENT_ERRORS['consent.invalid']()
    const { clock, gone } = this.#options
    if (this.#term > feed.term) throw CONSENT_ERRORS['consent.newer']({ term: this.#term })
    // It may be granted in this moment, and this core not know it yet.
    if (this.#taking > 0) throw CONSENT_ERRORS['consent.taking']()
    // From before it is kept: no taking may begin meanwhile.
    if (feed.promise) this.#promisedUntil = clock.monotonic() + PROMISE_MS
    const end = await this.#hold(feed)
    if (feed.promise) this.#promisedUntil = clock.monotonic() + PROMISE_MS
    if (end >= feed.durable) this.#fedAt = clock.monotonic()
    this.#probeSoon()
    return { end, reaches: this.#reaches, gone: gone() }
  }

  /** A primary needs this core no more: what it kept is in the store, or for whoever takes over. */
  async end(body: unknown): Promise<object> {
    const { success, data } = EndSchema.safeParse(body)
    if (!success) throw CONSENT_ERRORS['consent.invalid']()
    const { held } = this.#options
    if (data.term !== held.term) return {}
    this.#promisedUntil = Number.NEGATIVE_INFINITY
    if (data.written) await held.clear(data.term)
    return {}
  }

  async acquire(holder: string, ttlMs: Millis): Promise<{ readonly term: number } | undefined> {
    const { lease, core, held, clock } = this.#options
    // What an earlier life promised, or a core beside it for this one as long as it had no process, is not known: it waits as long.
    if (this.#fresh && held.left) this.#promisedUntil = clock.monotonic() + PROMISE_MS
    this.#fresh = false
    if (this.#promised) return undefined
    this.#taking++
    try {
      const grant = await lease.acquire(holder, ttlMs, core)
      if (grant) this.#term = grant.term
      else await this.#tellUnknown()
      return grant
    } finally {
      this.#taking--
    }
  }

  /** Another's lease is ended by nobody who promised not to take it, or who could not take it then. */
  async release(term: number): Promise<boolean> {
    const { lease, core } = this.#options
    if (term !== this.#term) {
      if (this.#promised) return false
      const known = (await lease.current())?.known
      if (known && !known.includes(core)) return false
    }
    return lease.release(term)
  }

  renew(term: number, ttlMs: Millis): Promise<boolean> {
    return this.#options.lease.renew(term, ttlMs)
  }

  handBack(holder: string): Promise<boolean> {
    return this.#options.lease.handBack(holder)
  }

  handOver(term: number, to: string, ttlMs: Millis): Promise<boolean> {
    return this.#options.lease.handOver(term, to, ttlMs)
  }

  opened(): Promise<number> {
    return this.#options.lease.opened()
  }

  open(term: number, core?: string): Promise<readonly string[] | undefined> {
    return this.#options.lease.open(term, core)
  }

  know(term: number, version: number, cores: readonly string[] | undefined): Promise<boolean> {
    return this.#options.lease.know(term, version, cores)
  }

  current(): Promise<LeaseState | undefined> {
    return this.#options.lease.current()
  }

  watch(wake: () => void): () => void {
    return this.#options.lease.watch(wake)
  }

  close(): Promise<void> {
    return this.#options.lease.close()
  }

  get #promised(): boolean {
    return this.#options.clock.monotonic() < this.#promisedUntil
  }

  async #hold(feed: Parameters<HeldSpool['hold']>[0]): Promise<number> {
    try {
      return await this.#options.held.hold(feed)
    } catch (error) {
      if (!isTandemError(error, 'log.fenced')) throw error
      throw CONSENT_ERRORS['consent.newer']({ term: await this.#options.held.seen() }, error)
    }
  }

  /** Nobody waits for it: what it finds is said with the next answer. */
  #probeSoon(): void {
    const { clock } = this.#options
    if (clock.monotonic() - this.#probedAt > PROBED_MS) this.#reaches = false
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined
    })
  }

  async #probe(): Promise<void> {
    const { clock, probe } = this.#options
    let timer: Timer | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = clock.after(PROBE_MS_MAX, () => resolve(false))
    })
    const probed = probe().then(
      () => true,
      () => false,
    )
    const answers = await Promise.race([probed, late])
    timer?.stop()
    this.#reaches = answers
    this.#probedAt = clock.monotonic()
    // One at a time, however long the store keeps it: else they would queue behind each other.
    await probed
  }

  /** It would else wait without a word. */
  async #tellUnknown(): Promise<void> {
    const { lease, core, logger } = this.#options
    const held = await lease.current().catch(() => undefined)
    if (!held?.known || held.msLeft > 0 || held.known.includes(core) || this.#toldUnknown) return
    this.#toldUnknown = true
    logger.warn(
      { known: held.known, term: held.term },
      'the last primary did not know this core: another one may hold events that are not in the log, so it waits for one of those',
    )
  }
}
