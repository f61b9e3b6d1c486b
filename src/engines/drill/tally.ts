import type { Millis } from '#base'
import type { Log, LogRecord } from '#seams/log'
import type { DrillHistory } from './history.ts'

/** As many as one read gives; a drill's minute has far fewer. */
const READ_MAX = 1_000

/** How far back it reads to learn who waits: an hour of a busy centre, in a fifth of a second. */
const BEFORE_MAX = 20_000

/** What the tally reads of an event; the rest does not concern it. */
interface Told {
  readonly type?: string
  readonly interaction?: string
  readonly reason?: string
  readonly enteredAt?: number
  /** An id, or the party itself in an offer. */
  readonly participant?: string | { readonly id?: string }
}

/** Counts, from the log alone, what becomes of the contacts that were open when the drill struck. */
export class Tally {
  readonly #log: Pick<Log, 'head' | 'read'>
  readonly #open: Set<string>
  readonly #waiting = new Set<string>()
  readonly #closed = new Set<string>()
  readonly #lost = new Set<string>()
  readonly #displaced = new Set<string>()
  readonly #offered = new Set<string>()
  readonly #terms = new Set<number>()
  #term = 0
  #struck: { readonly at: Millis; readonly open: ReadonlySet<string> } | undefined
  #position: number

  private constructor(log: Pick<Log, 'head' | 'read'>, position: number, open: readonly string[]) {
    this.#log = log
    this.#position = position
    this.#open = new Set(open)
  }

  static async open(log: Pick<Log, 'head' | 'read'>, history: DrillHistory): Promise<Tally> {
    const { position, contacts } = await history.open()
    return new Tally(log, Math.max(0, position - BEFORE_MAX), contacts)
  }

  /** Reads what the log has more. */
  async follow(): Promise<void> {
    for (;;) {
      const records = await this.#log.read(this.#position, READ_MAX)
      for (const record of records) this.#take(record)
      if (records.length < READ_MAX) return
    }
  }

  /** From now on what is lost is the drill's doing. */
  mark(at: Millis): void {
    this.#struck = { at, open: new Set(this.#open) }
    if (this.#term > 0) this.#terms.add(this.#term)
  }

  /** What stands at this moment. */
  standing(): { readonly standing: number; readonly waiting: number } {
    return { standing: this.#open.size, waiting: this.#waiting.size }
  }

  get lost(): number {
    return this.#lost.size
  }

  get placesLost(): number {
    return this.#displaced.size
  }

  /** The term that wrote at the blow, and those after it: two say that another core took over. */
  get terms(): readonly number[] {
    return [...this.#terms]
  }

  /** Contacts that came to their end since the blow. */
  closed(): readonly string[] {
    return [...this.#closed]
  }

  #take({ sequence, term, body }: LogRecord): void {
    this.#position = sequence
    this.#term = term
    if (this.#struck) this.#terms.add(term)
    const { m, e } = JSON.parse(body) as { m?: string; e?: Told }
    const contact = e?.interaction
    if (m !== 'centre' || !e || contact === undefined) return
    const affected = this.#struck?.open.has(contact) === true
    if (e.type === 'InteractionCreated') this.#open.add(contact)
    else if (e.type === 'Queued') this.#queued(contact, e, affected)
    else if (e.type === 'ParticipantCleared') {
      if (affected && e.reason === 'lost') this.#lost.add(contact)
    } else if (e.type === 'Offered') this.#offered.add(idOf(e))
    else if (e.type === 'ParticipantConnected' && this.#offered.delete(idOf(e))) this.#waiting.delete(contact)
    if (e.type !== 'InteractionClosed') return
    this.#open.delete(contact)
    this.#waiting.delete(contact)
    if (this.#struck) this.#closed.add(contact)
    if (affected && e.reason === 'failed') this.#lost.add(contact)
  }

  /** Who waited and is put into the queue again must have the moment at which it came first. */
  #queued(contact: string, { enteredAt = 0 }: Told, affected: boolean): void {
    const waited = this.#waiting.has(contact)
    if (this.#struck && affected && waited && enteredAt >= this.#struck.at) this.#displaced.add(contact)
    this.#waiting.add(contact)
  }
}

function idOf({ participant }: Told): string {
  return typeof participant === 'string' ? participant : (participant?.id ?? '')
}
