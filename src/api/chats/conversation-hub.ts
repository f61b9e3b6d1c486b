import type { CentrePort, CommittedEvent } from '#api/live'
import type { Clock, Timer } from '#base'
import type { TypingMarks } from './typing-marks.ts'

/** Of whom somebody is told that they are writing. */
export type Side = 'customer' | 'agents'

/** How often those who wait are told that their place has moved. */
const PLACES_MS = 2_000

/**
 * Calls whoever follows a conversation when it has changed; what it has become is read from the state, so a call too many does no harm
 * and one too few is mended by the next.
 */
export class ConversationHub {
  readonly #clock: Clock
  readonly #marks: TypingMarks
  /** Whom to call, by conversation. */
  readonly #followed = new Map<string, Set<() => void>>()
  readonly #stops: readonly (() => void)[]
  #timer: Timer

  constructor(centre: Pick<CentrePort, 'onCommitted'>, clock: Clock, marks: TypingMarks) {
    this.#clock = clock
    this.#marks = marks
    this.#stops = [centre.onCommitted((batch) => this.#changed(batch)), marks.onChanged((id) => this.#call(id))]
    this.#timer = clock.after(PLACES_MS, () => this.#places())
  }

  /** How many follow. */
  get size(): number {
    let size = 0
    for (const listeners of this.#followed.values()) size += listeners.size
    return size
  }

  /** Calls on every change of the conversation until the returned function is called. */
  follow(id: string, listener: () => void): () => void {
    const listeners = this.#followed.get(id) ?? new Set()
    this.#followed.set(id, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#followed.delete(id)
    }
  }

  /** One side is writing, or has stopped. */
  type(id: string, side: Side, types: boolean): void {
    this.#marks.type(id, side, types)
  }

  /** Whether somebody of that side is writing. */
  isTyping(id: string, side: Side): boolean {
    return this.#marks.is(id, side)
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#timer.stop()
    this.#followed.clear()
  }

  #changed(batch: readonly CommittedEvent[]): void {
    if (this.#followed.size === 0) return
    const changed = new Set<string>()
    for (const { event } of batch) {
      if (!('interaction' in event) || !this.#followed.has(event.interaction)) continue
      changed.add(event.interaction)
      // Who has written types no more.
      const side = event.type === 'MessageAdded' && (event.message.by === 'customer' ? 'customer' : 'agents')
      if (side) this.#marks.type(event.interaction, side, false)
    }
    for (const id of changed) this.#call(id)
  }

  #places(): void {
    this.#timer = this.#clock.after(PLACES_MS, () => this.#places())
    for (const id of this.#followed.keys()) this.#call(id)
  }

  #call(id: string): void {
    for (const listener of [...(this.#followed.get(id) ?? [])]) listener()
  }
}
