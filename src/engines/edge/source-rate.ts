import { isIPv4 } from 'node:net'
import type { Clock } from '#base'
import { ExpiringMap } from './expiring-map.ts'

/** A burst of this many seconds' messages passes: all phones of a site that come back after a power cut. */
const BURST_SECONDS = 2

/** 100 bytes an entry: 1 MB. An address that is pushed out begins again with a full bucket. */
const ADDRESSES_MAX = 10_000

/** A bucket lives this long and then begins full again: at worst a fifth more passes than the limit says. */
const MEMORY_MS = 10_000

interface Bucket {
  tokens: number
  at: number
}

/**
 * Counts messages by source address and says which are too many. Loopback is not counted: what runs on this machine can
 * take its processor in simpler ways.
 */
export class SourceRate {
  readonly #clock: Clock
  readonly #perSecondMax: number
  readonly #buckets: ExpiringMap<Bucket>

  constructor(clock: Clock, perSecondMax: number) {
    this.#clock = clock
    this.#perSecondMax = perSecondMax
    this.#buckets = new ExpiringMap(clock, ADDRESSES_MAX)
  }

  /** Whether one more message from this address is to be taken. */
  admits(address: string): boolean {
    if (isLoopback(address)) return true
    const now = this.#clock.monotonic()
    const capacity = this.#perSecondMax * BURST_SECONDS
    let bucket = this.#buckets.get(address)
    if (!bucket) {
      bucket = { tokens: capacity, at: now }
      this.#buckets.set(address, bucket, MEMORY_MS)
    }
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecondMax)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
