/** Ticks of ten seconds at 5 ms. */
const SAMPLES = 2000

/** How late the packet thread's ticks were, over the last ten seconds. */
export class LateMeter {
  readonly #samples = new Float32Array(SAMPLES)
  #at = 0
  #count = 0

  add(lateMs: number): void {
    this.#samples[this.#at] = lateMs
    this.#at = (this.#at + 1) % SAMPLES
    if (this.#count < SAMPLES) this.#count++
  }

  /** The 99th percentile in milliseconds; 0 before the first tick. */
  p99(): number {
    if (this.#count === 0) return 0
    const sorted = this.#samples.slice(0, this.#count).sort()
    return Math.round(sorted[Math.min(this.#count - 1, Math.floor(this.#count * 0.99))]! * 100) / 100
  }
}
