import type { Millis } from '#base'
import type { Random } from './random.ts'

/** A wait, and whether the caller hung up at its end; if not, all that is known is that its patience was longer. */
export interface PatienceSample {
  readonly waitedMs: Millis
  readonly hungUp: boolean
}

/** Fewer hang-ups than this draw no curve: what all queues show together is taken instead. */
export const HANG_UPS_MIN = 10

interface Step {
  readonly at: Millis
  /** The share that is still there after this moment. */
  readonly left: number
}

/**
 * How long callers would wait who are never answered. Most of them were answered, so their patience was not seen to its end: their waits are
 * censored. The curve is Kaplan and Meier's product-limit estimate (1958), which takes that into account; a mean of the hang-ups alone would make
 * callers look far less patient than they are. Beyond the last hang-up that was seen the rate is constant: hang-ups over time waited, the estimate of an
 * exponential patience from censored waits.
 */
export class Patience {
  readonly #steps: readonly Step[]
  /** Hang-ups by millisecond waited. */
  readonly #rate: number
  readonly hangUps: number

  constructor(samples: readonly PatienceSample[]) {
    const sorted = [...samples].sort((a, b) => a.waitedMs - b.waitedMs)
    const steps: Step[] = []
    let left = 1
    let hangUps = 0
    let waitedMs = 0
    for (let index = 0; index < sorted.length; ) {
      const at = sorted[index]!.waitedMs
      const atRisk = sorted.length - index
      let here = 0
      for (; index < sorted.length && sorted[index]!.waitedMs === at; index++) {
        if (sorted[index]!.hungUp) here++
        waitedMs += at
      }
      if (here === 0) continue
      hangUps += here
      left *= 1 - here / atRisk
      steps.push({ at, left })
    }
    this.#steps = steps
    this.hangUps = hangUps
    this.#rate = waitedMs > 0 ? hangUps / waitedMs : 0
  }

  /** Mean patience, were it exponential; infinite when nobody hung up. */
  get meanMs(): Millis {
    return this.#rate === 0 ? Number.POSITIVE_INFINITY : 1 / this.#rate
  }

  /** The share of callers who wait longer than this. */
  survives(waitedMs: Millis): number {
    const steps = this.#steps
    let low = 0
    let high = steps.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (steps[middle]!.at <= waitedMs) low = middle + 1
      else high = middle
    }
    const step = steps[low - 1]
    if (!step || low < steps.length) return step?.left ?? 1
    return step.left * Math.exp(-this.#rate * (waitedMs - step.at))
  }

  /** A patience of somebody who is known to have waited so long; undefined when nobody ever hung up. */
  draw(random: Random, longerThanMs: Millis): Millis | undefined {
    const last = this.#steps.at(-1)
    if (!last) return undefined
    const target = this.survives(longerThanMs) * (1 - random.next())
    if (target < last.left) {
      return Math.round(
        Math.max(last.at, longerThanMs) +
          Math.log(this.survives(Math.max(last.at, longerThanMs)) / target) / this.#rate,
      )
    }
    const step = this.#steps.find(({ at, left }) => at > longerThanMs && left <= target)
    return step?.at ?? Math.round(Math.max(last.at, longerThanMs) + random.exponential(1 / this.#rate))
  }
}
