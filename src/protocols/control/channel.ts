/**
 * The channel: one TCP connection over which a core gives orders to an edge or a media process.
 *
 * Frames are a four-byte big-endian length and that many bytes of JSON. The side that listens sends a nonce; the core answers
 * with its name, its term, a nonce of its own and an HMAC of all of them under the pool's secret; the listener answers with
 * its greeting and an HMAC of the core's nonce, so that each knows the other to be of the pool. From then on both sides send
 * notices (no answer) and requests (one answer). A listener obeys the highest term that it has seen: a hello or request of an
 * older term is refused, and connections of older terms are closed (fencing). The channel is not encrypted: it belongs on
 * loopback or on a network of the pool's own.
 */
import type { Clock, Logger, Millis, TandemError } from '#base'

/** Where a listener is: a host name or address, and a TCP port. */
export interface ChannelAddress {
  readonly host: string
  readonly port: number
}

/** The side that a peer may be spoken to through, however it was made. */
export interface Channel {
  /** Sends without an answer; false when not connected (the notice is then gone, as documented for each kind of notice). */
  notify(notice: unknown): boolean
  /**
   * Sends and awaits the answer. Rejects with a TandemError: of the peer's own code when its handler refused, else
   * `channel.closed`, `channel.timeout` (10 s unless told), `channel.busy`, `channel.frame-too-large`, `channel.fenced`.
   */
  request(request: unknown, timeoutMs?: number): Promise<unknown>
  close(): Promise<void>
}

/** What a handler throws as TandemError goes to the peer with code, sentence, status and fields; anything else as `channel.peer-failed`. */
export interface ChannelHandlers {
  notice?(notice: unknown, channel: Channel): void
  request?(request: unknown, channel: Channel): Promise<unknown>
}

/** What a core dials with. */
export interface ChannelClientOptions extends ChannelHandlers {
  readonly address: ChannelAddress
  readonly secret: string
  readonly core: string
  readonly term: number
  readonly logger: Logger
  /** Called at each (re)connection, with what the peer says of itself. */
  connected?(greeting: unknown, channel: Channel): void
  disconnected?(): void
  /** Called when the listener refuses our hello: `channel.fenced` says that a core of a newer term is at work. Tries go on. */
  refused?(error: TandemError): void
  /** A listener that is silent this long is given up, and connected to anew: 1.5 s unless told. Asked for each connection. */
  silentMsMax?(): number
  readonly clock?: Clock
}

/** The core's side: connects again for ever, 50 ms to 1 s apart, until closed. */
export interface ChannelClient extends Channel {
  readonly connected: boolean
}

/** What an edge or media process listens with. */
export interface ChannelServerOptions extends ChannelHandlers {
  readonly address: ChannelAddress
  readonly secret: string
  readonly greeting: unknown
  readonly logger: Logger
  /** Called when a core of the highest term seen has said hello. */
  connected?(hello: { core: string; term: number }, channel: Channel): void
  disconnected?(channel: Channel): void
  readonly clock?: Clock
}

/** A connection whose slowness is known. */
export interface MeasuredChannel extends Channel {
  /**
   * How long a frame takes to the core and back, with all that waits on the way: what a message has before it. A single late echo does
   * not count. Asked four times a second.
   */
  readonly lagMs: Millis
}

/** The listening side. */
export interface ChannelServer {
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly address: ChannelAddress
  /** The highest term seen; 0 before the first hello. */
  readonly term: number
  /** The connections of that term: the newest last. One core has at most one. */
  channels(): readonly MeasuredChannel[]
  close(): Promise<void>
}
