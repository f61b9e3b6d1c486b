import { ALIVE_EVERY_MS, type ServerMessage, type Topic } from '#api/contract'
import type { Servers } from './servers.ts'

/** The first tries come quickly, for another server is there at once; later ones spare a pool in trouble. */
const RETRY_MS = [0, 150, 300, 600, 1000, 2000, 4000] as const
/** Three signs of life missed: the line is dead, whatever the socket believes. */
const SILENCE_MS_MAX = 3 * ALIVE_EVERY_MS
/** What a server closes with when the token is not good any more. */
const CODE_UNAUTHORIZED = 4401

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

/** Opens a socket. */
export type OpenSocket = (url: string) => Socket

/** What a subscription is made of. */
export interface SubscriptionOptions {
  readonly servers: Servers
  readonly openSocket: OpenSocket
  readonly token: string
  readonly topics: readonly Topic[]
  heard(message: ServerMessage): void
  readonly over?: (() => void) | undefined
}

/** What one client hears of the pool's changes: it goes on at another server from the last sequence that it saw. */
export class Subscription {
  readonly #options: SubscriptionOptions
  #sequence: number | undefined
  #socket: Socket | undefined
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: SubscriptionOptions) {
    this.#options = options
    this.#connect()
  }

  /** The newest event that was heard of. */
  get sequence(): number | undefined {
    return this.#sequence
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#drop()
  }

  #connect(): void {
    const { servers, openSocket, token, topics } = this.#options
    const server = servers.current
    const socket = openSocket(`${server.replace(/^http/, 'ws')}/ws`)
    this.#socket = socket
    const sequence = this.#sequence
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: 'resume', token, topics, ...(sequence === undefined ? {} : { sequence }) }))
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as ServerMessage)
    socket.onerror = () => {}
    socket.onclose = ({ code }) => this.#lost(server, code)
    this.#watchFrom(server)
  }

  #hear(message: ServerMessage): void {
    this.#watchFrom(this.#options.servers.current)
    if (message.type === 'problem') return
    this.#failures = 0
    this.#sequence = message.sequence
    this.#options.heard(message)
  }

  #watchFrom(server: string): void {
    clearTimeout(this.#watch)
    this.#watch = setTimeout(() => this.#lost(server, 0), SILENCE_MS_MAX)
  }

  #lost(server: string, code: number): void {
    this.#drop()
    if (this.#closed) return
    if (code === CODE_UNAUTHORIZED) {
      this.#closed = true
      this.#options.over?.()
      return
    }
    this.#options.servers.failed(server)
    const delayMs = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]
    this.#retry = setTimeout(() => this.#connect(), delayMs)
  }

  #drop(): void {
    clearTimeout(this.#watch)
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.onerror = () => {}
    socket.close()
  }
}
