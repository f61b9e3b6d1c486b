/** RFC 3711 3.3.2 asks for 64 at the least; a relay's reordering is well inside. */
const WINDOW = 128

const WRAP = 0x1_0000

/** Where one stream's packets are on the line of 48 bits: the sequence number and how often it has wrapped (RFC 3711 3.3.1). */
export class PacketIndex {
  #highest = -1
  readonly #seen = new Float64Array(WINDOW).fill(-1)

  /** The index that a packet of this number most likely has. */
  guess(sequence: number): number {
    if (this.#highest < 0) return sequence
    const cycle = this.#highest - (this.#highest % WRAP)
    const last = this.#highest - cycle
    if (last < WRAP / 2) return sequence - last > WRAP / 2 && cycle > 0 ? cycle - WRAP + sequence : cycle + sequence
    return last - WRAP / 2 > sequence ? cycle + WRAP + sequence : cycle + sequence
  }

  /** Whether a packet of this index has not been taken before, and is not too old to tell. */
  isNew(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index
  }

  /** The packet is genuine. */
  take(index: number): void {
    this.#seen[index % WINDOW] = index
    if (index > this.#highest) this.#highest = index
  }
}
