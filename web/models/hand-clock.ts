import type { Clock } from './clock.ts'

interface Timer {
  readonly at: number
  readonly call: () => void
}

/** Time that a test moves. */
export class HandClock implements Clock {
  #now: number
  #timers: readonly Timer[] = []

  constructor(now = 0) {
    this.#now = now
  }

  readonly now = (): number => this.#now

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, call }
    this.#timers = [...this.#timers, timer]
    return () => this.#drop(timer)
  }

  /** Lets time pass: what is due meanwhile calls at its moment. */
  pass(ms: number): void {
    const end = this.#now + ms
    while (this.#runNext(end));
    this.#now = end
  }

  /** The same for what waits for answers: those that are there arrive before the next timer calls. */
  async elapse(ms: number): Promise<void> {
    const end = this.#now + ms
    do await arrived()
    while (this.#runNext(end))
    this.#now = end
    await arrived()
  }

  #runNext(end: number): boolean {
    const [next] = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
    if (!next) return false
    this.#drop(next)
    this.#now = next.at
    next.call()
    return true
  }

  #drop(timer: Timer): void {
    this.#timers = this.#timers.filter((one) => one !== timer)
  }
}

const arrived = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
