import { assert, type Logger, type Millis } from '#base'
import { type Log, type LogRecord, READ_RECORDS_MAX, type Snapshot } from '#seams/log'
import { decode, type Lift } from './envelope.ts'
import { SEQUENCER_ERRORS } from './errors.ts'
import type { Machines, Sequenced, States } from './machine.ts'

/** The shape of a snapshot's text; another number is not read, and the log is folded from its beginning. */
const SNAPSHOT_FORMAT = 1

/** Called with what became durable, in order, after the states hold it. */
export type CommittedListener<M extends Machines> = (batch: readonly Sequenced<M>[]) => void

/**
 * The states as the durable log has them: what adapters, API and browsers read. One fold lives as long as its process; when
 * a backup becomes primary its fold goes over to the sequencer, with its listeners.
 */
export class Fold<M extends Machines> {
  readonly #machines: M
  readonly #logger: Logger
  readonly #lift: Lift | undefined
  readonly #listeners = new Set<CommittedListener<M>>()
  #states: Record<string, unknown>
  #sequence = 0
  #at: Millis = 0
  #snapshotSequence = 0

  constructor(machines: M, logger: Logger, lift?: Lift) {
    this.#machines = machines
    this.#logger = logger
    this.#lift = lift
    this.#states = initialStates(machines)
  }

  /** Read, never changed; the object of a state is replaced only when a snapshot is loaded. */
  get states(): States<M> {
    return this.#states as States<M>
  }

  /** The sequence of the newest event in the states. */
  get sequence(): number {
    return this.#sequence
  }

  /** When the newest event happened. */
  get at(): Millis {
    return this.#at
  }

  /** The sequence of the snapshot that was loaded; 0 without one. */
  get snapshotSequence(): number {
    return this.#snapshotSequence
  }

  /** Calls with every batch from now on. A listener that throws is logged and the others still hear. */
  onCommitted(listener: CommittedListener<M>): () => void {
    const entry: CommittedListener<M> = (batch) => listener(batch)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  /** Loads the newest snapshot, if it is ahead, and everything after it. */
  async load(log: Log): Promise<void> {
    const snapshot = await log.loadSnapshot()
    if (snapshot && snapshot.sequence > this.#sequence) this.#restore(snapshot)
    await this.catchUp(log)
  }

  /** Folds what the log has beyond the states; returns how many events that were. */
  async catchUp(log: Log): Promise<number> {
    const from = this.#sequence
    for (;;) {
      const records = await log.read(this.#sequence, READ_RECORDS_MAX)
      if (records.length > 0) this.apply(records)
      if (records.length < READ_RECORDS_MAX) return this.#sequence - from
    }
  }

  /** Folds records that follow on the newest one, then tells the listeners. Throws `sequencer.broken` when a machine fails. */
  apply(records: readonly LogRecord[]): readonly Sequenced<M>[] {
    return this.take(records.map((record) => decodeOrFail(record, this.#lift)))
  }

  /** The same for records that are read already. */
  take(batch: readonly Sequenced[]): readonly Sequenced<M>[] {
    for (const sequenced of batch) {
      assert(sequenced.sequence === this.#sequence + 1, 'the log is folded without a gap')
      evolve(this.#machines, this.#states, sequenced)
      this.#sequence = sequenced.sequence
      this.#at = sequenced.at
    }
    // Every machine's own types again: the names in the log are those of the machines.
    const typed = batch as unknown as readonly Sequenced<M>[]
    this.#tell(typed)
    return typed
  }

  /** The states as text, for a snapshot. */
  dump(): Snapshot {
    const body = JSON.stringify({
      format: SNAPSHOT_FORMAT,
      at: this.#at,
      states: dumpStates(this.#machines, this.#states),
    })
    return { sequence: this.#sequence, body }
  }

  /** A second set of the same states that shares nothing with the first. */
  copyStates(): Record<string, unknown> {
    return restoreStates(this.#machines, JSON.parse(JSON.stringify(dumpStates(this.#machines, this.#states))))
  }

  #restore(snapshot: Snapshot): void {
    try {
      const { format, at, states } = JSON.parse(snapshot.body)
      assert(format === SNAPSHOT_FORMAT, `a snapshot of format ${format}`)
      this.#states = restoreStates(this.#machines, states)
      this.#sequence = snapshot.sequence
      this.#at = at
      this.#snapshotSequence = snapshot.sequence
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#logger.warn(
        { sequence: snapshot.sequence, reason },
        'snapshot not readable, folding the log from its start',
      )
    }
  }

  #tell(batch: readonly Sequenced<M>[]): void {
    if (batch.length === 0) return
    for (const listener of [...this.#listeners]) {
      try {
        listener(batch)
      } catch (error) {
        this.#logger.error({ error: String(error), sequence: this.#sequence }, 'listener failed on committed events')
      }
    }
  }
}

/** Folds one event into its machine's state. An event of a machine that this release does not know is left alone. */
export function evolve<M extends Machines>(
  machines: M,
  states: Record<string, unknown>,
  { machine, event, at }: Pick<Sequenced, 'machine' | 'event' | 'at'>,
): void {
  const found = Object.hasOwn(machines, machine) ? machines[machine] : undefined
  if (!found) return
  try {
    found.evolve(states[machine], event, at)
  } catch (error) {
    throw SEQUENCER_ERRORS['sequencer.broken']({ reason: `${machine} ${event.type}: ${String(error)}` }, error)
  }
}

function decodeOrFail(record: LogRecord, lift?: Lift): Sequenced {
  try {
    return decode(record, lift)
  } catch (error) {
    throw SEQUENCER_ERRORS['sequencer.broken']({ reason: `event ${record.sequence}: ${String(error)}` }, error)
  }
}

function initialStates(machines: Machines): Record<string, unknown> {
  return Object.fromEntries(Object.entries(machines).map(([name, machine]) => [name, machine.initial()]))
}

function dumpStates(machines: Machines, states: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(machines).map(([name, machine]) => [name, machine.dump(states[name])]))
}

function restoreStates(machines: Machines, dumps: Record<string, unknown>): Record<string, unknown> {
  const restored = Object.entries(machines).map(([name, machine]) => {
    assert(Object.hasOwn(dumps, name), `no dump of the machine ${name}`)
    return [name, machine.restore(dumps[name])]
  })
  return Object.fromEntries(restored)
}
