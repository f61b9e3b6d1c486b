import { type Clock, isTandemError, type Logger, type Timer } from '#base'
import type { Member, Members } from './port.ts'

/** How often a member says that it lives: one small write, whether there is work or not. */
const BEAT_MS = 2_000

/** What the announcer is made of. */
export interface AnnouncerOptions {
  readonly members: Members
  readonly clock: Clock
  readonly logger: Logger
}

/** Says of some members of this machine where they are, at once when it changes and then again and again. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #members = new Map<string, Member>()
  #timer: Timer | undefined
  #speaking: Promise<void> | undefined
  #changed = false
  #away = false
  #closed = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** Announces a member, or its new address or life. Never fails: what the store does not take now it takes later. */
  set(member: Member): void {
    this.#members.set(member.name, member)
    this.#speakSoon()
  }

  /** Returns when all that was set is announced, or could not be. */
  async spoken(): Promise<void> {
    while (this.#speaking) await this.#speaking
  }

  /** Stops, and takes back what was announced unless it lives on. */
  async close(withdraw: boolean): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    await this.#speaking
    if (withdraw && this.#members.size > 0)
      await this.#options.members.withdraw([...this.#members.keys()], 0).catch(() => 0)
  }

  #speakSoon(): void {
    this.#changed = true
    if (!this.#closed) this.#speaking ??= this.#speak()
  }

  async #speak(): Promise<void> {
    const { members, clock, logger } = this.#options
    this.#timer?.stop()
    try {
      while (this.#changed && !this.#closed) {
        this.#changed = false
        await members.announce([...this.#members.values()])
      }
      if (this.#away) logger.info({}, 'the pool hears of this machine again')
      this.#away = false
    } catch (error) {
      if (!isTandemError(error)) throw error
      if (!this.#away) logger.warn({ problem: error.message }, 'the pool does not hear of this machine for now')
      this.#away = true
    } finally {
      this.#speaking = undefined
      if (!this.#closed) this.#timer = clock.after(BEAT_MS, () => this.#speakSoon())
    }
  }
}
