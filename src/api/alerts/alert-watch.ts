import type { QueueLive } from '#api/contract'
import { type CentrePort, QueueMembers, viewQueues } from '#api/live'
import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import { lookAtThresholds, type WatchedValue } from '#kernel/alert'
import type { CentreState } from '#kernel/centre'
import type { Threshold } from '#kernel/config'
import { queueOf } from '#kernel/interaction'

/** People look about once a second as well; more often, and a figure that trembles would fill the log. */
const LOOK_EVERY_MS: Millis = 1_000

/** What the watch needs. */
export interface AlertWatchOptions {
  readonly centre: CentrePort
  /** Whether this core decides. */
  readonly isPrimary: () => boolean
  readonly clock: Clock
  readonly logger: Logger
  /** How often it looks; a second unless told. */
  readonly everyMs?: Millis
}

/**
 * Measures what thresholds watch, once a second, on the core that decides. What follows from it the kernel decides, and only what changes
 * something is asked: so a core that takes over goes on with what is in the state.
 */
export class AlertWatch {
  readonly #options: AlertWatchOptions
  readonly #members = new QueueMembers()
  #timer: Timer | undefined
  #isAsking = false
  #isClosed = false

  constructor(options: AlertWatchOptions) {
    this.#options = options
    this.#wait()
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.stop()
  }

  #wait(): void {
    if (this.#isClosed) return
    const { clock, everyMs = LOOK_EVERY_MS } = this.#options
    this.#timer = clock.after(everyMs, () => {
      this.#look()
      this.#wait()
    })
  }

  #look(): void {
    const { centre, clock, isPrimary } = this.#options
    // One question at a time: while the log is slow, the state does not hold yet what was asked before.
    if (this.#isAsking || !isPrimary()) return
    const state = centre.state()
    const { thresholds } = state.configuration
    if (thresholds.size === 0 && state.alerts.crossings.size === 0) return
    const values = watchedValues(state, this.#members, clock.now())
    if (lookAtThresholds(state.alerts, thresholds, values, clock.now()).length > 0) void this.#ask(values)
  }

  async #ask(values: readonly WatchedValue[]): Promise<void> {
    this.#isAsking = true
    try {
      await this.#options.centre.submit([{ type: 'LookAtThresholds', values }])
    } catch (error) {
      // The log is away, or this core decides no longer: the next look asks again.
      const problem = isTandemError(error) ? error.code : String(error)
      if (!this.#isClosed) this.#options.logger.debug({ problem }, 'thresholds could not be looked at')
    } finally {
      this.#isAsking = false
    }
  }
}

/** The value of every figure that a threshold watches, but of those that have nothing to go by. */
export function watchedValues(state: CentreState, members: QueueMembers, now: Millis): readonly WatchedValue[] {
  const thresholds = [...state.configuration.thresholds.values()]
  const names = thresholds.some(({ queue }) => queue === undefined)
    ? undefined
    : new Set(thresholds.flatMap(({ queue }) => queue ?? []))
  const queues = viewQueues(state, { members, now }, names)
  const overdue = thresholds.some(({ figure }) => figure === 'overdue')
    ? overdueByQueue(state)
    : new Map<string, number>()
  const values: WatchedValue[] = []
  for (const threshold of thresholds) {
    for (const queue of queues) {
      if (!isWatched(threshold, queue)) continue
      const value = threshold.figure === 'overdue' ? (overdue.get(queue.name) ?? 0) : figureOf(queue, threshold.figure)
      if (value !== undefined) values.push({ threshold: threshold.name, queue: queue.name, value })
    }
  }
  return values
}

function isWatched(threshold: Threshold, { name }: QueueLive): boolean {
  return threshold.queue === undefined || threshold.queue === name
}

/** How many work items are overdue, by the queue that they are of. */
function overdueByQueue({ interactions }: Pick<CentreState, 'interactions'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const interaction of interactions.values()) {
    const queue = interaction.item?.isOverdue && interaction.phase.state !== 'wrapping-up' && queueOf(interaction)
    if (queue) counts.set(queue, (counts.get(queue) ?? 0) + 1)
  }
  return counts
}

function figureOf(queue: QueueLive, figure: Exclude<Threshold['figure'], 'overdue'>): number | undefined {
  switch (figure) {
    case 'waiting':
      return queue.waiting
    case 'longest-wait':
      return queue.longestWaitMs
    case 'ready':
      return queue.agents.ready ?? 0
    case 'service-level':
      return queue.serviceLevelToday.percent ?? undefined
    case 'abandoned':
      return queue.serviceLevelToday.abandoned
  }
}
