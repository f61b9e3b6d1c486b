import type { Millis } from '#base'
import type { SmsAccount } from '#kernel/config'
import { type OutgoingText, type SmsCommand, textStateOf, UNSENT_MS_MAX } from '#kernel/sms'
import type { SmsContext } from './context.ts'
import type { SendOutcome, SmsDriver } from './driver.ts'
import { DEFER_MS_FIRST, DEFER_MS_MAX, PAUSE_MS_FIRST, PAUSE_MS_MAX, WINDOW_MAX } from './limits.ts'

/**
 * Sends the texts of one account that wait in the state, to each number one after the other. That a peer is told of a part stands in the log before it is;
 * where the answer was lost, with the process or the connection, nothing of it is sent again by itself: a person would get it twice.
 */
export class TextSender {
  readonly #account: SmsAccount
  readonly #context: SmsContext
  readonly #driver: SmsDriver
  /** What this process is busy with, by text. */
  readonly #busy = new Map<string, Promise<void>>()
  #pausedUntil: Millis = 0
  #pauses = 0
  #closed = false

  constructor(account: SmsAccount, context: SmsContext, driver: SmsDriver) {
    this.#account = account
    this.#context = context
    this.#driver = driver
  }

  /** Does what is to be done now; called after every change and every second. */
  look(): void {
    const now = this.#context.clock.now()
    const numbers = new Set<string>()
    for (const text of this.#context.sequencer.committed.states.sms.outgoing.values()) {
      if (this.#closed || this.#busy.size >= WINDOW_MAX) return
      if (text.account !== this.#account.name) continue
      if (this.#busy.has(text.id)) {
        numbers.add(text.number)
        continue
      }
      const orphan = text.parts.findIndex(({ state }) => state === 'tried')
      if (orphan >= 0) this.#begin(text, () => this.#settle(text, orphan))
      else if (textStateOf(text) !== 'waiting' && !this.#hasWaiting(text)) continue
      else if (now - text.writtenAt > UNSENT_MS_MAX) this.#begin(text, () => this.#giveUp(text))
      else if (!numbers.has(text.number) && (text.notBefore ?? 0) <= now && this.#mayHandOver(now)) {
        const next = text.parts.findIndex(({ state }) => state === 'waiting')
        this.#begin(text, () => this.#send(text, next))
      }
      numbers.add(text.number)
    }
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#busy.values())
  }

  /** The parts after one that is uncertain leave all the same: it may have arrived. */
  #hasWaiting({ parts }: OutgoingText): boolean {
    return parts.some(({ state }) => state === 'waiting')
  }

  #mayHandOver(now: Millis): boolean {
    return this.#driver.isReady && now >= this.#pausedUntil
  }

  #begin(text: OutgoingText, work: () => Promise<void>): void {
    const { logger } = this.#context
    const done = work().then(
      () => {
        this.#busy.delete(text.id)
        // What came meanwhile, and what this has become.
        if (!this.#closed) queueMicrotask(() => this.look())
      },
      (cause: unknown) => {
        this.#busy.delete(text.id)
        logger.warn({ interaction: text.interaction, text: text.id, problem: String(cause) }, 'text not sent yet')
      },
    )
    this.#busy.set(text.id, done)
  }

  async #send(text: OutgoingText, part: number): Promise<void> {
    const { logger } = this.#context
    await this.#submit({ type: 'TryPart', text: text.id, part })
    const outcome = await this.#driver.send(text, part)
    const about = { interaction: text.interaction, text: text.id, part, account: this.#account.name }
    if (outcome.is === 'sent') logger.info(about, 'text sent')
    else logger.warn({ ...about, ...outcome }, 'text not taken by the peer')
    await this.#note(text, part, outcome)
  }

  async #note(text: OutgoingText, part: number, outcome: SendOutcome): Promise<void> {
    const { clock, counters } = this.#context
    const of = { text: text.id, part }
    switch (outcome.is) {
      case 'sent': {
        counters.sent++
        this.#pauses = 0
        const { peerId } = outcome
        return this.#submit({ type: 'SentPart', ...of, ...(peerId !== undefined && { peerId }) })
      }
      case 'refused':
        counters.failed++
        return this.#submit({ type: 'FailText', ...of, reason: outcome.reason })
      case 'later': {
        counters.deferred++
        if (outcome.slower) this.#pause(outcome.afterMs)
        const waitMs = outcome.slower ? 0 : Math.min(DEFER_MS_FIRST * 2 ** text.attempts, DEFER_MS_MAX)
        const notBefore = clock.now() + Math.max(waitMs, outcome.afterMs ?? 0)
        return this.#submit({ type: 'DeferText', ...of, notBefore, reason: outcome.reason })
      }
      default:
        return this.#settle(text, part)
    }
  }

  #pause(afterMs: Millis = 0): void {
    const pauseMs = Math.min(PAUSE_MS_FIRST * 2 ** Math.min(this.#pauses++, 10), PAUSE_MS_MAX)
    this.#pausedUntil = this.#context.clock.now() + Math.max(pauseMs, afterMs)
  }

  /** A peer was told of it, and it is not known what it said. */
  async #settle(text: OutgoingText, part: number): Promise<void> {
    const { clock, counters } = this.#context
    if (this.#driver.repeats) {
      const notBefore = clock.now() + Math.min(DEFER_MS_FIRST * 2 ** text.attempts, DEFER_MS_MAX)
      return this.#submit({ type: 'DeferText', text: text.id, part, notBefore, reason: 'the answer was lost' })
    }
    counters.lost++
    await this.#submit({ type: 'LosePart', text: text.id, part })
  }

  async #giveUp(text: OutgoingText): Promise<void> {
    const part = text.parts.findIndex(({ state }) => state === 'waiting')
    this.#context.counters.failed++
    const reason = text.reason ?? 'no connection for a day'
    await this.#submit({ type: 'FailText', text: text.id, part, reason })
  }

  async #submit(command: SmsCommand): Promise<void> {
    await this.#context.sequencer.submit([{ machine: 'sms', command }])
  }
}
