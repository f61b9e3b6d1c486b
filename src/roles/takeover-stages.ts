import type { VoiceMilestone } from '#adapters/voice'
import type { Clock, Logger, Millis } from '#base'

/** What a core does one after the other from the lease until it answers calls again. */
export type TakeoverStage =
  | 'predecessor ended'
  | 'lease opened'
  | 'log caught up'
  | 'voice started'
  | VoiceMilestone
  | 'calls compared'
  | 'pages served'

/** One stage that is over. */
interface Passed {
  readonly stage: TakeoverStage
  /** Since the lease was taken. */
  readonly atMs: Millis
  /** What this process has had of the processors since then, in ms: the rest of the time it waited, for others or for its turn. */
  readonly cpuMs: Millis
}

/** Notes when each stage of a takeover is over, for one line of the log that tells where the time went. */
export class TakeoverStages {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #term: number
  readonly #since: Millis
  readonly #cpu = process.cpuUsage()
  readonly #passed: Passed[] = []
  #told = false

  /** To be made when the lease is had. */
  constructor({ clock, logger, term }: { readonly clock: Clock; readonly logger: Logger; readonly term: number }) {
    this.#clock = clock
    this.#logger = logger
    this.#term = term
    this.#since = clock.monotonic()
  }

  /** The first time counts. The line is written with the first new call that is answered. */
  reached(stage: TakeoverStage): void {
    if (this.#told || this.#passed.some((one) => one.stage === stage)) return
    const { user, system } = process.cpuUsage(this.#cpu)
    const atMs = tenths(this.#clock.monotonic() - this.#since)
    this.#passed.push({ stage, atMs, cpuMs: tenths((user + system) / 1_000) })
    if (stage !== 'call answered') return
    this.#told = true
    this.#logger.info({ term: this.#term, stages: this.#passed }, 'answers calls')
  }
}

function tenths(ms: Millis): Millis {
  return Math.round(ms * 10) / 10
}
