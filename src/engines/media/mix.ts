import { decodeG711, type G711 } from '#protocols/audio'
import type { MediaSessionId } from '#protocols/control'
import { timestampDelta } from '#protocols/rtp'

const SAMPLES_PER_MS = 8

/** How long a voice waits before it is heard: two packets, so that one that comes late by one still finds its place. */
const DELAY_SAMPLES = 40 * SAMPLES_PER_MS

/** A voice that has run so far ahead is placed anew: its clock is faster than ours, or its packets stood somewhere and came at once. */
const AHEAD_SAMPLES_MAX = 200 * SAMPLES_PER_MS

/** Half a second, a power of two: more than a voice may be ahead, and the largest packet. */
const RING = 4096
const MASK = RING - 1

/** What is known of a packet whose sound is mixed. */
export interface MixedPacket {
  readonly ssrc: number
  readonly timestamp: number
}

/** One voice: where its packets lie on the line of time that the mix is read along. */
class Voice {
  readonly #ring = new Int16Array(RING)
  #read = 0
  #placed = false
  #ssrc = 0
  #timestamp = 0
  #position = 0

  /** Places a packet where its timestamp puts it. */
  push(samples: Int16Array, { ssrc, timestamp }: MixedPacket): void {
    const position = this.#place(ssrc, timestamp, samples.length)
    for (let i = Math.max(0, this.#read - position); i < samples.length; i++) {
      this.#ring[(position + i) & MASK] = samples[i]!
    }
  }

  /** Adds what is due to a sum, and forgets it. */
  addTo(sum: Int32Array): void {
    for (let i = 0; i < sum.length; i++) {
      const at = this.#read++ & MASK
      sum[i]! += this.#ring[at]!
      this.#ring[at] = 0
    }
  }

  #place(ssrc: number, timestamp: number, length: number): number {
    if (this.#placed && this.#ssrc === ssrc) {
      const position = this.#position + timestampDelta(timestamp, this.#timestamp)
      const ahead = position - this.#read
      // A packet that is late in part is played from where it is due; one that is late as a whole has lost its place.
      if (ahead > -length && ahead <= AHEAD_SAMPLES_MAX) return position
    }
    this.#placed = true
    this.#ssrc = ssrc
    this.#timestamp = timestamp
    this.#position = this.#read + DELAY_SAMPLES
    return this.#position
  }
}

/** What one party of a conference hears: the voices of all others, added up. Those who are not mixed any more are forgotten. */
export class Mix {
  readonly #voices = new Map<MediaSessionId, Voice>()
  #sum = new Int32Array(0)

  /** Whose voices there shall be; one that is there already goes on where it is. */
  keep(sessions: readonly MediaSessionId[]): void {
    for (const id of this.#voices.keys()) if (!sessions.includes(id)) this.#voices.delete(id)
    for (const id of sessions) if (!this.#voices.has(id)) this.#voices.set(id, new Voice())
  }

  /** Takes the sound of a packet, of whatever law. */
  push(session: MediaSessionId, octets: Uint8Array, law: G711, packet: MixedPacket): void {
    this.#voices.get(session)?.push(decodeG711(law, octets), packet)
  }

  /** The next samples: silence where nobody speaks, and never louder than a sample can be. */
  take(samples: number): Int16Array {
    if (this.#sum.length !== samples) this.#sum = new Int32Array(samples)
    this.#sum.fill(0)
    for (const voice of this.#voices.values()) voice.addTo(this.#sum)
    const out = new Int16Array(samples)
    for (let i = 0; i < samples; i++) out[i] = Math.max(-32_768, Math.min(32_767, this.#sum[i]!))
    return out
  }
}
