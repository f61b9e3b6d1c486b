import { type Clock, type Millis, setNewest, type Timer } from '#base'
import { firstMessage, type LogBatch, RecentRecords } from '#seams/log'
import { TELLING_ERRORS } from './errors.ts'
import { NextSchema, WAIT_MS_MAX } from './messages.ts'

/** Between two answers to a core, what comes is gathered: an answer costs the same for one event as for fifty. With this 99 of 100 events are at a backup within 20 ms of their decision. */
const GATHER_MS = 7
/** Three cores each of twenty machines, and as many of their earlier lives: more is a fault of whoever asks. */
const ASKERS_MAX = 120

/** What a teller is made of. */
export interface LogTellerOptions {
  readonly clock: Clock
  /** The primary's term. */
  readonly term: number
  /** What is in the log already, when it begins to write. */
  readonly head: number
  /** Whether what this core decides becomes durable: one that is cut off may be no primary any more, and knows nothing new. */
  writes(): boolean
}

interface Asking {
  readonly after: number
  readonly answer: () => void
  /** When it is answered at the latest. */
  timer: Timer
  /** Something came, and more is waited for. */
  gathers: boolean
}

/**
 * The primary's side: tells cores that follow what it has just written, so that they need ask the database only for what is older. All that it
 * tells is in the log, so it does not matter who is primary by the time that it is heard.
 */
export class LogTeller {
  readonly #options: LogTellerOptions
  readonly #recent = new RecentRecords()
  readonly #asking = new Map<string, Asking>()
  readonly #answeredAt = new Map<string, Millis>()
  #closed = false

  constructor(options: LogTellerOptions) {
    this.#options = options
    this.#recent.begin(options.head)
  }

  /** Told after the store has it. */
  written(batch: LogBatch): void {
    this.#recent.add(batch)
    for (const [from, asking] of this.#asking) this.#answerInTime(from, asking)
  }

  /** What follows, as soon as there is something; one question of each core waits, its last. */
  async next(body: unknown, from: string): Promise<{ readonly term: number; readonly records: LogBatch['records'] }> {
    const { success, data } = NextSchema.safeParse(body)
    if (!success) throw TELLING_ERRORS['telling.invalid']()
    const { after } = data
    if (this.#closed || !this.#options.writes()) throw TELLING_ERRORS['telling.not-primary']()
    if (after < this.#recent.oldest || after > this.#recent.end) throw TELLING_ERRORS['telling.not-kept']({ after })
    this.#asking.get(from)?.answer()
    if (this.#asking.size >= ASKERS_MAX) throw TELLING_ERRORS['telling.too-many']()
    await this.#something(after, from)
    return { term: this.#options.term, records: firstMessage(this.#recent.after(after) ?? []) }
  }

  /** Nothing is told any more; who waits is answered. */
  close(): void {
    this.#closed = true
    for (const { answer } of [...this.#asking.values()]) answer()
  }

  #something(after: number, from: string): Promise<void> {
    const { clock } = this.#options
    return new Promise((resolve) => {
      const answer = (): void => {
        asking.timer.stop()
        if (this.#asking.get(from) === asking) this.#asking.delete(from)
        this.#remember(from)
        resolve()
      }
      const asking: Asking = { after, answer, timer: clock.after(WAIT_MS_MAX, answer), gathers: false }
      this.#asking.set(from, asking)
      this.#answerInTime(from, asking)
    })
  }

  /** At once, or when what comes right after the last answer has been gathered. */
  #answerInTime(from: string, asking: Asking): void {
    if (asking.gathers || asking.after >= this.#recent.end) return
    const { clock } = this.#options
    const restMs = (this.#answeredAt.get(from) ?? Number.NEGATIVE_INFINITY) + GATHER_MS - clock.monotonic()
    if (restMs <= 0) return asking.answer()
    asking.gathers = true
    asking.timer.stop()
    asking.timer = clock.after(restMs, asking.answer)
  }

  #remember(from: string): void {
    setNewest(this.#answeredAt, from, this.#options.clock.monotonic(), ASKERS_MAX)
  }
}
