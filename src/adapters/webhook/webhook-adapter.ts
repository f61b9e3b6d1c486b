import { type Clock, type Logger, newId, type Timer } from '#base'
import type { Configuration, Webhook } from '#kernel/config'
import type { Log } from '#seams/log'
import type { WebhookPosition, WebhookPositions } from '#seams/store'
import { type PlacedEvent, testEventOf } from './cloud-event.ts'
import { Courier, type CourierOptions } from './courier.ts'
import { placeOf } from './places.ts'
import { type Outcome, Sender } from './sender.ts'
import type { TargetGate } from './target-gate.ts'

/** While the database is away, couriers that are to begin wait for it. */
const RETRY_MS = 1_000

/** What was committed, of the centre alone, and which part of the log that is. */
export interface CommittedPart {
  readonly from: number
  readonly to: number
  readonly events: readonly PlacedEvent[]
}

/** What the adapter reads and follows. */
export interface WebhookAdapterOptions {
  readonly configuration: () => Configuration
  /** The last change of an object, by `kind:name`. */
  readonly lastChange: (key: string) => { readonly version: number; readonly at: number } | undefined
  readonly follow: (listener: (part: CommittedPart) => void) => () => void
  readonly log: Pick<Log, 'read' | 'head'>
  readonly decode: CourierOptions['decode']
  readonly positions: WebhookPositions
  readonly gate: TargetGate
  readonly secretOf: (name: string) => Promise<string | undefined>
  readonly term: number
  readonly clock: Clock
  readonly logger: Logger
  readonly answerMsMax?: number
}

/** Sends webhooks while its core is primary: a courier for each that is configured, begun anew when it is changed. */
export class WebhookAdapter {
  readonly #options: WebhookAdapterOptions
  readonly #sender: Sender
  readonly #couriers = new Map<string, Courier>()
  readonly #closed = new AbortController()
  #unfollow: () => void = () => {}
  #version = -1
  #mending: Promise<void> | undefined
  #timer: Timer | undefined

  constructor(options: WebhookAdapterOptions) {
    this.#options = options
    this.#sender = new Sender(options)
  }

  start(): void {
    this.#unfollow = this.#options.follow(({ events, from, to }) => {
      for (const courier of this.#couriers.values()) courier.saw(events, from, to)
      this.#look()
    })
    this.#look()
  }

  /** How far each is that is being served. */
  positions(): readonly WebhookPosition[] {
    return [...this.#couriers.values()].map(({ position }) => position)
  }

  /** Sends an event that stands in no log, once, beside all others. */
  test(webhook: Webhook): Promise<Outcome> {
    const event = testEventOf(webhook.name, newId('test'), this.#options.clock.now())
    return this.#sender.send(webhook, event, this.#closed.signal)
  }

  /** When it returns, nothing more is sent. */
  async close(): Promise<void> {
    this.#unfollow()
    this.#closed.abort()
    this.#timer?.stop()
    await this.#mending
    await Promise.all([...this.#couriers.values()].map((courier) => courier.close()))
  }

  #look(): void {
    const { version } = this.#options.configuration()
    if (version === this.#version || this.#mending || this.#closed.signal.aborted) return
    this.#timer?.stop()
    this.#mending = this.#mend()
      .then(() => {
        this.#version = version
      })
      .catch((cause: unknown) => {
        this.#options.logger.warn({ problem: String(cause) }, 'webhooks wait for the database')
        this.#timer = this.#options.clock.after(RETRY_MS, () => this.#look())
      })
      .finally(() => {
        this.#mending = undefined
        // What was changed meanwhile.
        if (this.#version === version) this.#look()
      })
  }

  /** Makes the couriers those of the configuration. */
  async #mend(): Promise<void> {
    const { configuration, positions, term } = this.#options
    const { webhooks } = configuration()
    for (const [name, courier] of [...this.#couriers]) {
      const webhook = webhooks.get(name)
      if (webhook && !webhook.paused && courier.version === this.#versionOf(name)) continue
      this.#couriers.delete(name)
      await courier.close()
    }
    const known = await positions.list()
    for (const { webhook } of known) if (!webhooks.has(webhook)) await positions.remove(webhook, term)
    for (const webhook of webhooks.values()) {
      if (this.#closed.signal.aborted) return
      if (!this.#couriers.has(webhook.name)) await this.#begin(webhook, known)
    }
  }

  /** Paused ones too keep their place from the moment that they are configured. */
  async #begin(webhook: Webhook, known: readonly WebhookPosition[]): Promise<void> {
    const { log, positions, term, lastChange, decode, clock, logger } = this.#options
    const isKnown = known.some((row) => row.webhook === webhook.name)
    const place = isKnown ? 0 : await placeOf(log, lastChange(`webhook:${webhook.name}`)?.at ?? 0)
    const position = await positions.claim(webhook.name, term, place)
    if (!position || webhook.paused) return
    const version = this.#versionOf(webhook.name)
    const own = { webhook, version, position, term, log, decode, positions, clock, logger }
    const courier = new Courier({ ...own, sender: this.#sender })
    this.#couriers.set(webhook.name, courier)
    courier.wake()
  }

  #versionOf(name: string): number {
    return this.#options.lastChange(`webhook:${name}`)?.version ?? 0
  }
}
