import type { Millis, Timer } from '#base'
import type { VoiceContext } from './context.ts'
import type { MediaLink } from './media-link.ts'

/** A process that a witness sees alive while we do not (the network between is cut) is asked about again after this. */
const AGAIN_MS = 500

/** What a new core gives its media processes to be connected before it asks about those that are not. */
const FIRST_LOOK_MS = 500

/**
 * Tells a media process that is dead or hangs from one that only we do not hear. RTP needs no core, so a process behind a cut link
 * keeps its sessions; a dead one's go elsewhere. The one that would take them over is asked: without it there is nothing to decide.
 */
export class MediaWatch {
  readonly #context: VoiceContext
  readonly #links: () => readonly MediaLink[]
  readonly #absent: () => void
  readonly #gone = new Set<MediaLink>()
  readonly #asking = new Set<MediaLink>()
  readonly #timers = new Set<Timer>()
  #closed = false

  /** `absent` is called when one is found to be gone. */
  constructor(context: VoiceContext, links: () => readonly MediaLink[], absent: () => void) {
    this.#context = context
    this.#links = links
    this.#absent = absent
  }

  start(): void {
    this.#after(FIRST_LOOK_MS, () => this.look())
  }

  /** Whether the process is found to be gone, and has not come back. */
  isGone(link: MediaLink): boolean {
    return this.#gone.has(link)
  }

  /** A connection came or went: forgets what is back, and asks about what is not. */
  look(): void {
    for (const link of this.#links()) {
      if (link.ready) this.#gone.delete(link)
      else if (!this.#gone.has(link)) void this.#ask(link)
    }
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) timer.stop()
  }

  async #ask(link: MediaLink): Promise<void> {
    if (this.#asking.has(link) || this.#closed) return
    this.#asking.add(link)
    const seen = await this.#links()
      .find((other) => other !== link && other.ready)
      ?.sees(link)
    this.#asking.delete(link)
    if (this.#closed || link.ready) return
    if (seen !== false) return this.#after(AGAIN_MS, () => this.look())
    this.#gone.add(link)
    this.#context.logger.warn(
      { process: link.name, address: `${link.address.host}:${link.address.port}` },
      'media process is gone: its sessions move',
    )
    this.#absent()
  }

  #after(delayMs: Millis, call: () => void): void {
    if (this.#closed) return
    const timer = this.#context.clock.after(delayMs, () => {
      this.#timers.delete(timer)
      call()
    })
    this.#timers.add(timer)
  }
}
