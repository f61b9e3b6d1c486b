import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import {
  type Binding,
  CHANNEL_ERRORS,
  type Channel,
  type ChannelAddress,
  type ChannelServer,
  type CoreNotice,
  type CredentialAnswer,
  createChannelServer,
  type EdgeGreeting,
  type EdgeNotice,
  type MeasuredChannel,
} from '#protocols/control'

/** A credential is one look-up in the core's memory; a longer wait means that the core is about to be replaced. */
const CREDENTIAL_TIMEOUT_MS = 2000

/** What the link to the cores needs. */
export interface CoreLinkOptions {
  readonly address: ChannelAddress
  readonly secret: string
  readonly greeting: EdgeGreeting
  readonly clock: Clock
  readonly logger: Logger
  /** A SIP message of the core. */
  message(text: string): void
  /** Bindings that the core remembers. */
  bindings(notice: Extract<CoreNotice, { type: 'bindings' }>): void
  /** Whether this edge's machine is being taken out of service. */
  drain(on: boolean): void
  /** A core of the highest term is there, for the first time or again. */
  connected(): void
}

/** Which core an edge works for. */
export interface ConnectedCore {
  readonly core: string
  readonly term: number
}

/**
 * The edge's end of the channel: of all cores that say hello it obeys the one of the highest term, which it is that the
 * channel lets through. Messages are given to it as to an unreliable transport.
 */
export class CoreLink {
  readonly #options: CoreLinkOptions
  readonly #names = new Map<Channel, ConnectedCore>()
  #server: ChannelServer | undefined
  #waiting = new Set<() => void>()
  #aloneSince: Millis

  constructor(options: CoreLinkOptions) {
    this.#options = options
    this.#aloneSince = options.clock.monotonic()
  }

  /** How long there has been no core. */
  get aloneMs(): Millis {
    return this.#channel() ? 0 : this.#options.clock.monotonic() - this.#aloneSince
  }

  /** Listens. Rejects with `channel.listen-failed`. */
  async start(): Promise<void> {
    const { address, secret, greeting, logger, clock } = this.#options
    this.#server = await createChannelServer({
      address,
      secret,
      greeting,
      logger,
      clock,
      notice: (notice, channel) => this.#notice(notice, channel),
      connected: (hello, channel) => this.#connected(hello, channel),
      disconnected: (channel) => {
        this.#names.delete(channel)
        this.#aloneSince = this.#options.clock.monotonic()
      },
    })
  }

  /** How long a message takes to the core and back now, with all that waits on the way; 0 without one. */
  get lagMs(): Millis {
    return this.#channel()?.lagMs ?? 0
  }

  /** Where cores connect to; the real port when 0 was asked for. */
  get address(): ChannelAddress {
    return this.#server?.address ?? this.#options.address
  }

  /** The core that is obeyed now. */
  get core(): ConnectedCore | undefined {
    const channel = this.#channel()
    return channel && this.#names.get(channel)
  }

  /** Sends; false when no core is connected: the message is gone then. */
  notify(notice: EdgeNotice): boolean {
    return this.#channel()?.notify(notice) ?? false
  }

  /** The digest secrets of a user; an answer without `ha1` says that there is none. Rejects with `channel.…`. */
  async credential(user: string, waitMs: number): Promise<CredentialAnswer> {
    const end = this.#options.clock.monotonic() + waitMs
    for (;;) {
      const channel = this.#channel()
      const leftMs = end - this.#options.clock.monotonic()
      if (!channel && (leftMs <= 0 || !(await this.#connection(leftMs))))
        throw CHANNEL_ERRORS['channel.closed']({ peer: 'core' })
      if (!channel) continue
      try {
        return credentialOf(await channel.request({ type: 'credential', user }, CREDENTIAL_TIMEOUT_MS))
      } catch (error) {
        if (!isTandemError(error, 'channel.closed') || leftMs <= 0) throw error
      }
    }
  }

  async close(): Promise<void> {
    for (const wake of this.#waiting) wake()
    await this.#server?.close()
  }

  /** The newest connection of the highest term. */
  #channel(): MeasuredChannel | undefined {
    return this.#server?.channels().at(-1)
  }

  #connected(hello: ConnectedCore, channel: Channel): void {
    this.#names.set(channel, hello)
    for (const wake of this.#waiting) wake()
    this.#options.connected()
  }

  #connection(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const wake = (): void => {
        timer?.stop()
        this.#waiting.delete(wake)
        resolve(this.#channel() !== undefined)
      }
      this.#waiting.add(wake)
      timer = this.#options.clock.after(timeoutMs, wake)
    })
  }

  #notice(value: unknown, channel: Channel): void {
    if (channel !== this.#channel() || !isCoreNotice(value)) return
    if (value.type === 'sip') this.#options.message(value.message)
    else if (value.type === 'drain') this.#options.drain(value.on)
    else this.#options.bindings({ ...value, bindings: value.bindings.filter(isBinding) })
  }
}

/** The peer has proved that it is of the pool; this only keeps a notice of a newer release from being misread. */
function isCoreNotice(value: unknown): value is CoreNotice {
  if (!isRecord(value)) return false
  if (value['type'] === 'sip') return typeof value['message'] === 'string'
  if (value['type'] === 'drain') return typeof value['on'] === 'boolean'
  return value['type'] === 'bindings' && typeof value['user'] === 'string' && Array.isArray(value['bindings'])
}

function isBinding(value: unknown): value is Binding {
  if (!isRecord(value)) return false
  const texts = ['contact', 'flow', 'callId'].every((name) => typeof value[name] === 'string')
  return texts && ['expiresAt', 'updatedAt', 'cseq'].every((name) => Number.isFinite(value[name]))
}

function credentialOf(value: unknown): CredentialAnswer {
  const ha1 = isRecord(value) && isRecord(value['ha1']) ? value['ha1'] : undefined
  if (!isRecord(value) || !ha1) return {}
  const { MD5: md5, 'SHA-256': sha256 } = ha1
  return {
    ...(typeof value['realm'] === 'string' ? { realm: value['realm'] } : {}),
    ha1: {
      ...(typeof md5 === 'string' ? { MD5: md5 } : {}),
      ...(typeof sha256 === 'string' ? { 'SHA-256': sha256 } : {}),
    },
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
