/** The beat of the packet thread: packet times are multiples of it, and streams are spread over its beats. */
export const TICK_MS = 5

/** A task may sleep for this many ticks less one: 5.1 s, enough for the 5 s of RTCP. */
const SLOTS = 1024

/**
 * After a stall the missed ticks are made up, up to this many (80 ms): a phone's jitter buffer still finds a place for what comes so
 * late. What was missed before that is left out; were it sent too, the phone would drop it or lag behind by it for the rest of the call.
 */
const CATCH_UP_TICKS_MAX = 16

/**
 * What runs on the wheel: gives the ticks until it runs again; 0 when it is done. The time that it is told is that of its tick, so that
 * what is made up after a stall has the times that it should have had.
 */
export interface WheelTask {
  run(tickMs: number): number
}

/** One timer for everything that is periodic: 600 sessions cost one wake-up every 5 ms. */
export class TickWheel {
  readonly #slots: WheelTask[][] = Array.from({ length: SLOTS }, () => [])
  #originMs: number
  #tick = 0
  /** How many tasks of each period have begun. */
  readonly #begun = new Map<number, number>()

  constructor(nowMs: number) {
    this.#originMs = nowMs
  }

  /** The moment at which the next tick is due. */
  get dueMs(): number {
    return this.#originMs + (this.#tick + 1) * TICK_MS
  }

  /** Runs the task for the first time within `period` ticks; tasks of one period are spread evenly over them. */
  start(task: WheelTask, period: number): void {
    const begun = this.#begun.get(period) ?? 0
    this.#begun.set(period, begun + 1)
    // Counted on the wheel and not from now, so that tasks that begin at different moments are spread over the same ticks.
    const phase = (begun - this.#tick) % period
    this.#put(task, phase > 0 ? phase : phase + period)
  }

  /** Runs all ticks that are due; gives how late the first of them was, or -1 when none was due. */
  advance(nowMs: number): number {
    const lateMs = nowMs - this.dueMs
    if (lateMs < 0) return -1
    const due = Math.floor(lateMs / TICK_MS) + 1
    if (due > CATCH_UP_TICKS_MAX) this.#originMs += (due - CATCH_UP_TICKS_MAX) * TICK_MS
    for (let i = Math.min(due, CATCH_UP_TICKS_MAX); i > 0; i--) this.#step()
    return lateMs
  }

  #step(): void {
    this.#tick++
    const tickMs = this.#originMs + this.#tick * TICK_MS
    const index = this.#tick % SLOTS
    const tasks = this.#slots[index]!
    if (tasks.length === 0) return
    this.#slots[index] = []
    for (const task of tasks) {
      const ticks = task.run(tickMs)
      if (ticks > 0) this.#put(task, ticks)
    }
  }

  #put(task: WheelTask, ticks: number): void {
    this.#slots[(this.#tick + Math.min(ticks, SLOTS - 1)) % SLOTS]!.push(task)
  }
}
