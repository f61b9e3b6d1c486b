import type { Millis } from '#base'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, BODY_BYTES_MAX } from '#seams/log'
import { decodeBody, encode, type Lift } from './envelope.ts'
import { SEQUENCER_ERRORS } from './errors.ts'
import { evolve, type Fold } from './fold.ts'
import type { CommandFor, EventLike, Machines } from './machine.ts'

/** An event that was decided: what it says, and its text. */
export interface Entry {
  readonly at: Millis
  readonly body: string
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
  readonly #lift: Lift | undefined
  #states: Record<string, unknown>

  constructor(machines: M, fold: Fold<M>, lift?: Lift) {
    this.#machines = machines
    this.#fold = fold
    this.#lift = lift
    this.#states = fold.copyStates()
  }

  /**
   * Decides the commands in order, each on the state that the ones before left. When one is refused (or its machine fails)
   * none has happened: the states are built again from the durable ones and `undurable`, the events that wait.
   */
  decide(commands: readonly CommandFor<M>[], now: Millis, undurable: () => Iterable<Entry>): Decided {
    const entries: Entry[] = []
    let bytes = 0
    try {
      for (const { machine, command } of commands) {
        const name = machine as string
        const bodies = this.#machines[name]!.decide(this.#states[name], command, now).map((e) => encode(name, e))
        for (const body of bodies) {
          bytes += checkedBytes(body)
          entries.push({ at: now, body })
        }
        checkTotals(entries.length, bytes)
        for (const body of bodies) this.#evolve({ at: now, body })
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

  #evolve({ at, body }: Entry): void {
    evolve(this.#machines, this.#states, { at, ...decodeBody(body, this.#lift) } as {
      at: Millis
      machine: string
      event: EventLike
    })
  }

  #rebuild(undurable: Iterable<Entry>): void {
    try {
      this.#states = this.#fold.copyStates()
      for (const entry of undurable) this.#evolve(entry)
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
