/** Random numbers that follow from a seed (sfc32, period at least 2^32 and 2^127 on average): the same seed is the same day. */
export class Random {
  #a: number
  #b: number
  #c = 0x9e3779b9 | 0
  #counter = 1

  /** `stream` tells apart numbers of one seed that must not depend on each other. */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0
    this.#b = stream | 0
    // The state is mixed until seeds that differ in one bit have nothing in common.
    for (let n = 0; n < 20; n++) this.next()
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  /** Exponentially distributed around the mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }

  /** Log-normally distributed around the mean: what talk times look like (Brown et al. 2005). `spread` is standard deviation over mean. */
  logNormal(mean: number, spread: number): number {
    const variance = Math.log(1 + spread * spread)
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return mean * Math.exp(Math.sqrt(variance) * normal - variance / 2)
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)]
  }
}
