import { timestampDelta } from '#protocols/rtp'

/** RFC 7587 4.1: "the RTP timestamp is incremented with a 48000 Hz clock rate", whatever the sound; inside we count in 8 kHz. */
export const WIDE_STEPS = 6

/** The timestamps of a party whose clock runs at 48 kHz, as those of 8 kHz. The circle of the one is no multiple of the other's, so it counts along. */
export class WideClock {
  #wide = 0
  /** Steps of 48 kHz since the first timestamp, and where that lies. */
  #steps = 0

  /** The same moment on our circle; one that is older than the last may be given. */
  narrow(timestamp: number): number {
    this.#steps += timestampDelta(timestamp, this.#wide)
    this.#wide = timestamp
    return Math.floor(this.#steps / WIDE_STEPS) >>> 0
  }
}

/** A timestamp of 8 kHz on the circle of 48 kHz: six circles of the one are one of the other, so nothing need be counted. */
export function widened(timestamp: number): number {
  return (timestamp * WIDE_STEPS) % 0x1_0000_0000
}
