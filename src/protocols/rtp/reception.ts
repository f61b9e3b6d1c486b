import { sequenceDelta } from './rtp.ts'

/** RFC 3550 A.1: a jump ahead of less than this is loss. */
const DROPOUT_MAX = 3000

/** RFC 3550 A.1: a step back of at most this is a late packet. */
const MISORDER_MAX = 100

/** What a packet's number says about it. `restarted` is a new stream, or one that jumped and was confirmed by a second packet. */
export type Arrival = 'in-order' | 'late' | 'restarted' | 'suspect'

/** What stands in a report block: RFC 3550 6.4.1. */
export interface ReceptionReport {
  readonly ssrc: number
  readonly fractionLost: number
  readonly packetsLost: number
  readonly highestSequence: number
  /** In timestamp units. */
  readonly jitter: number
}

/**
 * Counts what arrives of one party: loss, order and jitter as in RFC 3550 A.1, A.3 and A.8. Sequence numbers may start anywhere,
 * wrap, and start anew when the party changes its SSRC; counts then go on.
 *
 * DEVIATION: the probation of A.1 (two packets in order before a source counts) is left out: the address has been checked, and the
 * first packet of a caller is not to be lost.
 */
export class Reception {
  readonly #clockHz: number
  #ssrc = -1
  #base = 0
  #max = 0
  #cycles = 0
  #badNext = -1
  #received = 0
  #expectedBefore = 0
  #lostBefore = 0
  #jitter = 0
  #transit = 0
  #hasTransit = false
  #expectedPrior = 0
  #receivedPrior = 0
  #receivedSince = 0

  constructor(clockHz = 8000) {
    this.#clockHz = clockHz
  }

  /** The stream that is received now; -1 before the first packet. */
  get ssrc(): number {
    return this.#ssrc
  }

  get packetsReceived(): number {
    return this.#received
  }

  /** Below zero counts as zero: duplicates make up for losses in RFC 3550's sum. */
  get packetsLost(): number {
    return this.#lostBefore + Math.max(0, this.#expected() - this.#receivedSince)
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockHz
  }

  /** Counts a packet. A `suspect` one is far out of sequence and not to be used. */
  arrived(ssrc: number, sequence: number): Arrival {
    if (ssrc !== this.#ssrc) {
      this.#begin(ssrc, sequence)
      return 'restarted'
    }
    const delta = sequenceDelta(sequence, this.#max)
    if (delta > 0 && delta < DROPOUT_MAX) {
      if (sequence < this.#max) this.#cycles += 0x10000
      this.#max = sequence
      this.#count()
      return 'in-order'
    }
    if (delta <= 0 && delta > -MISORDER_MAX) {
      this.#count()
      return 'late'
    }
    if (sequence === this.#badNext) {
      this.#begin(ssrc, sequence)
      return 'restarted'
    }
    this.#badNext = (sequence + 1) & 0xffff
    return 'suspect'
  }

  /** Tells when a packet that counts came, for the jitter (A.8). */
  timed(timestamp: number, nowMs: number): void {
    const arrival = (nowMs * this.#clockHz) / 1000
    const transit = arrival - timestamp
    if (this.#hasTransit) {
      const difference = Math.abs(transit - this.#transit)
      // A wrap of the timestamp or a jump of the source's clock says nothing about the network.
      if (difference < 10 * this.#clockHz) this.#jitter += (difference - this.#jitter) / 16
    }
    this.#transit = transit
    this.#hasTransit = true
  }

  /** A report block since the last call; undefined before the first packet. */
  report(): ReceptionReport | undefined {
    if (this.#ssrc < 0) return undefined
    const expected = this.#expectedBefore + this.#expected()
    const expectedInterval = expected - this.#expectedPrior
    const receivedInterval = this.#received - this.#receivedPrior
    this.#expectedPrior = expected
    this.#receivedPrior = this.#received
    const lostInterval = expectedInterval - receivedInterval
    const fraction =
      expectedInterval <= 0 || lostInterval <= 0 ? 0 : Math.floor((lostInterval * 256) / expectedInterval)
    return {
      ssrc: this.#ssrc,
      fractionLost: Math.min(255, fraction),
      packetsLost: this.packetsLost,
      highestSequence: (this.#cycles + this.#max) >>> 0,
      jitter: Math.round(this.#jitter),
    }
  }

  #expected(): number {
    return this.#ssrc < 0 ? 0 : this.#cycles + this.#max - this.#base + 1
  }

  #count(): void {
    this.#received++
    this.#receivedSince++
    this.#badNext = -1
  }

  #begin(ssrc: number, sequence: number): void {
    this.#lostBefore = this.packetsLost
    this.#expectedBefore += this.#expected()
    this.#ssrc = ssrc
    this.#base = sequence
    this.#max = sequence
    this.#cycles = 0
    this.#receivedSince = 0
    this.#hasTransit = false
    this.#count()
  }
}
