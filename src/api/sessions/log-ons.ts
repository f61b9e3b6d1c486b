import type { Clock, Logger, Millis, Timer } from '#base'
import type { Registers } from '#seams/registers'
import { type Claims, TOKEN_LIFE_MS } from './tokens.ts'

/** Registers of who is logged on begin so. */
const PREFIX = 'log-on/'
/** Those who are there are told again this often: a thousand desks are 17 registers a second. */
const RENEW_EVERY_MS = 60_000
/** Two renewals may be lost; whoever closed the page without a log-out is shown for as long. */
const TTL_MS = 150_000
/** Everybody of a very large centre with two browsers; beyond it the newest are not shown. */
const LOG_ONS_MAX = 20_000

/** Somebody who is logged on: a browser or a program, by one log-in. */
export interface LogOn {
  readonly user: string
  /** The machine that serves it now. */
  readonly node: string
  readonly address: string
  readonly since: Millis
}

/** What a list of log-ons is made of. */
export interface LogOnsOptions {
  readonly registers: Registers
  /** The name of this machine. */
  readonly node: string
  /** Whether a log-in still holds. */
  readonly holds: (claims: Claims) => boolean
  readonly clock: Clock
  readonly logger: Logger
}

interface Known {
  readonly claims: Claims
  readonly node: string
  readonly address: string
}

/**
 * Who is logged on where, in the whole pool (AGS-11): a register for each log-in that expires. Whoever is there is seen again and again, by the
 * machine that serves it, so a list without a machine that died is right a moment later. While the registers are away each core knows its own.
 */
export class LogOns {
  readonly #options: LogOnsOptions
  /** By register. */
  readonly #known = new Map<string, Known>()
  readonly #seen = new Set<string>()
  /** What was told since the list was asked for: newer than the answer. */
  #news = new Set<string>()
  /** How many log-ins each user has. */
  readonly #counts = new Map<string, number>()
  readonly #listeners = new Set<(user: string) => void>()
  readonly #stop: () => void
  #timer: Timer | undefined
  #complete = false
  #closed = false

  constructor(options: LogOnsOptions) {
    this.#options = options
    this.#stop = options.registers.watch(PREFIX, ({ key, value }) => this.#note(key, value))
    void this.#read()
    this.#arm()
  }

  /** Whether those of all machines are known. */
  get complete(): boolean {
    return this.#complete
  }

  /** Somebody shows a token here. Told to the others when it is new or has come from another machine; costs nothing otherwise. */
  seen(claims: Claims, address: string): void {
    const key = keyOf(claims)
    this.#seen.add(key)
    const before = this.#known.get(key)
    const { node } = this.#options
    if (before?.node === node && before.address === address) return
    if (!before && this.#known.size >= LOG_ONS_MAX) return
    void this.#tell(key, { claims, node, address })
  }

  /** Somebody has logged out. */
  async over(claims: Claims): Promise<void> {
    const key = keyOf(claims)
    this.#seen.delete(key)
    this.#note(key, undefined)
    await this.#options.registers.remove(key).catch((cause: unknown) => this.#away(cause))
  }

  /** Everybody who is logged on by a log-in that still holds, by user and moment. */
  list(): readonly LogOn[] {
    return [...this.#known.values()]
      .filter(({ claims }) => this.#options.holds(claims))
      .map(({ claims, ...rest }) => ({ user: claims.user, since: claims.expiresAt - TOKEN_LIFE_MS, ...rest }))
      .sort((a, b) => (a.user < b.user ? -1 : a.user > b.user ? 1 : a.since - b.since))
  }

  /** Whether the user is logged on anywhere. */
  isOn(user: string): boolean {
    return this.#counts.has(user)
  }

  /** Calls when somebody has come whose first log-in it is, or whose last is gone; returns what forgets it. */
  onChanged(listener: (user: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#closed = true
    this.#timer?.stop()
    this.#stop()
  }

  /** Tells those who were seen since the last time again, and reads all of them. Called by itself. */
  async renew(): Promise<void> {
    const seen = [...this.#seen]
    this.#seen.clear()
    for (const key of seen) {
      const known = this.#known.get(key)
      if (known?.node === this.#options.node) await this.#tell(key, known)
    }
    await this.#read(new Set(seen))
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(RENEW_EVERY_MS, () => {
      this.#arm()
      void this.renew()
    })
  }

  async #tell(key: string, known: Known): Promise<void> {
    const value = JSON.stringify(known)
    // Known here before the register says so, and while there is none.
    this.#note(key, value)
    await this.#options.registers.set(key, value, TTL_MS).catch((cause: unknown) => this.#away(cause))
  }

  /** While the registers are away those of this core are known who were seen since the last time. */
  async #read(seen: ReadonlySet<string> = this.#seen): Promise<void> {
    const news = new Set<string>()
    this.#news = news
    try {
      const live = await this.#options.registers.list(PREFIX)
      if (this.#closed) return
      for (const key of [...this.#known.keys(), ...live.keys()]) {
        if (!news.has(key) && !this.#seen.has(key)) this.#note(key, live.get(key))
      }
      this.#complete = true
    } catch (cause) {
      this.#away(cause)
      for (const key of [...this.#known.keys()]) {
        if (!seen.has(key) && !news.has(key) && !this.#seen.has(key)) this.#note(key, undefined)
      }
    }
  }

  #note(key: string, value: string | undefined): void {
    this.#news.add(key)
    const before = this.#known.get(key)
    if (value === undefined) this.#known.delete(key)
    else if (before || this.#known.size < LOG_ONS_MAX) this.#known.set(key, JSON.parse(value) as Known)
    const is = this.#known.has(key)
    const [, user = ''] = key.split('/')
    if (is !== (before !== undefined)) this.#count(user, is ? 1 : -1)
  }

  #count(user: string, more: number): void {
    const before = this.#counts.get(user) ?? 0
    const now = before + more
    if (now > 0) this.#counts.set(user, now)
    else this.#counts.delete(user)
    if (before > 0 !== now > 0) for (const listener of this.#listeners) listener(user)
  }

  #away(cause: unknown): void {
    if (this.#complete) this.#options.logger.info({ problem: String(cause) }, 'who is logged on elsewhere is not known')
    this.#complete = false
  }
}

/** User names have no slash. */
function keyOf({ user, id }: Claims): string {
  return `${PREFIX}${user}/${id}`
}
