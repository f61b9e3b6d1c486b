import type { Clock, Logger, Timer } from '#base'
import type { Channel, MediaEvent } from '#protocols/control'

/** Hours of digits and prompts of a full process without any core; past it the oldest are dropped, and the gap in numbers shows it. */
const EVENTS_MAX = 50_000

/** How soon an event is tried again that the channel had no room for. */
const RETRY_MS = 200

type WithoutNumber<E> = E extends unknown ? Omit<E, 'number' | 'at'> : never
export type NewMediaEvent = WithoutNumber<MediaEvent>

export interface EventKeeperOptions {
  readonly clock: Clock
  readonly logger: Logger
}

/** Numbers what happens and tells it to whoever is core, from the first unconfirmed event on, until it is confirmed. */
export class EventKeeper {
  readonly #clock: Clock
  readonly #logger: Logger
  #events: MediaEvent[] = []
  #number = 0
  #channel: Channel | undefined
  /** The next number to be sent on this channel. */
  #next = 1
  #retry: Timer | undefined
  #dropped = 0

  constructor(options: EventKeeperOptions) {
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /** Events that are not confirmed. */
  get size(): number {
    return this.#events.length
  }

  add(event: NewMediaEvent): void {
    this.#events.push({ ...event, number: ++this.#number, at: this.#clock.now() } as MediaEvent)
    if (this.#events.length > EVENTS_MAX) this.#drop()
    this.#send()
  }

  /** A core said hello: all that is unconfirmed is told again. */
  connect(channel: Channel): void {
    this.#channel = channel
    this.#next = 1
    this.#send()
  }

  disconnect(channel: Channel): void {
    if (this.#channel === channel) this.#channel = undefined
  }

  /** Forgets events up to this number. */
  confirm(number: number): void {
    const at = this.#events.findIndex((event) => event.number > number)
    this.#events = at < 0 ? [] : this.#events.slice(at)
  }

  close(): void {
    this.#retry?.stop()
    this.#channel = undefined
  }

  #drop(): void {
    const dropped = this.#events.splice(0, EVENTS_MAX / 100)
    this.#dropped += dropped.length
    this.#logger.error({ dropped: this.#dropped }, 'media events dropped: no core confirms them')
  }

  #send(): void {
    const first = this.#events[0]?.number
    if (!this.#channel || first === undefined) return
    for (let i = Math.max(0, this.#next - first); i < this.#events.length; i++) {
      const event = this.#events[i]!
      if (!this.#channel.notify(event)) {
        this.#retry ??= this.#clock.after(RETRY_MS, () => {
          this.#retry = undefined
          this.#send()
        })
        return
      }
      this.#next = event.number + 1
    }
  }
}
