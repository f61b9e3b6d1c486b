/** How what is wanted comes alive, and ends. */
export interface LiveSetOptions<Wanted, Live> {
  /** Undefined: this cannot live, and is tried again at the next look. */
  begin(wanted: Wanted): Live | undefined
  /** Ends after what is under way. */
  end(live: Live): Promise<unknown>
}

interface Entry<Wanted, Live> {
  readonly wanted: Wanted
  readonly live: Live
}

/** What lives for each thing that is wanted, by its name. A thing that is another one than before is ended and begun anew. */
export class LiveSet<Wanted, Live> {
  readonly #options: LiveSetOptions<Wanted, Live>
  readonly #entries = new Map<string, Entry<Wanted, Live>>()
  readonly #ending = new Set<Promise<unknown>>()
  #closed = false

  constructor(options: LiveSetOptions<Wanted, Live>) {
    this.#options = options
  }

  /** Makes what lives that which is wanted now: the same object is the same thing. */
  follow(wanted: ReadonlyMap<string, Wanted>): void {
    if (this.#closed) return
    for (const [name, entry] of this.#entries) if (wanted.get(name) !== entry.wanted) this.#end(name, entry)
    for (const [name, one] of wanted) {
      if (this.#entries.has(name)) continue
      const live = this.#options.begin(one)
      if (live !== undefined) this.#entries.set(name, { wanted: one, live })
    }
  }

  get(name: string): Live | undefined {
    return this.#entries.get(name)?.live
  }

  values(): readonly Live[] {
    return [...this.#entries.values()].map(({ live }) => live)
  }

  /** Ends all, and returns when nothing lives, those included that were ending already. */
  async close(): Promise<void> {
    this.#closed = true
    for (const [name, entry] of this.#entries) this.#end(name, entry)
    await Promise.all(this.#ending)
  }

  #end(name: string, { live }: Entry<Wanted, Live>): void {
    this.#entries.delete(name)
    // How it ends is its own affair: nobody waits for more than that it has.
    const ended = this.#options
      .end(live)
      .catch(() => {})
      .finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}
