import type { Registry } from 'prom-client'
import type { Clock, Millis, Timer } from '#base'
import { recordingMachinesOf } from '#kernel/config'
import { PostgresRecordingHolders, type RecordingHolders } from '#seams/store'
import { GoneMachines } from './gone-machines.ts'
import { addRecordingMetrics } from './metrics.ts'
import type { Module } from './module-health.ts'
import type { ServingOptions } from './serving-options.ts'

/** Whoever looks, looks each second; the figure moves with each call that ends. */
const FRESH_MS: Millis = 5_000
/** While a machine is gone all that it held are counted: for that the database has a twentieth of its time at the most. */
const FRESH_PER_MS = 20
/** Who asks waits so long for an answer, and then is told what was known. */
const ANSWER_MS_MAX: Millis = 400
/** A recording has its copy within seconds of its end, and a machine that is started anew is back by then. */
const LATE_MS: Millis = 10 * 60_000

/** What watching the copies of recordings is made of. */
export interface RecordingsWatchOptions {
  readonly holders: Pick<RecordingHolders, 'machines' | 'count'>
  readonly gone: Pick<GoneMachines, 'of'>
  /** On how many machines recordings shall lie. */
  readonly wanted: () => number
  readonly clock: Clock
}

/** How many recordings of the pool lie on fewer than two machines. */
export interface RecordingsState {
  readonly lacking: number
  /** How long ago the oldest of them ended. */
  readonly oldestMs: Millis
}

/** Counts the recordings that the loss of one machine would lose. However many ask, one question at most is under way. */
export class RecordingsWatch {
  readonly #options: RecordingsWatchOptions
  #known: RecordingsState | undefined
  #freshUntil = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(options: RecordingsWatchOptions) {
    this.#options = options
  }

  /** Undefined where there is nothing to copy to, where none is wanted, and while the database does not answer. */
  async state(): Promise<RecordingsState | undefined> {
    const { clock, wanted } = this.#options
    if (wanted() < 2) return undefined
    if (clock.monotonic() >= this.#freshUntil) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
    }
    if (this.#looking) await this.#within(this.#looking)
    return this.#known
  }

  /** The same as a part of a core, for whoever looks at the pool. */
  async module(): Promise<readonly Module[]> {
    const state = await this.state()
    if (!state) return []
    const { lacking, oldestMs } = state
    const minutes = Math.floor(oldestMs / 60_000)
    const detail =
      lacking === 0
        ? 'each lies on two machines'
        : `${lacking} on fewer than two machines, the oldest for ${minutes < 1 ? 'less than a minute' : `${minutes} min`}`
    return [{ name: 'recordings', healthy: lacking === 0 || oldestMs < LATE_MS, detail }]
  }

  async #look(): Promise<void> {
    const { holders, gone, clock } = this.#options
    const began = clock.monotonic()
    try {
      const machines = await holders.machines()
      const { count, oldestEndedAt } = await holders.count(gone.of(machines))
      const oldestMs = oldestEndedAt === undefined ? 0 : Math.max(0, clock.now() - oldestEndedAt)
      this.#known = machines.length > 1 ? { lacking: count, oldestMs } : undefined
    } catch {
      this.#known = undefined
    }
    const now = clock.monotonic()
    this.#freshUntil = now + Math.max(FRESH_MS, FRESH_PER_MS * (now - began))
  }

  #within(looking: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(ANSWER_MS_MAX, resolve)
      void looking.then(() => {
        timer.stop()
        resolve()
      })
    })
  }
}

/** The watch of a core, and its figures in its metrics. */
export function watchRecordings(
  { options, store, fold, pool, clock }: ServingOptions,
  metrics: Registry,
): RecordingsWatch {
  const live = () => new Set(pool.cores().flatMap(({ node, silent }) => (silent ? [] : [node])))
  const gone = new GoneMachines({
    ...{ node: options.node, live, clock },
    onChanged: (listener) => pool.list.onChanged(listener),
  })
  const watch = new RecordingsWatch({
    holders: new PostgresRecordingHolders(store),
    gone,
    wanted: () => recordingMachinesOf(fold.states.centre.configuration.parameters),
    clock,
  })
  addRecordingMetrics(metrics, watch)
  return watch
}
