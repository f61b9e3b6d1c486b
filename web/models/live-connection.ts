import type { Resume, ServerMessage, Session } from '#api/contract'
import { type Board, EMPTY_BOARD, foldMessage } from './board.ts'
import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** How the connection is: shown at all times, for a board that stands still looks like a quiet hour. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'over'

/** The part of a browser's WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(text: string): void
  close(): void
}

/** What a connection is made of. */
export interface LiveConnectionOptions {
  readonly open: () => Socket
  /** Of the session that it begins with. */
  readonly token: string
  readonly clock: Clock
  /** What the user may do is told: at the beginning, and when it is something else now. */
  readonly onRights?: (rights: Session['rights']) => void
  /** The server has answered since it was asked last; or it has not, or no longer does, and is asked again: it was silent, or said no. */
  readonly onAnswered?: () => void
  readonly onUnanswered?: (how: 'silent' | 'refused') => void
  /** How long a server that lives may say nothing; {@link SILENCE_MS_MAX} unless told. */
  readonly silenceMs?: () => number
  /** The session is over: log in again, and {@link LiveConnection.renew} goes on. */
  readonly onOver: () => void
}

/** A core that restarts is back within a second or two, so the first tries come quickly; the last ones spare a server in trouble. */
const RETRY_MS = [150, 300, 600, 1000, 2000, 4000] as const
/** What asked while the network was away is repeated by TCP late; another connection is not. Even a poor network opens one within that. */
const CONNECT_MS_MAX = 4000
/** The server says that it lives every 5 s; three missed mean that the line is dead, whatever the browser believes. */
export const SILENCE_MS_MAX = 15_000
/** A connection that is younger than this, or was heard so lately, is left alone when the network is said to be back: it speaks every 5 s. */
const FRESH_MS = 300
const HEARD_MS = 6000
/** What the server closes with when the token is not good any more. */
const CODE_UNAUTHORIZED = 4401

/** Follows the server: resumes where it was after each loss, and keeps the board until then. */
export class LiveConnection {
  readonly state = new Store<ConnectionState>('connecting')
  readonly board = new Store<Board>(EMPTY_BOARD)
  readonly #options: LiveConnectionOptions
  #token: string
  #socket: Socket | undefined
  #failures = 0
  #openedAt = 0
  #heardAt: number | undefined
  #rights: string | undefined
  #colleagues: readonly string[] = []
  #stopRetry: () => void = () => {}
  #stopWatch: () => void = () => {}
  #isOver = false
  #closed = false

  constructor(options: LiveConnectionOptions) {
    this.#options = options
    this.#token = options.token
    this.#connect()
  }

  /** Tries at once, as when the browser is back on the network or the page in front; what is left of a dead connection is given up. */
  readonly retryNow = (): void => {
    if (this.#closed || this.#isOver || (this.#socket && this.#isTrusted())) return
    this.#stopRetry()
    if (this.#socket) this.#lost(0)
    this.#stopRetry()
    this.#connect()
  }

  /** Goes on with another session of the same user: the board stays, and what was missed meanwhile is told. */
  renew(token: string): void {
    if (this.#closed || token === this.#token) return
    this.#token = token
    this.#isOver = false
    this.#failures = 0
    this.#stopRetry()
    this.#drop()
    this.state.set(this.board.get().sequence === undefined ? 'connecting' : 'reconnecting')
    this.#connect()
  }

  /** Whose presence is told from now on, with its present at once. Those of before are followed no more. */
  follow(colleagues: readonly string[]): void {
    if (this.#closed || colleagues.join() === this.#colleagues.join()) return
    this.#colleagues = colleagues
    this.board.set({ ...this.board.get(), colleagues: new Map() })
    // Before the first answer the connection says so itself.
    if (this.#heardAt !== undefined) this.#socket?.send(JSON.stringify(this.#resume()))
  }

  close(): void {
    this.#closed = true
    this.#stopRetry()
    this.#drop()
  }

  /** Whether the connection is likely to be alive: a closed lid ends it without a word. */
  #isTrusted(): boolean {
    const now = this.#options.clock.now()
    return this.#heardAt === undefined ? now - this.#openedAt < FRESH_MS : now - this.#heardAt < HEARD_MS
  }

  #connect(): void {
    const socket = this.#options.open()
    this.#socket = socket
    this.#openedAt = this.#options.clock.now()
    this.#heardAt = undefined
    this.#watch(CONNECT_MS_MAX)
    socket.onopen = () => {
      this.#watch()
      socket.send(JSON.stringify(this.#resume()))
    }
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as ServerMessage)
    socket.onclose = ({ code }) => this.#lost(code)
  }

  #resume(): Resume {
    const { sequence } = this.board.get()
    return {
      type: 'resume',
      token: this.#token,
      topics: ['queues', 'agents', 'interactions', 'mailboxes'],
      ...(this.#colleagues.length > 0 && { colleagues: [...this.#colleagues] }),
      ...(sequence === undefined ? {} : { sequence }),
    }
  }

  #hear(message: ServerMessage): void {
    this.#watch()
    this.#heardAt = this.#options.clock.now()
    if (message.type === 'problem') return
    this.#failures = 0
    this.#options.onAnswered?.()
    if (message.rights && this.#isOther(message.rights, message.type)) return this.#beginAnew()
    this.board.set(foldMessage(this.board.get(), message, this.#options.clock.now()))
    this.state.set('live')
  }

  /** Whether what is on the board was shown to somebody who might see something else. */
  #isOther(rights: Session['rights'], type: ServerMessage['type']): boolean {
    const before = this.#rights
    this.#rights = rights.join()
    this.#options.onRights?.(rights)
    return type !== 'snapshot' && before !== undefined && before !== this.#rights
  }

  /** Asks for everything there is, and forgets what was seen. */
  #beginAnew(): void {
    this.board.set(EMPTY_BOARD)
    this.#drop()
    this.#connect()
  }

  /** Silence beyond bearing is a loss. */
  #watch(withinMs = this.#options.silenceMs?.() ?? SILENCE_MS_MAX): void {
    this.#stopWatch()
    this.#stopWatch = this.#options.clock.after(withinMs, () => this.#lost(0, 'silent'))
  }

  #lost(code: number, how: 'silent' | 'refused' = 'refused'): void {
    this.#drop()
    if (this.#closed) return
    if (code === CODE_UNAUTHORIZED) {
      this.#isOver = true
      this.state.set('over')
      return this.#options.onOver()
    }
    this.#options.onUnanswered?.(how)
    this.state.set(this.board.get().sequence === undefined ? 'connecting' : 'reconnecting')
    const delayMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]!
    this.#failures += 1
    this.#stopRetry = this.#options.clock.after(delayMs, () => this.#connect())
  }

  #drop(): void {
    this.#stopWatch()
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }
}
