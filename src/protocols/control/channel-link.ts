import type { Socket } from 'node:net'
import { type Clock, isTandemError, type Logger, type TandemError, type Timer } from '#base'
import type { ChannelHandlers, MeasuredChannel } from './channel.ts'
import { CHANNEL_ERRORS } from './channel-errors.ts'
import { FrameBatch, FrameReader } from './channel-frame.ts'
import { OpenRequests, REQUESTS_MAX, type WireError, writeError } from './channel-requests.ts'

/** A frozen peer is noticed after this time; three beats, so that one late beat does not cut a healthy peer. */
export const SILENT_MS_MAX = 1500
export const HEARTBEAT_MS = 500

/** How often a link looks at its peer at the least; with it a frozen peer is noticed after 1.5 s to 1.75 s. */
const CHECK_MS = 250

/** A link looks at its peer this often within the silence that it bears. */
const CHECKS_IN_SILENCE = 4

/** Above this much unread data notices are dropped; it is some seconds of the busiest traffic. */
const NOTICE_BUFFER_BYTES_MAX = 4 * 1024 * 1024

/** Above this much the peer is given up: requests and answers may not be dropped, and memory is finite. */
const BUFFER_BYTES_MAX = 32 * 1024 * 1024

/** A peer that leaves us dropping notices for this long is given up: reconnecting tells both sides to begin afresh. */
const DROPPING_MS_MAX = 5_000

/** A peer that does not close on its side is cut after this time. */
const END_MS_MAX = 500

/** Marks a probe that only asks whether the peer lives; others carry the moment that they were sent at. */
const SIGN_OF_LIFE = -1

type Frame =
  | readonly ['n', unknown]
  | readonly ['q', number, unknown]
  | readonly ['a', number, unknown]
  | readonly ['e', number, WireError]
  | readonly ['h']
  | readonly ['p', number]
  | readonly ['r', number]

export interface LinkOptions extends ChannelHandlers {
  readonly socket: Socket
  readonly peer: string
  readonly clock: Clock
  readonly logger: Logger
  /** Takes the frames before the link is open. */
  handshake(value: unknown, link: ChannelLink): void
  closed(link: ChannelLink, reason: TandemError | undefined): void
  /** Asks the peer for an echo now and then, so that `lagMs` is known. */
  readonly measured?: boolean
  /**
   * A peer that is silent this long is given up: 1.5 s unless told. For less it is asked for echoes several times within it, and
   * only from the first one on: so a way that is slow, but steady, is not taken for silence.
   */
  readonly silentMsMax?: number
  /** Asked before each request and notice of the peer: an error refuses it. */
  guard?(): TandemError | undefined
}

/** One connection, from its first byte to its last: frames, heartbeats, bounds, and requests with their answers. */
export class ChannelLink implements MeasuredChannel {
  readonly #options: LinkOptions
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #silentMsMax: number
  readonly #checkMs: number
  readonly #reader: FrameReader
  readonly #batch = new FrameBatch()
  readonly #requests: OpenRequests
  readonly #ended: Promise<void>
  #state: 'proving' | 'open' | 'closed' = 'proving'
  #begun = false
  #flushDue = false
  #answering = 0
  #dropped = 0
  #droppingSince: number | undefined
  #receivedAt: number
  #sentAt: number
  #checkedAt: number
  #probedAt: number | undefined
  #echoing = false
  #lagMs = 0
  #lagBeforeMs = 0
  #check: Timer

  constructor(options: LinkOptions) {
    this.#options = options
    this.#socket = options.socket
    this.#clock = options.clock
    this.#silentMsMax = options.silentMsMax ?? SILENT_MS_MAX
    this.#checkMs = Math.min(CHECK_MS, this.#silentMsMax / CHECKS_IN_SILENCE)
    this.#requests = new OpenRequests(options.peer, options.clock)
    this.#reader = new FrameReader((text) => this.#frame(text))
    this.#receivedAt = this.#sentAt = this.#checkedAt = this.#clock.monotonic()
    this.#check = this.#clock.after(this.#checkMs, () => this.#tick())
    const socket = this.#socket
    socket.setNoDelay(true)
    this.#ended = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('data', (chunk: Buffer) => this.#data(chunk))
    socket.on('error', () => this.destroy())
    socket.on('end', () => this.destroy())
    socket.on('close', () => this.destroy())
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  /** Whether the handshake was ever over. */
  get begun(): boolean {
    return this.#begun
  }

  /**
   * How long a frame takes there and back, all that waits on the way and both event loops included. The lower of the last two echoes,
   * where one under way counts for as long as it has taken: a process that stood still for a second has one late echo and no overload.
   */
  get lagMs(): number {
    const lastMs = this.#probedAt === undefined ? 0 : this.#clock.monotonic() - this.#probedAt
    return Math.min(this.#lagBeforeMs, Math.max(this.#lagMs, lastMs))
  }

  /** Notices that were dropped because the peer did not read. */
  get dropped(): number {
    return this.#dropped
  }

  /** The handshake is over: notices and requests may pass. */
  begin(): void {
    if (this.#state !== 'proving') return
    this.#state = 'open'
    this.#begun = true
    this.#reader.trust()
  }

  /** Sends a frame of the handshake. */
  shake(value: unknown): void {
    if (this.#state === 'closed') return
    this.#put(JSON.stringify(value))
  }

  notify(notice: unknown): boolean {
    if (this.#state !== 'open') return false
    if (this.#buffered() > NOTICE_BUFFER_BYTES_MAX) {
      this.#dropped++
      this.#droppingSince ??= this.#clock.monotonic()
      return false
    }
    return this.#send(['n', notice]) === undefined
  }

  request(request: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#state === 'open') return this.#requests.open((id) => this.#send(['q', id, request]), timeoutMs)
    return Promise.reject(CHANNEL_ERRORS['channel.closed']({ peer: this.#options.peer }))
  }

  async close(): Promise<void> {
    if (this.#state !== 'closed') {
      this.#flush()
      this.#shut(undefined)
      this.#socket.end()
      const cut = this.#clock.after(END_MS_MAX, () => this.#socket.destroy())
      this.#ended.then(() => cut.stop())
    }
    await this.#ended
  }

  /** Ends the connection at once; what has been put into it is still tried. */
  destroy(reason?: TandemError): void {
    if (this.#state === 'closed') return
    this.#flush()
    this.#shut(reason)
    this.#socket.destroySoon()
    const cut = this.#clock.after(END_MS_MAX, () => this.#socket.destroy())
    this.#ended.then(() => cut.stop())
  }

  #shut(reason: TandemError | undefined): void {
    this.#state = 'closed'
    this.#check.stop()
    this.#reader.stop()
    this.#requests.closed(reason)
    this.#options.closed(this, reason)
  }

  #buffered(): number {
    return this.#batch.bytes + this.#socket.writableLength
  }

  /** Undefined when the frame is on its way. */
  #send(frame: Frame): TandemError | undefined {
    try {
      this.#put(JSON.stringify(frame))
      return undefined
    } catch (error) {
      if (!isTandemError(error)) throw error
      this.#options.logger.error(
        { peer: this.#options.peer, code: error.code, ...error.fields },
        'channel frame refused',
      )
      return error
    }
  }

  #put(text: string): void {
    this.#batch.add(text)
    if (this.#flushDue) return
    this.#flushDue = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushDue = false
    if (this.#state === 'closed' || this.#batch.bytes === 0) return
    this.#sentAt = this.#clock.monotonic()
    for (const block of this.#batch.drain()) this.#socket.write(block)
    const bytes = this.#socket.writableLength
    if (bytes > BUFFER_BYTES_MAX) this.destroy(CHANNEL_ERRORS['channel.slow']({ bytes }))
  }

  /** Beats, and judges the peer. After a stall of our own the peer's bytes lie unread in the socket: judge at the next look. */
  #tick(): void {
    const now = this.#clock.monotonic()
    const stalled = now - this.#checkedAt > 2 * this.#checkMs
    this.#checkedAt = now
    this.#check = this.#clock.after(this.#checkMs, () => this.#tick())
    const silentMs = Math.round(now - this.#receivedAt)
    if (silentMs >= (this.#echoing ? this.#silentMsMax : SILENT_MS_MAX) && !stalled) {
      this.destroy(CHANNEL_ERRORS['channel.silent']({ silentMs }))
      return
    }
    this.#judgeSlowness(now)
    if (this.#state === 'open' && this.#options.measured && this.#probedAt === undefined) {
      this.#probedAt = now
      this.#send(['p', Math.round(now)])
    }
    if (this.#state === 'open' && this.#silentMsMax < SILENT_MS_MAX) this.#send(['p', SIGN_OF_LIFE])
    if (this.#state === 'open' && now - this.#sentAt >= HEARTBEAT_MS - CHECK_MS / 2) this.#send(['h'])
  }

  #judgeSlowness(now: number): void {
    if (this.#droppingSince === undefined) return
    const bytes = this.#buffered()
    if (bytes <= NOTICE_BUFFER_BYTES_MAX) this.#droppingSince = undefined
    else if (now - this.#droppingSince > DROPPING_MS_MAX) this.destroy(CHANNEL_ERRORS['channel.slow']({ bytes }))
  }

  #data(chunk: Buffer): void {
    this.#receivedAt = this.#clock.monotonic()
    try {
      this.#reader.push(chunk)
    } catch (error) {
      if (!isTandemError(error)) this.#complain(error)
      this.destroy(isTandemError(error) ? error : CHANNEL_ERRORS['channel.frame-invalid']())
    }
  }

  #frame(text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      throw CHANNEL_ERRORS['channel.frame-invalid']({}, cause)
    }
    if (this.#state === 'proving') this.#options.handshake(value, this)
    else if (Array.isArray(value)) this.#dispatch(value)
    else throw CHANNEL_ERRORS['channel.frame-invalid']()
  }

  #dispatch(frame: readonly unknown[]): void {
    switch (frame[0]) {
      case 'h':
        return
      case 'p':
        this.#send(['r', Number(frame[1])])
        return
      case 'r':
        this.#echoed(Number(frame[1]))
        return
      case 'n':
        if (!this.#options.guard?.()) this.#guarded(() => this.#options.notice?.(frame[1], this))
        return
      case 'q':
        this.#answer(Number(frame[1]), frame[2])
        return
      case 'a':
        this.#requests.answered(Number(frame[1]), frame[2])
        return
      case 'e':
        this.#requests.refused(Number(frame[1]), frame[2])
        return
      default:
        throw CHANNEL_ERRORS['channel.frame-invalid']()
    }
  }

  #echoed(probe: number): void {
    this.#echoing = true
    if (this.#probedAt === undefined || probe === SIGN_OF_LIFE) return
    this.#lagBeforeMs = this.#lagMs
    this.#lagMs = this.#clock.monotonic() - this.#probedAt
    this.#probedAt = undefined
  }

  /** A handler that throws is a bug of its own; the channel goes on. */
  #guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#complain(error)
    }
  }

  #complain(error: unknown): void {
    this.#options.logger.error({ peer: this.#options.peer, error: String(error) }, 'channel handler failed')
  }

  async #answer(id: number, request: unknown): Promise<void> {
    try {
      const refusal = this.#options.guard?.()
      if (refusal) throw refusal
      if (!this.#options.request) throw CHANNEL_ERRORS['channel.unhandled']()
      if (this.#answering >= REQUESTS_MAX) throw CHANNEL_ERRORS['channel.busy']({ peer: 'the peer' })
      this.#answering++
      try {
        this.#reply(id, await this.#options.request(request, this))
      } finally {
        this.#answering--
      }
    } catch (error) {
      this.#refuse(id, error)
    }
  }

  #reply(id: number, answer: unknown): void {
    if (this.#state !== 'open') return
    const error = this.#send(['a', id, answer ?? null])
    if (error) this.#refuse(id, error)
  }

  #refuse(id: number, error: unknown): void {
    if (this.#state !== 'open') return
    if (!isTandemError(error)) this.#complain(error)
    this.#send(['e', id, writeError(error)])
  }
}
