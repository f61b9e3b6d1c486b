import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock, Timer } from '#base'
import { SIP_ERRORS, type SipFault } from '../message/errors.ts'
import { type Frame, StreamFramer } from './stream-framer.ts'
import { plainAddress, type Target } from './transport.ts'

/** Limits of one connection; all may be changed for tests and for strange sites. */
export interface ConnectionLimits {
  /** A host that is up answers a SYN in a round trip; longer than this and timer B (32 s) leaves no time for another. */
  readonly connectMs: number
  /** A connection that has not carried one message in this time is a scanner, or holds a place for nothing. */
  readonly firstMessageMs: number
  /** From a message's first octet to its last: ten times what 64 KB need on a bad line, and not long enough to collect many. */
  readonly messageMs: number
  /** Over the hour after which most phones register anew; one that lives shorter would cut phones off between two REGISTERs. */
  readonly idleMs: number
  /** What may wait for a peer that does not read: 16 of the largest messages. */
  readonly unsentBytesMax: number
}

/** The limits that hold when nothing else is said; the reasons stand at the fields. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connectMs: 5_000,
  firstMessageMs: 32_000,
  messageMs: 10_000,
  idleMs: 3_900_000,
  unsentBytesMax: 1024 * 1024,
}

/** What a connection tells the transport that holds it. */
export interface ConnectionHandlers {
  onMessage(bytes: Uint8Array, source: Target, fault?: SipFault): void
  onKeepAlive(): void
  onClosed(connection: Connection, error: unknown): void
}

const PONG = Buffer.from('\r\n')

/** One TCP connection that carries SIP. */
export class Connection {
  readonly source: Target
  readonly #socket: Socket
  readonly #framer: StreamFramer
  readonly #handlers: ConnectionHandlers
  readonly #clock: Clock
  readonly #limits: ConnectionLimits
  readonly #waiting = new Set<(error: unknown) => void>()
  #timer: Timer | undefined
  #deadline: 'connect' | 'first' | 'message' | 'idle' | undefined
  #spoke = false
  #error: unknown
  #ending = false
  #closed = false

  constructor(
    socket: Socket,
    source: Target,
    options: { readonly opened: boolean; readonly clock: Clock; readonly limits: ConnectionLimits },
    handlers: ConnectionHandlers,
  ) {
    this.#socket = socket
    this.source = { ...source, address: plainAddress(source.address) }
    this.#framer = new StreamFramer(options)
    this.#handlers = handlers
    this.#clock = options.clock
    this.#limits = options.limits
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => this.#onClose())
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.#await('first'))
    this.#await(options.opened ? 'connect' : 'first')
  }

  /** Sends bytes; one who does not read is cut off when too much waits for him. */
  send(bytes: Uint8Array, failed: (error: unknown) => void): void {
    this.#spoke = true
    this.#write(bytes, failed)
  }

  #write(bytes: Uint8Array, failed: (error: unknown) => void): void {
    if (this.#closed || this.#socket.writableLength + bytes.length > this.#limits.unsentBytesMax) {
      const limit = this.#limits.unsentBytesMax
      const error = this.#closed
        ? SIP_ERRORS['sip.transport.closed']({ transport: this.source.transport })
        : SIP_ERRORS['sip.transport.limit']({ transport: this.source.transport, limit, what: 'unsent bytes' })
      this.#error ??= error
      this.close()
      queueMicrotask(() => failed(error))
      return
    }
    this.#waiting.add(failed)
    this.#socket.write(bytes, (error) => {
      if (!error) this.#waiting.delete(failed)
    })
  }

  /** Ends the connection at once; what was not sent is reported as failed. */
  close(): void {
    this.#socket.destroy()
  }

  #onData(bytes: Uint8Array): void {
    const frames = this.#framer.push(bytes)
    for (const frame of frames) this.#onFrame(frame)
    if (this.#closed || this.#ending) return
    if (!this.#framer.isInside) this.#await(this.#spoke ? 'idle' : 'first')
    else if (this.#deadline !== 'message' || frames.length > 0) this.#await('message')
  }

  #onFrame(frame: Frame): void {
    if (frame.type === 'message') {
      this.#spoke = true
      this.#handlers.onMessage(frame.bytes, this.source)
      return
    }
    if (frame.type === 'broken') {
      this.#handlers.onMessage(frame.bytes, this.source, frame.fault)
      this.#error = SIP_ERRORS['sip.message.malformed']({ why: frame.fault.reason })
      // The answer, if there was one, is written before the end; a peer that does not close in turn meets the deadline.
      this.#socket.end()
      this.#ending = true
      this.#await('message')
      return
    }
    this.#handlers.onKeepAlive()
    // A pong is no word of ours: one who only pings keeps the deadline of one who says nothing.
    if (frame.type === 'ping') this.#write(PONG, () => {})
  }

  #await(what: 'connect' | 'first' | 'message' | 'idle'): void {
    // A connection that has not said anything sensible yet keeps its first deadline, however many line ends it sends.
    if (what === 'first' && this.#deadline === 'first') return
    this.#timer?.stop()
    this.#deadline = what
    const { connectMs, firstMessageMs, messageMs, idleMs } = this.#limits
    const delayMs = { connect: connectMs, first: firstMessageMs, message: messageMs, idle: idleMs }[what]
    this.#timer = this.#clock.after(delayMs, () => {
      this.#error ??= SIP_ERRORS['sip.transport.limit']({
        transport: this.source.transport,
        limit: delayMs,
        what: `ms to wait (${what})`,
      })
      this.close()
    })
  }

  #onClose(): void {
    this.#closed = true
    this.#timer?.stop()
    const error = SIP_ERRORS['sip.transport.failed']({ ...this.source }, this.#error)
    for (const failed of this.#waiting) failed(error)
    this.#waiting.clear()
    this.#handlers.onClosed(this, this.#error)
  }
}
