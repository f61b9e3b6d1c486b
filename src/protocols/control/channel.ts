/**
 * The channel: one TCP connection over which a core gives orders to an edge or a media process.
 *
 * Frames are a four-byte big-endian length and that many bytes of JSON. The side that listens sends a nonce; the core answers
 * with its name, its term and an HMAC of all three under the pool's secret; the listener answers with its greeting. From
 * then on both sides send notices (no answer) and requests (one answer). A listener obeys the highest term that it has seen:
 * a hello or request of an older term is refused, and connections of older terms are closed (fencing).
 */
import type { Logger } from '#base'

export interface ChannelAddress {
  readonly host: string
  readonly port: number
}

/** The side that a peer may be spoken to through, however it was made. */
export interface Channel {
  /** Sends without an answer; false when not connected (the notice is then gone, as documented for each kind of notice). */
  notify(notice: unknown): boolean
  /** Sends and awaits the answer; rejects when the channel closes or after the time. */
  request(request: unknown, timeoutMs?: number): Promise<unknown>
  close(): Promise<void>
}

export interface ChannelHandlers {
  notice?(notice: unknown, channel: Channel): void
  request?(request: unknown, channel: Channel): Promise<unknown>
}

export interface ChannelClientOptions extends ChannelHandlers {
  readonly address: ChannelAddress
  readonly secret: string
  readonly core: string
  readonly term: number
  readonly logger: Logger
  /** Called at each (re)connection, with what the peer says of itself. */
  connected?(greeting: unknown, channel: Channel): void
  disconnected?(): void
}

export interface ChannelServerOptions extends ChannelHandlers {
  readonly address: ChannelAddress
  readonly secret: string
  readonly greeting: unknown
  readonly logger: Logger
  /** Called when a core of the highest term seen has said hello. */
  connected?(hello: { core: string; term: number }, channel: Channel): void
  disconnected?(channel: Channel): void
}
