import type { Clock, Timer } from '#base'
import type { ClientTimer, ServerTimer } from './tables.ts'

/** The base values of RFC 3261 table 4, in milliseconds. */
export interface TimerValues {
  /** The estimate of a round trip. Smaller floods slow networks with repetitions, larger makes a lost packet felt. */
  readonly t1Ms: number
  /** The longest pause between repetitions of a non-INVITE request and of a response to INVITE. */
  readonly t2Ms: number
  /** How long a message may linger in the network. */
  readonly t4Ms: number
}

/** T1 500 ms, T2 4 s, T4 5 s: the values of RFC 3261, and those that every peer expects. */
export const DEFAULT_TIMERS: TimerValues = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 }

/** RFC 3261 17.1.1.2: at least 32 s for unreliable transports, whatever T1 is. */
const TIMER_D_MS = 32_000

export type TimerName = ClientTimer | ServerTimer

/** Whether the timer repeats a message; such a timer does not exist on a reliable transport. */
export function isRepeating(name: TimerName): boolean {
  return name === 'A' || name === 'E' || name === 'G'
}

/** RFC 3261 table 4: how long a timer runs when it is started. */
export function durationOf(name: TimerName, values: TimerValues, reliable: boolean): number {
  switch (name) {
    case 'A':
    case 'E':
    case 'G':
      return values.t1Ms
    case 'D':
      return reliable ? 0 : Math.max(TIMER_D_MS, 64 * values.t1Ms)
    case 'I':
    case 'K':
      return reliable ? 0 : values.t4Ms
    case 'J':
      return reliable ? 0 : 64 * values.t1Ms
    default:
      return 64 * values.t1Ms
  }
}

/** The timers of one transaction that run at the moment. */
export class TimerSet<Name extends TimerName> {
  readonly #clock: Clock
  readonly #values: TimerValues
  readonly #reliable: boolean
  readonly #fire: (name: Name) => void
  readonly #running = new Map<Name, Timer>()
  #repeatMs = 0

  constructor(options: { clock: Clock; values: TimerValues; reliable: boolean }, fire: (name: Name) => void) {
    this.#clock = options.clock
    this.#values = options.values
    this.#reliable = options.reliable
    this.#fire = fire
  }

  /** Stops what runs and is not in the list, starts what is in it and does not run. */
  keep(names: readonly Name[]): void {
    for (const [name, timer] of this.#running) {
      if (names.includes(name)) continue
      timer.stop()
      this.#running.delete(name)
    }
    for (const name of names) {
      if (this.#running.has(name) || (isRepeating(name) && this.#reliable)) continue
      const durationMs = durationOf(name, this.#values, this.#reliable)
      if (isRepeating(name)) this.#repeatMs = durationMs
      this.#start(name, durationMs)
    }
  }

  /** Sets a repeating timer again: A doubles without a cap, E and G up to T2, E at once to T2 when asked for. */
  again(name: Name, atOnceT2: boolean): void {
    const doubled = this.#repeatMs * 2
    this.#repeatMs = atOnceT2 ? this.#values.t2Ms : name === 'A' ? doubled : Math.min(doubled, this.#values.t2Ms)
    this.#start(name, this.#repeatMs)
  }

  #start(name: Name, durationMs: number): void {
    this.#running.set(
      name,
      this.#clock.after(durationMs, () => {
        this.#running.delete(name)
        this.#fire(name)
      }),
    )
  }
}
