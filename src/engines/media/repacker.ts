import { type G711, G711_SILENCE } from '#protocols/audio'
import { timestampDelta } from '#protocols/rtp'

/** A jump of a source's timestamps by more than this (1 s) is another stream: nothing of the old one belongs to it. */
const JUMP_SAMPLES_MAX = 8000

/** Takes a packet's worth of octets, and the source's timestamp of the first; the octets are only valid during the call. */
export type Cut = (octets: Uint8Array, timestamp: number) => void

/**
 * Cuts sound anew into packets of one length, for a party whose packet time is not that of the other one. What is older than what was
 * cut already is dropped: a packet that comes too late has no place any more. Before a gap the packet under way is filled with silence.
 */
export class Repacker {
  readonly #law: G711
  /** Octets of each packet that is cut. */
  readonly #samples: number
  readonly #gathered: Uint8Array
  readonly #cut: Cut
  #filled = 0
  #begun = false
  /** The timestamp of the octet that is to come next. */
  #next = 0

  constructor(law: G711, samples: number, cut: Cut) {
    this.#law = law
    this.#samples = samples
    this.#gathered = new Uint8Array(samples)
    this.#cut = cut
  }

  /** Whether a packet is begun and not full. */
  get holds(): boolean {
    return this.#filled > 0
  }

  /** Takes octets of this packer's law. */
  push(octets: Uint8Array, timestamp: number): void {
    const ahead = timestampDelta(timestamp, this.#next)
    let rest = octets
    if (!this.#begun || Math.abs(ahead) > JUMP_SAMPLES_MAX) {
      this.#filled = 0
      this.#next = timestamp
    } else if (ahead > 0) {
      this.flush()
      this.#next = timestamp
    } else if (ahead < 0) {
      rest = octets.subarray(Math.min(-ahead, octets.length))
    }
    this.#begun = true
    while (rest.length > 0) {
      const n = Math.min(rest.length, this.#samples - this.#filled)
      this.#gathered.set(rest.subarray(0, n), this.#filled)
      this.#filled += n
      this.#next = (this.#next + n) >>> 0
      rest = rest.subarray(n)
      if (this.#filled === this.#samples) this.#give()
    }
  }

  /** Gives what is held, filled up with silence. */
  flush(): void {
    if (this.#filled === 0) return
    this.#gathered.fill(G711_SILENCE[this.#law], this.#filled)
    this.#next = (this.#next + this.#samples - this.#filled) >>> 0
    this.#give()
  }

  #give(): void {
    this.#filled = 0
    this.#cut(this.#gathered, (this.#next - this.#samples) >>> 0)
  }
}
