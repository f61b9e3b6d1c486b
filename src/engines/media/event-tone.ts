import { dtmfSamples } from '#protocols/audio'
import { readTelephoneEvent, timestampDelta } from '#protocols/rtp'

/** What one packet can add to a tone: 100 ms, two lost packets of the slowest senders. More would let one packet cause hundreds. */
const STEP_SAMPLES_MAX = 800

/** A key whose end was lost is over after this long without a packet: then the party's sound is passed on again. */
const LOST_END_MS = 120

/** A piece of a keypad tone, and the source's timestamp of its first sample. */
export interface TonePiece {
  readonly samples: Int16Array
  readonly timestamp: number
}

/** Makes the tone that a telephone event (RFC 4733) tells of, piece by piece as its packets come, for a party that understands tones only. */
export class EventTone {
  #timestamp = 0
  #made = 0
  #begun = false
  #over = true
  #atMs = 0

  /** Whether a key is held down now: then the party's own sound is not for the same ears. */
  underWay(nowMs: number): boolean {
    return !this.#over && nowMs - this.#atMs < LOST_END_MS
  }

  /** The piece that this packet of an event adds; undefined when it adds none. */
  take(payload: Uint8Array, timestamp: number, nowMs: number): TonePiece | undefined {
    const event = readTelephoneEvent(payload)
    if (!event || (this.#begun && timestampDelta(timestamp, this.#timestamp) < 0)) return undefined
    if (!this.#begun || timestamp !== this.#timestamp) {
      this.#begun = true
      this.#timestamp = timestamp
      this.#made = 0
      this.#over = false
    }
    const from = this.#made
    if (this.#over) return undefined
    this.#atMs = nowMs
    this.#over = event.end
    this.#made = Math.min(Math.max(from, event.duration), from + STEP_SAMPLES_MAX)
    if (this.#made === from) return undefined
    return {
      samples: dtmfSamples(event.digit, from, this.#made - from),
      timestamp: (timestamp + from) >>> 0,
    }
  }
}
