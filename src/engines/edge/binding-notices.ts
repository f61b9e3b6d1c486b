import type { Clock } from '#base'
import type { Bindings } from './bindings.ts'
import type { CoreLink } from './core-link.ts'

/** Users whose bindings are told to a new core at one go; a pause of one turn lets the channel write them. */
const BATCH = 200

/** When the channel is full it is tried again after this time. */
const PAUSE_MS = 50

/** Tells the core where the users' phones are: at each change, and all of it to a core that has just come. */
export class BindingNotices {
  readonly #clock: Clock
  readonly #link: Pick<CoreLink, 'notify' | 'core'>
  #round = 0

  constructor(clock: Clock, link: Pick<CoreLink, 'notify' | 'core'>) {
    this.#clock = clock
    this.#link = link
  }

  /** One user's bindings after a change. A core that is not there is told all when it comes. */
  tell(bindings: Bindings, user: string): void {
    this.#batch(bindings, [user], this.#round)
  }

  /** All bindings, in batches; a newer core, which is told all anew, ends it. */
  tellAll(bindings: Bindings): void {
    this.#batch(bindings, bindings.users(), ++this.#round)
  }

  close(): void {
    this.#round = Number.NaN
  }

  #batch(bindings: Bindings, users: readonly string[], round: number): void {
    if (round !== this.#round) return
    for (const [index, user] of users.slice(0, BATCH).entries()) {
      if (
        this.#link.notify({ type: 'bindings', user, bindings: bindings.of(user), removals: bindings.removalsOf(user) })
      )
        continue
      if (this.#link.core) this.#clock.after(PAUSE_MS, () => this.#batch(bindings, users.slice(index), round))
      return
    }
    if (users.length > BATCH) this.#clock.after(0, () => this.#batch(bindings, users.slice(BATCH), round))
  }
}
