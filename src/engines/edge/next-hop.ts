import { promises as dns } from 'node:dns'
import { isIP } from 'node:net'
import type { Clock, Logger, Timer } from '#base'
import { ExpiringMap } from './expiring-map.ts'

/** A name server that does not answer within this time does not answer a caller's patience either. */
const LOOKUP_MS_MAX = 2000

/** Look-ups at once: the resolver has four threads, and a flood of names must not take them for minutes. */
const LOOKUPS_MAX = 50

/** A trunk's address that changes is followed by the second call after this time; the last good answer is kept for longer. */
const FRESH_MS = 30_000
const KEPT_MS = 60 * 60_000

/** Names that a core sends to: trunks, a few hundred at most. */
const NAMES_MAX = 1000

interface Known {
  readonly address: string
  readonly freshUntil: number
}

/** How a name becomes an address; Node's own look-up unless a test gives another. */
export type Lookup = (name: string) => Promise<string>

const systemLookup: Lookup = async (name) => (await dns.lookup(name, { family: 4 })).address

/**
 * Finds the address of a host name, with a limit on time and number. The last good answer serves while the name is asked for again, so
 * that no call waits for a name server that is slow or silent. SRV and NAPTR (RFC 3263) are not asked: trunks are configured by address and port.
 */
export class NextHops {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #lookup: Lookup
  readonly #known: ExpiringMap<Known>
  readonly #asked = new Map<string, Promise<string | undefined>>()

  constructor(clock: Clock, logger: Logger, lookup: Lookup = systemLookup) {
    this.#clock = clock
    this.#logger = logger
    this.#lookup = lookup
    this.#known = new ExpiringMap(clock, NAMES_MAX)
  }

  /** The address at once when it is known or is one already; else a promise, of nothing when it cannot be found. */
  find(host: string): string | Promise<string | undefined> {
    if (isIP(host) > 0) return host
    const name = host.toLowerCase()
    const known = this.#known.get(name)
    if (known && known.freshUntil > this.#clock.monotonic()) return known.address
    const asking = this.#asked.get(name) ?? this.#begin(name)
    return known?.address ?? asking
  }

  #begin(name: string): Promise<string | undefined> {
    if (this.#asked.size >= LOOKUPS_MAX) return Promise.resolve(undefined)
    const asking = this.#ask(name)
    this.#asked.set(name, asking)
    return asking
  }

  async #ask(name: string): Promise<string | undefined> {
    let timer: Timer | undefined
    const limit = new Promise<undefined>((resolve) => {
      timer = this.#clock.after(LOOKUP_MS_MAX, () => resolve(undefined))
    })
    try {
      const address = await Promise.race([this.#lookup(name), limit])
      if (address) this.#known.set(name, { address, freshUntil: this.#clock.monotonic() + FRESH_MS }, KEPT_MS)
      return address
    } catch (error) {
      this.#logger.debug({ error: String(error), name }, 'host name not found')
      return undefined
    } finally {
      timer?.stop()
      this.#asked.delete(name)
    }
  }
}
