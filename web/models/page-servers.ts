import { SILENCE_MS_MAX } from './live-connection.ts'
import { Store } from './store.ts'

/** A server that has not answered so often in a row is given up: a core that is exchanged, or a connection that is cut, is back at the second try. */
const FAILURES_MAX = 2

/** One missed word, and time for a poor network: to ask another machine costs nothing, if this one lives after all. */
const SILENCE_BESIDE_OTHERS_MS_MAX = 8_000

/**
 * The machine of the pool that a page asks (AA-18): the one that it came from, and when that does not answer another one that the session
 * names. All have the same state, and take the same token; so the page stays as it is, with what was typed and the call. The store's value is the origin.
 */
export class PageServers extends Store<string> {
  readonly #own: string
  #all: readonly string[]
  #failures = 0
  #left: 'silent' | 'refused' = 'refused'

  /** The origin of the page. */
  constructor(own: string) {
    super(own)
    this.#own = own
    this.#all = [own]
  }

  /** The one that is asked, then those that would be asked instead. */
  get all(): readonly string[] {
    const at = this.#all.indexOf(this.get())
    return [...this.#all.slice(at), ...this.#all.slice(0, at)]
  }

  /** How the one before was left: of a machine that is silent nothing else can be expected to answer. */
  get left(): 'silent' | 'refused' {
    return this.#left
  }

  /** Where `/ws` is. */
  get socket(): string {
    return this.get().replace(/^http/, 'ws')
  }

  /** What the session says; one that is asked just now stays it, named or not, as long as it answers. */
  learn(servers: readonly string[] = []): void {
    this.#all = [...new Set([this.#own, this.get(), ...servers])]
  }

  /** How long the one that is asked may say nothing: less where another could be asked. It speaks every 5 s. */
  get silenceMs(): number {
    return this.#all.length > 1 ? SILENCE_BESIDE_OTHERS_MS_MAX : SILENCE_MS_MAX
  }

  answered(): void {
    this.#failures = 0
  }

  /** It did not answer, or no longer: perhaps the next one does. One that is silent is not asked again first: that would take as long again. */
  failed(how: 'silent' | 'refused' = 'refused'): void {
    this.#failures++
    if (how === 'refused' && this.#failures < FAILURES_MAX) return
    this.#failures = 0
    this.#left = how
    this.set(this.all[1] ?? this.#own)
  }
}

/** Of this page. */
export const PAGE_SERVERS = new PageServers(globalThis.location?.origin ?? '')
