import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import type { Log } from '#seams/log'
import { SEQUENCER_ERRORS } from './errors.ts'
import type { Entry } from './head.ts'
import type { SequencerLimits } from './limits.ts'

/** What an appender is made of. */
export interface AppenderOptions {
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  readonly term: number
  readonly limits: Pick<SequencerLimits, 'retryMsMin' | 'retryMsMax'>
}

/**
 * Writes batches exactly once, however often the store goes away in between.
 *
 *   append ──▶ landed
 *     │ unreachable ──▶ pause ──▶ append …         (the first try may have landed)
 *     │ gap ──▶ the same records stand there? ──▶ landed, else diverged
 *     └ fenced ──▶ fenced
 */
export class Appender {
  readonly #options: AppenderOptions
  #stopped = false

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /** Returns once the entries are durable after that sequence; fails only for good. */
  async append(after: number, entries: readonly Entry[]): Promise<void> {
    const { log, logger, term, limits } = this.#options
    let pauseMs = limits.retryMsMin
    while (!this.#stopped) {
      try {
        await log.append({ term, after, records: entries })
        return
      } catch (error) {
        if (isTandemError(error, 'log.fenced')) throw SEQUENCER_ERRORS['sequencer.fenced']({ term }, error)
        const verdict = isTandemError(error, 'log.gap') ? await this.#landed(after, entries) : error
        if (verdict === 'landed') return
        if (!isTandemError(verdict, 'log.unreachable')) throw verdict
        logger.warn({ error: String(verdict), after, events: entries.length }, 'log not reachable, appending again')
      }
      await this.#pause(pauseMs)
      pauseMs = Math.min(pauseMs * 2, limits.retryMsMax)
    }
    throw SEQUENCER_ERRORS['sequencer.closed']()
  }

  /** Ends the tries of an append that is under way. */
  stop(): void {
    this.#stopped = true
  }

  /** Whether an earlier try was written after all, its answer lost: 'landed', or the error that says what else is so. */
  async #landed(after: number, entries: readonly Entry[]): Promise<'landed' | unknown> {
    const { log, term } = this.#options
    try {
      const found = await log.read(after, entries.length)
      const same =
        found.length === entries.length &&
        found.every((r, i) => r.term === term && r.at === entries[i]!.at && r.body === entries[i]!.body)
      return same ? 'landed' : SEQUENCER_ERRORS['sequencer.diverged']({ after })
    } catch (error) {
      return error
    }
  }

  #pause(delayMs: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(delayMs, resolve)
    })
  }
}
