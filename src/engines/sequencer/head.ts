import type { Millis } from '#base'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, BODY_BYTES_MAX } from '#seams/log'
import { decodeBody, encode, type Lift } from './envelope.ts'
import { SEQUENCER_ERRORS } from './errors.ts'
import { evolve, type Fold } from './fold.ts'
import type { CommandFor, EventLike, Machines } from './machine.ts'

/** An event that was decided: its text, and what a reader of that text finds. */
export interface Entry {
  readonly at: Millis
  readonly body: string
  readonly machine: string
  readonly event: EventLike
}

/** What one submit decided. */
export interface Decided {
  readonly entries: readonly Entry[]
  readonly bytes: number
}

/**
 * The states that decisions are made on: the durable ones and, on top, every event that is decided but not yet durable.
 * Nobody but the sequencer reads them, so nobody can act on what may yet be lost.
 */
export class Head<M extends Machines> {
  readonly #machines: M
  readonly #fold: Fold<M>
  readonly #formats: { readonly lift?: Lift; readonly lower?: Lift }
  #states: Record<string, unknown>

  constructor(machines: M, fold: Fold<M>, formats: { readonly lift?: Lift; readonly lower?: Lift } = {}) {
    this.#machines = machines
    this.#fold = fold
    this.#formats = formats
    this.#states = fold.copyStates()
  }

  /**
   * Decides the commands in order, each on the state that the ones before left. When one is refused (or its machine fails)
   * none has happened: the states are built again from the durable ones and `undurable`, the events that wait.
   */
  decide(commands: readonly CommandFor<M>[], now: Millis, undurable: () => Iterable<Entry>): Decided {
    const { lift, lower } = this.#formats
    const entries: Entry[] = []
    let bytes = 0
    try {
      for (const { machine, command } of commands) {
        const name = machine as string
        const decided = this.#machines[name]!.decide(this.#states[name], command, now)
        const from = entries.length
        for (const event of decided) {
          const body = encode(name, lower ? lower(name, event) : event)
          bytes += checkedBytes(body)
          entries.push({ at: now, body, ...decodeBody(body, lift) })
        }
        checkTotals(entries.length, bytes)
        for (const entry of entries.slice(from)) evolve(this.#machines, this.#states, entry)
      }
    } catch (error) {
      if (entries.length > 0) this.#rebuild(undurable())
      throw error
    }
    return { entries, bytes }
  }

  /** The machines that have something due, and when the next falls due otherwise. */
  deadlines(): { readonly machine: string; readonly at: Millis }[] {
    const found: { machine: string; at: Millis }[] = []
    for (const [machine, { nextDeadline, tick }] of Object.entries(this.#machines)) {
      const at = tick && nextDeadline?.call(this.#machines[machine], this.#states[machine])
      if (at !== undefined) found.push({ machine, at })
    }
    return found
  }

  #rebuild(undurable: Iterable<Entry>): void {
    try {
      this.#states = this.#fold.copyStates()
      for (const entry of undurable) evolve(this.#machines, this.#states, entry)
    } catch (error) {
      throw SEQUENCER_ERRORS['sequencer.broken']({ reason: `its states cannot be copied: ${String(error)}` }, error)
    }
  }
}

function checkedBytes(body: string): number {
  const bytes = Buffer.byteLength(body)
  if (bytes <= BODY_BYTES_MAX) return bytes
  throw SEQUENCER_ERRORS['sequencer.too-large']({ reason: `an event has ${bytes} bytes of ${BODY_BYTES_MAX}` })
}

function checkTotals(events: number, bytes: number): void {
  if (events > BATCH_RECORDS_MAX) {
    throw SEQUENCER_ERRORS['sequencer.too-large']({ reason: `there are ${events} of ${BATCH_RECORDS_MAX}` })
  }
  if (bytes > BATCH_BYTES_MAX) {
    throw SEQUENCER_ERRORS['sequencer.too-large']({ reason: `they have ${bytes} bytes of ${BATCH_BYTES_MAX}` })
  }
}
