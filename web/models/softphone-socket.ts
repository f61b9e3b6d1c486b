import type { Clock } from './clock.ts'

/** The part of a browser's WebSocket that is used. */
export interface WebSocketLike {
  onopen: (() => void) | null
  onclose: ((event: { wasClean: boolean; code: number; reason: string }) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  send(text: string): void
  close(): void
}

/**
 * How long one attempt may take: what asked while the network was away is repeated by TCP after 1, 2, 4, 8 s only, and would be late when
 * it is back, so most attempts are short. Every third is longer, for a poor network or a busy server. Attempts cannot overlap: browsers
 * open one WebSocket a server at a time (RFC 6455 4.1).
 */
const ATTEMPT_MS = [750, 750, 2000, 750, 750, 5000] as const

/** What failed so often has time: a browser slows down a page whose attempts to connect fail by the dozen, when they count again. */
const EAGER_ATTEMPTS = 30
const LAZY_ATTEMPT_MS = 5000

/** After a refusal, which comes at once: an edge that was killed is there again within a second. */
const PAUSE_MS = [100, 150, 250, 400, 600, 1000, 2000, 3000] as const

/** A browser that knows that it has no network is not asked for one; it says when it has (`hurry`). */
const OFFLINE_PAUSE_MS = 1000

/** A thousand phones lose their edge at the same moment, and shall not come back at the same moment. */
const SPREAD = 0.5

export interface SipSocketOptions {
  readonly open: (url: string) => WebSocketLike
  readonly clock: Clock
  /** Between 0 and 1. */
  readonly random: () => number
  readonly isOnline: () => boolean
}

/** What JsSIP takes for its socket. From `connect` on it goes on trying until it is open; JsSIP is told of what was open and has ended, and of no attempt. */
export class SipSocket {
  url = ''
  sip_uri = ''
  via_transport = ''
  onconnect: () => void = () => {}
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {}
  ondata: (data: unknown) => void = () => {}
  readonly #options: SipSocketOptions
  #wanted: string
  #socket: WebSocketLike | undefined
  #isWanted = false
  #isOpen = false
  #attempts = 0
  #refusals = 0
  #stopTimer: () => void = () => {}

  constructor(url: string, options: SipSocketOptions) {
    this.#options = options
    this.#wanted = url
    this.#settle()
  }

  /** Connects to another edge from now on; a connection that stands is left as it is, and one that is tried is tried there at once. */
  goTo(url: string): void {
    if (url === this.#wanted) return
    this.#wanted = url
    this.hurry()
  }

  connect(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    this.#attempts = 0
    this.#refusals = 0
    this.#attempt()
  }

  disconnect(): void {
    this.#isWanted = false
    this.#stopTimer()
    this.#drop()
  }

  send(message: string): boolean {
    if (this.#isOpen) this.#socket?.send(message)
    return this.#isOpen
  }

  isConnected(): boolean {
    return this.#isOpen
  }

  isConnecting(): boolean {
    return this.#isWanted && !this.#isOpen
  }

  /** The network is said to be back: what waits is tried now. */
  hurry(): void {
    if (!this.isConnecting()) return
    this.#stopTimer()
    this.#drop()
    this.#attempts = 0
    this.#attempt()
  }

  #settle(): void {
    const { protocol, host } = new URL(this.#wanted)
    this.url = this.#wanted
    this.sip_uri = `sip:${host};transport=ws`
    this.via_transport = protocol === 'wss:' ? 'WSS' : 'WS'
  }

  #attempt(): void {
    const { open, isOnline } = this.#options
    this.#settle()
    if (!isOnline()) return this.#later(OFFLINE_PAUSE_MS)
    const attempt = this.#attempts++
    const socket = open(this.url)
    this.#socket = socket
    socket.onopen = () => {
      this.#stopTimer()
      this.#isOpen = true
      this.onconnect()
    }
    socket.onmessage = ({ data }) => this.ondata(data)
    socket.onclose = ({ wasClean, code, reason }) => {
      const wasOpen = this.#isOpen
      this.#stopTimer()
      this.#drop()
      if (wasOpen) {
        this.#isWanted = false
        return this.ondisconnect(!wasClean, code, reason)
      }
      this.#later(PAUSE_MS[Math.min(this.#refusals++, PAUSE_MS.length - 1)]!)
    }
    const lastsMs = attempt < EAGER_ATTEMPTS ? ATTEMPT_MS[attempt % ATTEMPT_MS.length]! : LAZY_ATTEMPT_MS
    this.#stopTimer = this.#options.clock.after(lastsMs, () => {
      this.#drop()
      this.#attempt()
    })
  }

  #later(pauseMs: number): void {
    const { clock, random } = this.#options
    this.#stopTimer = clock.after(pauseMs * (1 + SPREAD * random()), () => this.#attempt())
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#isOpen = false
    if (!socket) return
    socket.onopen = null
    socket.onclose = null
    socket.onmessage = null
    socket.close()
  }
}
