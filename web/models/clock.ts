/** Time for the models: passed in, so that tests move it by hand. */
export interface Clock {
  now(): number
  /** Calls once after the delay; returns what stops it. */
  after(delayMs: number, call: () => void): () => void
}

/** The browser's clock. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
}
