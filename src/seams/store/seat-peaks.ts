import type { Millis } from '#base'

/** The most people who held a seat of a feature at once on one day. */
export interface SeatPeak {
  /** `2026-11-26`, in UTC. */
  readonly day: string
  readonly feature: string
  readonly peak: number
  /** How many seats there were then; undefined: as many as came. */
  readonly seats?: number
  readonly at: Millis
}

/** The daily peaks of seats, for whoever is billed by them (LIC-15). Methods may fail with `store.unreachable`. */
export interface SeatPeaks {
  /** Keeps the peak if it is higher than what is kept for the day; a lower one changes nothing, so any core may tell, and twice. */
  raise(peak: SeatPeak): Promise<void>
  /** From one day to another, both included, by day and feature. */
  list(from: string, to: string): Promise<readonly SeatPeak[]>
}

/** The peaks in memory: for tests. */
export class MemorySeatPeaks implements SeatPeaks {
  readonly #peaks = new Map<string, SeatPeak>()

  async raise(peak: SeatPeak): Promise<void> {
    const key = `${peak.day} ${peak.feature}`
    if ((this.#peaks.get(key)?.peak ?? 0) < peak.peak) this.#peaks.set(key, peak)
  }

  async list(from: string, to: string): Promise<readonly SeatPeak[]> {
    const found = [...this.#peaks].filter(([, { day }]) => day >= from && day <= to)
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peak]) => peak)
  }
}
