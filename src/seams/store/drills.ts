import type { Millis } from '#base'

/** What a drill kills. */
export const DRILL_TARGETS = ['core', 'edge', 'media', 'archive'] as const
/** One of them. */
export type DrillTarget = (typeof DRILL_TARGETS)[number]

/** What was lost, and how long it took. */
export interface DrillScore {
  /** Contacts that were open at the blow, and how many of them waited in a queue. */
  readonly standing: number
  readonly waiting: number
  readonly callsLost: number
  readonly placesLost: number
  readonly recordsLost: number
  readonly testCalls: number
  readonly testCallsLost: number
  /** From the blow until a new call was answered; null without test calls, or when none was. */
  readonly answeredMs: number | null
  readonly secondsLost: number | null
  /** The longest time in which a standing test call heard nothing. */
  readonly silenceMs: number
  /** The terms that wrote since the blow. */
  readonly terms: readonly number[]
  /** What of it does not pass, a sentence each; a score of an earlier release does not say. */
  readonly failed?: readonly string[]
}

/** A drill as it is kept. */
export interface DrillRow {
  readonly id: string
  readonly askedAt: Millis
  readonly askedBy: string
  readonly node: string
  readonly kill: DrillTarget
  readonly calls: number
  /** The number that the test calls dial. */
  readonly number: string
  readonly state: 'asked' | 'running' | 'done' | 'failed'
  readonly problem?: string
  readonly score?: DrillScore
}

/** The drills of a pool. Methods may fail with `store.unreachable`. */
export interface Drills {
  /** Asks for one; false while another is asked for or runs. */
  ask(drill: Omit<DrillRow, 'state' | 'problem' | 'score'>): Promise<boolean>
  /** The one that this machine is asked for, which is then running; each is given once. */
  claim(node: string): Promise<DrillRow | undefined>
  /** Ends one. */
  finish(id: string, result: { readonly score: DrillScore } | { readonly problem: string }): Promise<void>
  /** Ends what was asked for or began before that moment and never ended: its supervisor died in it. */
  abandon(before: Millis): Promise<void>
  /** The newest first. */
  list(limit: number): Promise<readonly DrillRow[]>
  /** Calls soon after one was asked for; may call without. */
  watch(wake: () => void): () => void
}

/** The drills in memory: for tests. */
export class MemoryDrills implements Drills {
  #rows: DrillRow[] = []
  readonly #watchers = new Set<() => void>()

  async ask(drill: Omit<DrillRow, 'state' | 'problem' | 'score'>): Promise<boolean> {
    if (this.#rows.some(({ state }) => state === 'asked' || state === 'running')) return false
    this.#rows = [{ ...drill, state: 'asked' }, ...this.#rows]
    for (const wake of this.#watchers) wake()
    return true
  }

  async claim(node: string): Promise<DrillRow | undefined> {
    const found = this.#rows.find((row) => row.node === node && row.state === 'asked')
    return found && this.#replace({ ...found, state: 'running' })
  }

  async finish(id: string, result: { readonly score: DrillScore } | { readonly problem: string }): Promise<void> {
    const found = this.#rows.find((row) => row.id === id)
    if (found) this.#replace({ ...found, ...result, state: 'score' in result ? 'done' : 'failed' })
  }

  async abandon(before: Millis): Promise<void> {
    for (const row of this.#rows) {
      if ((row.state === 'asked' || row.state === 'running') && row.askedAt < before)
        this.#replace({ ...row, state: 'failed', problem: 'it never came to an end' })
    }
  }

  async list(limit: number): Promise<readonly DrillRow[]> {
    return this.#rows.slice(0, limit)
  }

  watch(wake: () => void): () => void {
    this.#watchers.add(wake)
    return () => this.#watchers.delete(wake)
  }

  #replace(row: DrillRow): DrillRow {
    this.#rows = this.#rows.map((one) => (one.id === row.id ? row : one))
    return row
  }
}
