import type { Clock, Logger } from '#base'
import { LogTeller, NEXT, TELLING_ERRORS, ToldRecords } from '#engines/telling'
import type { LogBatch } from '#seams/log'
import type { CoreLink } from './core-link.ts'

/** What a core tells others of the log while it is primary, and is told while it is not. */
export class CoreTelling {
  readonly told: ToldRecords
  readonly #clock: Clock
  #teller: LogTeller | undefined

  constructor(options: { position(): number; readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = options.clock
    this.told = new ToldRecords(options)
  }

  /** Asks and answers from now on. */
  linked(link: CoreLink): void {
    link.links.answer(NEXT, (body, from) => {
      if (!this.#teller) throw TELLING_ERRORS['telling.not-primary']()
      return this.#teller.next(body, from)
    })
    this.told.linked({
      primary: () => link.primary,
      onChanged: (listener) => link.onChanged(listener),
      ask: (...question) => link.links.ask(...question),
    })
  }

  /** This core writes the log from here on. */
  lead(term: number, head: number, writes: () => boolean): void {
    this.#teller = new LogTeller({ clock: this.#clock, term, head, writes })
  }

  /** The store has it. */
  written(batch: LogBatch): void {
    this.#teller?.written(batch)
  }

  /** Who waits is answered. */
  async close(): Promise<void> {
    this.#teller?.close()
  }
}
