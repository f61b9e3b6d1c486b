import type { Clock, Millis } from '#base'
import type { Registers } from '#seams/registers'

/** Who types says so every three seconds; two of them may be lost. */
const TYPING_MS: Millis = 8_000
/** Whoever says it more often is not told of more often. */
const AGAIN_MS: Millis = 2_000
const PREFIX = 'typing/'

/** What marks are made of. */
export interface TypingMarksOptions {
  readonly registers: Pick<Registers, 'set' | 'remove' | 'watch'>
  readonly clock: Clock
}

/**
 * Who is writing where, on every machine of the pool: a register for each, which expires by itself. While the registers are away each core knows
 * what it is told itself.
 */
export class TypingMarks {
  readonly #options: TypingMarksOptions
  /** Who writes, by place. */
  readonly #writing = new Map<string, Set<string>>()
  /** When this core told it last, by key; gone with the mark. */
  readonly #told = new Map<string, Millis>()
  readonly #listeners = new Set<(place: string) => void>()
  readonly #stop: () => void

  constructor(options: TypingMarksOptions) {
    this.#options = options
    this.#stop = options.registers.watch(PREFIX, ({ key, value }) => this.#note(key, value !== undefined))
  }

  /** Somebody is writing in a conversation or room, or has stopped. */
  type(place: string, who: string, types: boolean): void {
    const { registers, clock } = this.#options
    const key = keyOf(place, who)
    if (!types) {
      if (this.is(place, who)) registers.remove(key).catch(() => {})
      return
    }
    const now = clock.monotonic()
    if (this.is(place, who) && now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return
    registers.set(key, '1', TYPING_MS).catch(() => {})
    if (this.is(place, who)) this.#told.set(key, now)
  }

  /** Whether somebody is writing there. */
  is(place: string, who: string): boolean {
    return this.#writing.get(place)?.has(who) ?? false
  }

  /** Everybody who is writing there. */
  at(place: string): ReadonlySet<string> {
    return this.#writing.get(place) ?? new Set()
  }

  /** Calls with the place where somebody begins to write, or stops, until the returned function is called. */
  onChanged(listener: (place: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #note(key: string, types: boolean): void {
    const [place = '', who = ''] = key.slice(PREFIX.length).split('/').map(decodeURIComponent)
    const there = this.#writing.get(place) ?? new Set()
    if (types) this.#writing.set(place, there.add(who))
    else {
      there.delete(who)
      this.#told.delete(key)
      if (there.size === 0) this.#writing.delete(place)
    }
    for (const listener of [...this.#listeners]) listener(place)
  }
}

function keyOf(place: string, who: string): string {
  return `${PREFIX}${encodeURIComponent(place)}/${encodeURIComponent(who)}`
}
