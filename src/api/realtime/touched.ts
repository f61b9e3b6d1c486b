/** What a stretch of the log has touched, by name; a view is made of each only when somebody is to see it. */
export interface Touched {
  readonly queues: Set<string>
  readonly agents: Set<string>
  readonly interactions: Set<string>
  /** It holds interactions that began and ended within one look: nothing to show to who sees all of it, but who knew of one keeps it. */
  passing: boolean
}

/** Nothing touched. */
export function untouched(): Touched {
  return { queues: new Set(), agents: new Set(), interactions: new Set(), passing: false }
}

/** How many names there are. */
export function sizeOf(touched: Touched): number {
  return touched.queues.size + touched.agents.size + touched.interactions.size
}

/** Adds the names of one to another. */
export function addTouched(to: Touched, from: Touched): void {
  for (const name of from.queues) to.queues.add(name)
  for (const name of from.agents) to.agents.add(name)
  for (const id of from.interactions) to.interactions.add(id)
  to.passing ||= from.passing
}

/** A minute of a very busy centre, in a few megabytes: a browser that was away longer gets a snapshot, which is smaller by then. */
const NAMES_MAX = 50_000

/** Remembers what was touched lately, so that a browser that comes back gets only that. */
export class TouchedRing {
  readonly #max: number
  #entries: { readonly after: number; readonly to: number; readonly touched: Touched }[] = []
  #names = 0
  #begin: number

  /** Knows everything after `begin`. */
  constructor(begin: number, max = NAMES_MAX) {
    this.#begin = begin
    this.#max = max
  }

  /** The newest sequence that it knows of. */
  get end(): number {
    return this.#entries.at(-1)?.to ?? this.#begin
  }

  push(to: number, touched: Touched): void {
    this.#entries.push({ after: this.end, to, touched })
    this.#names += sizeOf(touched)
    while (this.#names > this.#max && this.#entries.length > 0) {
      const oldest = this.#entries.shift()!
      this.#names -= sizeOf(oldest.touched)
      this.#begin = oldest.to
    }
  }

  /** What was touched after the sequence; undefined when that is too long ago to know, or when what passed within one look may have been seen elsewhere. */
  since(sequence: number): Touched | undefined {
    if (sequence < this.#begin) return undefined
    const all = untouched()
    for (const { after, to, touched } of this.#entries) {
      if (to <= sequence) continue
      if (touched.passing && after < sequence) return undefined
      addTouched(all, touched)
    }
    return all
  }
}
