import { type Clock, isTandemError, type Logger } from '#base'
import type { CredentialAnswer } from '#protocols/control'
import { ExpiringMap } from './expiring-map.ts'

/** A changed password is known after this time at the latest, and a core that is away is not missed for as long. */
const FRESH_MS = 60_000

/** While no core is reachable, older secrets serve on: phones stay registered through a long outage. */
const STALE_MS = 30 * 60_000

/** A user who was just made can register after this time, and guessed names do not each cost the core a question. */
const UNKNOWN_MS = 5_000

/** Two users' worth of 200 bytes a phone: 20 MB at the most. */
const ENTRIES_MAX = 100_000

/** A takeover lasts under 2 s; a phone repeats its REGISTER for 32 s and then tries again anyway. */
const WAIT_MS = 4_000

type Secrets = NonNullable<CredentialAnswer['ha1']>

interface Entry {
  readonly secrets: Secrets | undefined
  readonly askedAt: number
  readonly freshUntil: number
}

/** What the cache needs. */
export interface CredentialsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Asks the core; rejects when none is reachable within the time. */
  ask(user: string, waitMs: number): Promise<CredentialAnswer>
}

/** The digest secrets of users, as the core told them; kept a while, so that phones can register while no core is there. */
export class Credentials {
  readonly #options: CredentialsOptions
  readonly #entries: ExpiringMap<Entry>
  /** One question a user at a time, however many REGISTERs wait for it. */
  readonly #asked = new Map<string, Promise<Secrets | undefined | 'unavailable'>>()

  constructor(options: CredentialsOptions) {
    this.#options = options
    this.#entries = new ExpiringMap(options.clock, ENTRIES_MAX)
  }

  /** The user's secrets, nothing when there is no such user, `unavailable` when neither core nor cache can tell. */
  async of(user: string): Promise<Secrets | undefined | 'unavailable'> {
    const entry = this.#entries.get(user)
    if (entry && entry.freshUntil > this.#options.clock.monotonic()) return entry.secrets
    let asked = this.#asked.get(user)
    if (!asked) {
      asked = this.#ask(user, entry).finally(() => this.#asked.delete(user))
      this.#asked.set(user, asked)
    }
    return asked
  }

  /** As `of`, for a password that did not fit: it may have been changed, so the core is asked unless it has just answered. */
  async again(user: string): Promise<Secrets | undefined | 'unavailable'> {
    const entry = this.#entries.get(user)
    const ageMs = entry ? this.#options.clock.monotonic() - entry.askedAt : 0
    if (entry && ageMs > UNKNOWN_MS) this.#entries.set(user, { ...entry, freshUntil: 0 }, STALE_MS)
    return this.of(user)
  }

  async #ask(user: string, known: Entry | undefined): Promise<Secrets | undefined | 'unavailable'> {
    const { clock, logger, ask } = this.#options
    try {
      const { ha1, until } = await ask(user, known ? 0 : WAIT_MS)
      const leftMs = until === undefined ? STALE_MS : until - clock.now()
      const keepMs = ha1 ? Math.min(STALE_MS, Math.max(0, leftMs)) : UNKNOWN_MS
      const freshMs = ha1 ? FRESH_MS : UNKNOWN_MS
      const askedAt = clock.monotonic()
      this.#entries.set(user, { secrets: ha1, askedAt, freshUntil: askedAt + freshMs }, keepMs)
      return ha1
    } catch (error) {
      logger.debug({ code: isTandemError(error) ? error.code : String(error) }, 'credential not had from the core')
      return known ? known.secrets : 'unavailable'
    }
  }
}
