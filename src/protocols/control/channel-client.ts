import { connect } from 'node:net'
import { type Clock, systemClock, type TandemError, type Timer } from '#base'
import type { Channel, ChannelClient, ChannelClientOptions } from './channel.ts'
import { CHANNEL_ERRORS } from './channel-errors.ts'
import { newNonce, parseChallenge, parseWelcome, proveHello, proveWelcome, sameProof } from './channel-hello.ts'
import { ChannelLink } from './channel-link.ts'

/** A process that restarts is back within some hundred milliseconds; the first tries are close together. */
const RETRY_MS_MIN = 50

/** One try a second to a peer that is away costs nothing, and finds it soon after it is back. */
const RETRY_MS_MAX = 1000

/**
 * Connects a core to an edge or a media process, and again whenever the connection ends. Never throws for a peer that is
 * away: `notify` gives false and `request` rejects with `channel.closed` until it is back.
 */
export function createChannelClient(options: ChannelClientOptions): ChannelClient {
  return new Client(options)
}

class Client implements ChannelClient {
  readonly #options: ChannelClientOptions
  readonly #clock: Clock
  readonly #peer: string
  #link: ChannelLink | undefined
  #retry: Timer | undefined
  #retryMs = RETRY_MS_MIN
  #closed = false

  constructor(options: ChannelClientOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#peer = `${options.address.host}:${options.address.port}`
    this.#connect()
  }

  get connected(): boolean {
    return this.#link?.open ?? false
  }

  notify(notice: unknown): boolean {
    return this.#link?.notify(notice) ?? false
  }

  request(request: unknown, timeoutMs?: number): Promise<unknown> {
    if (!this.#link) return Promise.reject(CHANNEL_ERRORS['channel.closed']({ peer: this.#peer }))
    return this.#link.request(request, timeoutMs)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#retry?.stop()
    await this.#link?.close()
  }

  #connect(): void {
    const { address, logger, notice, request } = this.#options
    const silentMsMax = this.#options.silentMsMax?.()
    let challenged = false
    let nonce = ''
    this.#link = new ChannelLink({
      socket: connect({ host: address.host, port: address.port }),
      peer: this.#peer,
      clock: this.#clock,
      logger,
      ...(silentMsMax !== undefined && { silentMsMax }),
      ...(notice && { notice: (value: unknown, channel: Channel) => notice(value, channel) }),
      ...(request && { request: (value: unknown, channel: Channel) => request(value, channel) }),
      handshake: (value, link) => {
        if (challenged) return this.#welcomed(value, nonce, link)
        challenged = true
        nonce = this.#hello(value, link)
      },
      closed: (_, reason) => this.#lost(reason),
    })
  }

  #hello(value: unknown, link: ChannelLink): string {
    const challenge = parseChallenge(value)
    if (!challenge) throw CHANNEL_ERRORS['channel.frame-invalid']()
    const hello = { core: this.#options.core, term: this.#options.term, nonce: newNonce() }
    link.shake({ ...hello, proof: proveHello(this.#options.secret, challenge.nonce, hello) })
    return hello.nonce
  }

  #welcomed(value: unknown, nonce: string, link: ChannelLink): void {
    const welcome = parseWelcome(value)
    if (!welcome) throw CHANNEL_ERRORS['channel.frame-invalid']()
    if ('refused' in welcome) throw this.#refusal(welcome.refused, welcome.highest)
    if (!sameProof(proveWelcome(this.#options.secret, nonce), welcome.proof)) throw this.#refusal('proof')
    link.begin()
    this.#retryMs = RETRY_MS_MIN
    this.#options.logger.info({ peer: this.#peer, term: this.#options.term }, 'channel connected')
    this.#options.connected?.(welcome.greeting, this)
  }

  #refusal(code: string, highest?: number): TandemError {
    const { term } = this.#options
    const fenced = code === 'channel.fenced'
    const error = fenced
      ? CHANNEL_ERRORS['channel.fenced']({ term, highest })
      : CHANNEL_ERRORS['channel.unauthenticated']()
    this.#options.refused?.(error)
    return error
  }

  #lost(reason: TandemError | undefined): void {
    const link = this.#link
    this.#link = undefined
    if (reason) {
      this.#options.logger.warn({ peer: this.#peer, code: reason.code, ...reason.fields }, 'channel ended')
    }
    if (!this.#closed) {
      this.#retry = this.#clock.after(this.#retryMs, () => this.#connect())
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
    }
    if (link?.begun) this.#options.disconnected?.()
  }
}
