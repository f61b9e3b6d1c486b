import type { CentrePort, CommittedEvent } from '#api/live'
import type { Clock, Millis, Timer } from '#base'

/** Of whom somebody is told that they are writing. */
export type Side = 'customer' | 'agents'

/** Who types says so every three seconds; two of them may be lost. */
const TYPING_MS = 8_000
/** How often those who wait are told that their place has moved. */
const PLACES_MS = 2_000

interface Followed {
  readonly listeners: Set<() => void>
  readonly typing: { customer: Millis; agents: Millis }
}

/**
 * Calls whoever follows a conversation when it has changed; what it has become is read from the state, so a call too many does no harm
 * and one too few is mended by the next. That somebody types is known on this core alone and forgotten with it.
 */
export class ConversationHub {
  readonly #clock: Clock
  readonly #followed = new Map<string, Followed>()
  readonly #stop: () => void
  #timer: Timer

  constructor(centre: Pick<CentrePort, 'onCommitted'>, clock: Clock) {
    this.#clock = clock
    this.#stop = centre.onCommitted((batch) => this.#changed(batch))
    this.#timer = clock.after(PLACES_MS, () => this.#places())
  }

  /** How many follow. */
  get size(): number {
    let size = 0
    for (const { listeners } of this.#followed.values()) size += listeners.size
    return size
  }

  /** Calls on every change of the conversation until the returned function is called. */
  follow(id: string, listener: () => void): () => void {
    const followed = this.#followed.get(id) ?? { listeners: new Set(), typing: { customer: 0, agents: 0 } }
    this.#followed.set(id, followed)
    followed.listeners.add(listener)
    return () => {
      followed.listeners.delete(listener)
      if (followed.listeners.size === 0) this.#followed.delete(id)
    }
  }

  /** One side is writing, or has stopped. */
  type(id: string, side: Side, types: boolean): void {
    const followed = this.#followed.get(id)
    if (!followed) return
    followed.typing[side] = types ? this.#clock.monotonic() + TYPING_MS : 0
    this.#call(followed)
  }

  /** Whether somebody of that side is writing. */
  isTyping(id: string, side: Side): boolean {
    return (this.#followed.get(id)?.typing[side] ?? 0) > this.#clock.monotonic()
  }

  close(): void {
    this.#stop()
    this.#timer.stop()
    this.#followed.clear()
  }

  #changed(batch: readonly CommittedEvent[]): void {
    if (this.#followed.size === 0) return
    const changed = new Set<Followed>()
    for (const { event } of batch) {
      const followed = 'interaction' in event ? this.#followed.get(event.interaction) : undefined
      if (!followed) continue
      changed.add(followed)
      // Who has written types no more.
      if (event.type === 'MessageAdded') followed.typing[event.message.by === 'customer' ? 'customer' : 'agents'] = 0
    }
    for (const followed of changed) this.#call(followed)
  }

  #places(): void {
    this.#timer = this.#clock.after(PLACES_MS, () => this.#places())
    for (const followed of this.#followed.values()) this.#call(followed)
  }

  #call({ listeners }: Followed): void {
    for (const listener of [...listeners]) listener()
  }
}
