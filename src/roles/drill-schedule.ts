import { Cron } from 'croner'
import { type Clock, isTandemError, type Logger, newId } from '#base'
import type { Drills } from '#seams/store'

/** Test calls of a drill that nobody watches. */
const CALLS = 3

export interface DrillScheduleOptions {
  /** When, as a line of cron (`0 3 * * 0`: Sundays at three), in the machine's time zone. */
  readonly pattern: string
  /** What the test calls dial. */
  readonly number: string
  readonly node: string
  readonly drills: Drills
  /** The core that is primary now, and how many cores there are. */
  standing(): Promise<{ readonly primary: string | undefined; readonly cores: number }>
  readonly clock: Clock
  readonly logger: Logger
}

/** Asks for a drill of the primary by the timetable, on the machine that has it, and only while a backup stands behind it. */
export class DrillSchedule {
  readonly #options: DrillScheduleOptions
  readonly #cron: Cron

  constructor(options: DrillScheduleOptions) {
    this.#options = options
    this.#cron = new Cron(options.pattern, { unref: true, protect: true }, () => this.strike())
  }

  /** What the timetable does; says why when it does not. */
  async strike(): Promise<void> {
    const { node, drills, number, standing, clock, logger } = this.#options
    try {
      const { primary, cores } = await standing()
      if (primary?.split('#')[0] !== node) return
      if (cores < 2) return logger.warn({}, 'no drill: there is no backup core')
      const row = {
        id: newId('drill'),
        askedAt: clock.now(),
        askedBy: 'schedule',
        node,
        kill: 'core',
        calls: CALLS,
        number,
      } as const
      if (!(await drills.ask(row))) logger.warn({}, 'no drill: another is under way')
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      logger.warn({ problem: cause.message }, 'no drill: the database does not answer')
    }
  }

  close(): void {
    this.#cron.stop()
  }
}

/** Why a text is no timetable, or undefined. */
export function whyNoSchedule(pattern: string): string | undefined {
  try {
    new Cron(pattern, { paused: true }).stop()
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
