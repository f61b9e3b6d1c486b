import type { Clock, Millis } from './clock.ts'

/** How it stands with a system outside. */
export interface PeerStatus {
  readonly connected: boolean
  /** Since when it is so, or is tried. */
  readonly since: Millis
  /** What went wrong last, also when it is mended by now. */
  readonly problem?: string
}

/** Whether a system outside is connected, since when, and what went wrong last. It begins as one that is not. */
export class PeerState {
  readonly #clock: Pick<Clock, 'now'>
  #status: PeerStatus

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#status = { connected: false, since: clock.now() }
  }

  get status(): PeerStatus {
    return this.#status
  }

  /** It works. */
  up(): void {
    if (!this.#status.connected) this.#status = { ...this.#status, connected: true, since: this.#clock.now() }
  }

  /** It does not, and why. */
  down(problem: string): void {
    const since = this.#status.connected ? this.#clock.now() : this.#status.since
    this.#status = { connected: false, since, problem }
  }

  /** Something beside the connection goes wrong: it will be missed at the next one. */
  trouble(problem: string): void {
    this.#status = { ...this.#status, problem }
  }
}
