import type { Clock, Logger, Millis, Timer } from '#base'
import { type Role, roleOf, type SeatFeature, type SeatPool, type User } from '#kernel/config'
import { decideSeat, SEAT_FEATURES, type SeatUse, seatOf, seatUse } from '#kernel/seat'
import type { Registers } from '#seams/registers'
import { SESSION_ERRORS } from './errors.ts'

/** A seat outlives whatever held it for so long: a reload, a takeover, a lunch with the lid closed. Then somebody else may have it. */
export const SEAT_GRACE_MS = 10 * 60_000
/** Seats of people who are there are told again this often: several times within the grace, and seldom enough to cost nothing. */
const RENEW_EVERY_MS = 60_000
/** People of one core whom it has seen lately; beyond it somebody logs on without end. */
const SEEN_MAX = 20_000

const PREFIX = 'seat/'

/** The part of the peaks' store that is used. */
export interface PeakStore {
  raise(peak: { day: string; feature: string; peak: number; seats?: number; at: Millis }): Promise<void>
}

/** What a keeper of seats is made of. */
export interface SeatKeeperOptions {
  readonly registers: Registers
  /** The seats of each feature, as configured now; a feature without any has as many as come. */
  readonly pools: () => ReadonlyMap<string, SeatPool>
  /** The roles as configured now: which seat a person needs follows. */
  readonly roles: () => ReadonlyMap<string, Role>
  readonly peaks: PeakStore
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Concurrent seats across the pool (LIC-01): each is a register that expires, keyed by its user, so that somebody with two tabs, or who has
 * moved to another core, has one. Level-triggered: whoever is there keeps its seat by being seen; whoever is seen and has none gets one.
 */
export class SeatKeeper {
  readonly #options: SeatKeeperOptions
  readonly #held = new Map<string, Set<string>>(SEAT_FEATURES.map((feature) => [feature, new Set()]))
  readonly #seen = new Map<string, SeatFeature>()
  readonly #peaks = new Map<string, number>()
  readonly #stop: () => void
  #timer: Timer | undefined
  #over = new Set<SeatFeature>()
  #counted = false

  constructor(options: SeatKeeperOptions) {
    this.#options = options
    this.#stop = options.registers.watch(PREFIX, ({ key, value }) => this.#note(key, value !== undefined))
    void this.#count()
    this.#arm()
  }

  /** Takes a seat for somebody who logs on, or keeps the one it has; fails with `session.no-seat` where none is left and over-use is refused. */
  async take(user: Pick<User, 'name' | 'role'>): Promise<void> {
    const feature = this.#seatOf(user.role)
    if (!feature) return
    const holders = this.#held.get(feature)!
    const pool = this.#options.pools().get(feature)
    if (!holders.has(user.name)) {
      const outcome = decideSeat(pool, this.#counted ? holders.size : undefined)
      if (outcome === 'refused') throw SESSION_ERRORS['session.no-seat']({ feature, seats: pool!.seats })
    }
    this.seen(user)
    await this.#tell(feature, user.name)
  }

  /** Notes that somebody is there: its seat is kept, or taken, at the next renewal. Costs nothing, so every request may say it. */
  seen({ name, role }: Pick<User, 'name' | 'role'>): void {
    const feature = this.#seatOf(role)
    if (feature && (this.#seen.has(name) || this.#seen.size < SEEN_MAX)) this.#seen.set(name, feature)
  }

  /** Gives the seat back at once: its user has logged out. A user who is still there in another tab is seen again, and has it again. */
  async giveBack({ name, role }: Pick<User, 'name' | 'role'>): Promise<void> {
    const feature = this.#seatOf(role)
    this.#seen.delete(name)
    if (!feature) return
    this.#held.get(feature)!.delete(name)
    await this.#options.registers.remove(keyOf(feature, name)).catch((cause: unknown) => this.#away(cause))
  }

  #seatOf(role: string): SeatFeature | undefined {
    return seatOf(roleOf(this.#options.roles(), role))
  }

  /** How the seats are used now, in the whole pool. */
  uses(): readonly SeatUse[] {
    const pools = this.#options.pools()
    return SEAT_FEATURES.map((feature) => seatUse(feature, pools.get(feature), this.#held.get(feature)!.size))
  }

  close(): void {
    this.#timer?.stop()
    this.#stop()
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(RENEW_EVERY_MS, () => {
      this.#arm()
      void this.renew()
    })
  }

  /** Tells the seats of all who were seen since the last time again, counts anew, and keeps the day's peaks. Called by the keeper itself. */
  async renew(): Promise<void> {
    const seen = [...this.#seen]
    this.#seen.clear()
    for (const [name, feature] of seen) await this.#tell(feature, name)
    await this.#count()
    await this.#keepPeaks()
  }

  async #tell(feature: SeatFeature, name: string): Promise<void> {
    // Known here before the register says so: while the registers are away this core counts what it has seen itself.
    this.#note(keyOf(feature, name), true)
    await this.#options.registers
      .set(keyOf(feature, name), 'taken', SEAT_GRACE_MS)
      .catch((cause: unknown) => this.#away(cause))
  }

  /** Counts all seats of the pool; what was missed while the registers were away is made good. */
  async #count(): Promise<void> {
    try {
      const live = await this.#options.registers.list(PREFIX)
      for (const holders of this.#held.values()) holders.clear()
      for (const key of live.keys()) this.#note(key, true)
      this.#counted = true
    } catch (cause) {
      this.#away(cause)
    }
    this.#tellOveruse()
  }

  #note(key: string, held: boolean): void {
    const [, feature = '', name = ''] = key.split('/')
    const holders = this.#held.get(feature)
    if (held) holders?.add(name)
    else holders?.delete(name)
  }

  #away(cause: unknown): void {
    if (this.#counted)
      this.#options.logger.warn({ problem: String(cause) }, 'seats cannot be counted: nobody is refused')
    this.#counted = false
  }

  /** Says once when a feature comes to be over-used, and once when it no longer is. */
  #tellOveruse(): void {
    const over = new Set(this.uses().flatMap((use) => (use.over > 0 ? [use.feature] : [])))
    for (const use of this.uses()) {
      const { feature, used, seats } = use
      const { logger } = this.#options
      if (over.has(feature) && !this.#over.has(feature)) logger.warn({ feature, used, seats }, 'more people than seats')
      if (!over.has(feature) && this.#over.has(feature))
        logger.info({ feature, used, seats }, 'the seats are enough again')
    }
    this.#over = over
  }

  /** A peak that cannot be written is tried again at the next renewal. */
  async #keepPeaks(): Promise<void> {
    const { clock, peaks } = this.#options
    const at = clock.now()
    const day = new Date(at).toISOString().slice(0, 10)
    for (const key of this.#peaks.keys()) if (!key.startsWith(day)) this.#peaks.delete(key)
    for (const { feature, used, seats } of this.uses()) {
      const key = `${day} ${feature}`
      if (used <= (this.#peaks.get(key) ?? 0)) continue
      const peak = { day, feature, peak: used, at, ...(seats === undefined ? {} : { seats }) }
      await peaks.raise(peak).then(
        () => this.#peaks.set(key, used),
        (cause: unknown) => this.#options.logger.info({ problem: String(cause) }, 'the peak of seats waits'),
      )
    }
  }
}

/** User names have no slash. */
function keyOf(feature: SeatFeature, user: string): string {
  return `${PREFIX}${feature}/${user}`
}
