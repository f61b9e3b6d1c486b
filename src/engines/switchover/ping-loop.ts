import type { Clock, Millis, Timer } from '#base'
import type { Answered, PingKind } from './connections.ts'

/** What pings are allowed beyond their timeout on a slow way, at most: more would hide a primary that hangs. */
const ALLOWANCE_MS_MAX = 5_000

/** RFC 6298 2.3: how much a new sample counts, for the mean and for its variation. */
const ALPHA = 1 / 8
const BETA = 1 / 4
const VARIATIONS = 4

/** What a ping loop is made of. */
export interface PingLoopOptions {
  readonly clock: Clock
  /** What is asked, and how long an answer may take over a way that costs nothing. */
  kind(): PingKind
  timeoutMs(): Millis
  ask(kind: PingKind): Promise<Answered>
  heard(answered: Answered): void
}

/**
 * One ping at a time, when it is told to. An answer that comes after its ping was counted as failed is told too: the peer is slow,
 * not silent. What the way itself takes, measured on the answers that came, is allowed beside the timeout.
 */
export class PingLoop {
  readonly #options: PingLoopOptions
  #timer: Timer | undefined
  #deadline: Timer | undefined
  #generation = 0
  #meanMs: Millis | undefined
  #variationMs: Millis = 0

  constructor(options: PingLoopOptions) {
    this.#options = options
  }

  /** How long the last answers took, smoothed. */
  get roundTripMs(): Millis {
    return this.#meanMs ?? 0
  }

  /** Pings after this long, in place of what was planned. */
  ping(inMs: Millis): void {
    this.#timer?.stop()
    this.#deadline?.stop()
    this.#timer = this.#options.clock.after(inMs, () => this.#send())
  }

  /** Forgets what is on its way: its answers are heard no more. */
  cancel(): void {
    this.#generation++
    this.#timer?.stop()
    this.#deadline?.stop()
  }

  #send(): void {
    const { clock, kind, timeoutMs, ask, heard } = this.#options
    const generation = this.#generation
    const sentAt = clock.monotonic()
    let failed = false
    const deadline = clock.after(timeoutMs() + this.#allowanceMs(), () => {
      failed = true
      heard({ answer: 'timeout' })
    })
    this.#deadline = deadline
    void ask(kind()).then((answered) => {
      deadline.stop()
      if (generation !== this.#generation) return
      const { answer } = answered
      if (answer === 'success' || answer === 'ill') this.#measure(clock.monotonic() - sentAt)
      // What was counted as failed is not counted again, but an answer after all is news.
      if (!failed || answer === 'success') heard(answered)
    })
  }

  #allowanceMs(): Millis {
    return Math.min(ALLOWANCE_MS_MAX, (this.#meanMs ?? 0) + VARIATIONS * this.#variationMs)
  }

  #measure(tookMs: Millis): void {
    const meanMs = this.#meanMs
    this.#variationMs =
      meanMs === undefined ? tookMs / 2 : (1 - BETA) * this.#variationMs + BETA * Math.abs(meanMs - tookMs)
    this.#meanMs = meanMs === undefined ? tookMs : (1 - ALPHA) * meanMs + ALPHA * tookMs
  }
}
