import type { Clock, Millis } from '#base'

/** A machine that is started anew is back by then; what it had is copied elsewhere after that. */
export const GONE_MS: Millis = 10 * 60_000

/** What it is seen from that machines come and go. */
export interface GoneMachinesOptions {
  /** This machine. */
  readonly node: string
  /** The other machines that are there. */
  readonly live: () => ReadonlySet<string>
  /** Calls after one came or went. */
  readonly onChanged: (listener: () => void) => () => void
  readonly clock: Clock
}

/** Since when which machines of the pool are away, as far as this process has seen. */
export class GoneMachines {
  readonly #options: GoneMachinesOptions
  readonly #leftAt = new Map<string, Millis>()
  readonly #since: Millis
  readonly #unfollow: () => void
  #live: ReadonlySet<string>
  #changedAt: Millis

  constructor(options: GoneMachinesOptions) {
    this.#options = options
    this.#since = options.clock.monotonic()
    this.#changedAt = this.#since
    this.#live = options.live()
    this.#unfollow = options.onChanged(() => this.#look())
  }

  /** When a machine last came or went; when this process began, if none has. By the monotonic clock. */
  get changedAt(): Millis {
    return this.#changedAt
  }

  /** Which of these have been away for {@link GONE_MS}. One that this process never saw counts from its own start. */
  of(machines: readonly string[]): readonly string[] {
    const { node, clock } = this.#options
    this.#look()
    const before = clock.monotonic() - GONE_MS
    return machines.filter(
      (one) => one !== node && !this.#live.has(one) && (this.#leftAt.get(one) ?? this.#since) < before,
    )
  }

  close(): void {
    this.#unfollow()
  }

  #look(): void {
    const before = this.#live
    const now = this.#options.clock.monotonic()
    this.#live = this.#options.live()
    const left = [...before].filter((one) => !this.#live.has(one))
    const came = [...this.#live].filter((one) => !before.has(one))
    for (const one of left) this.#leftAt.set(one, now)
    if (left.length + came.length > 0) this.#changedAt = now
  }
}
