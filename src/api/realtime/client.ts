import { type Resume, ResumeSchema, type ServerMessage, type Topic } from '#api/contract'
import type { Claims } from '#api/sessions'
import type { Millis } from '#base'
import type { Right } from '#kernel/permission'

/** The part of a WebSocket that is used; the one of the package ws fits. */
export interface Socket {
  readonly bufferedAmount: number
  send(data: Buffer, as: { binary: false }): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: { toString(): string }, isBinary: boolean) => void): unknown
  on(event: 'close' | 'error', listener: () => void): unknown
}

/** A browser that has this much unread gets nothing more until it has caught up: about ten seconds of a busy centre. */
const UNREAD_BYTES_MAX = 1024 * 1024
/** And then a snapshot once its buffer is nearly empty. */
const UNREAD_BYTES_LOW = 64 * 1024
/** One that reads nothing for so long is not there. */
const STUCK_MS_MAX = 30_000

/** Why a connection is closed, as the browser sees it (4000 to 4999 are ours, RFC 6455 7.4.2). */
export const CLOSE_CODES = { unauthorized: 4401, malformed: 4400, slow: 4408, full: 4503, behind: 4504 } as const

/** What a browser has said and proved. */
export interface Said {
  readonly claims: Claims
  readonly topics: ReadonlySet<Topic>
  /** The topics as one word, the same for all who want the same. */
  readonly wants: string
  /** Whose presence it is told. */
  readonly colleagues: ReadonlySet<string>
}

/** One browser: what it wants, what it has seen, and how far it is behind with reading. */
export class Client {
  readonly #socket: Socket
  /** From where it has come. */
  readonly address: string
  #stuckSince: Millis | undefined
  /** Who it is and what it wants, once it has said so. */
  said: Said | undefined
  /** Whether it has had its first answer: changes come only after that. */
  greeted = false
  /** What its user might do when it was told last; with others it needs a snapshot. */
  rights: readonly Right[] | undefined
  /** It has missed something and needs a snapshot. */
  stale = false
  closed = false

  constructor(socket: Socket, address: string) {
    this.#socket = socket
    this.address = address
  }

  /** Sends a text, as bytes that are made once for all who get the same, unless the browser is behind with reading: then it is stale from now on, and the core waits for nobody. */
  send(text: Buffer, now: Millis): void {
    if (this.closed || this.stale) return
    if (this.#socket.bufferedAmount > UNREAD_BYTES_MAX) {
      this.stale = true
      this.#stuckSince = now
      return
    }
    this.#socket.send(text, { binary: false })
  }

  /** Whether a stale browser has read enough to be given a snapshot; ends one that reads nothing at all. */
  isReadyAgain(now: Millis): boolean {
    if (this.#socket.bufferedAmount <= UNREAD_BYTES_LOW) {
      this.#stuckSince = undefined
      return true
    }
    if (this.#stuckSince !== undefined && now - this.#stuckSince > STUCK_MS_MAX) this.terminate()
    return false
  }

  /** Says why and closes. */
  refuse(code: number, status: number, detail: string): void {
    if (this.closed) return
    const problem: ServerMessage = { type: 'problem', status, detail }
    this.#socket.send(bytesOf(problem), { binary: false })
    this.close(code, detail)
  }

  close(code: number, reason: string): void {
    if (this.closed) return
    this.closed = true
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.closed = true
    this.#socket.terminate()
  }
}

/** What a browser says, or undefined when it is nothing that we know. */
export function parseResume(text: string): Resume | undefined {
  try {
    return ResumeSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A message as it travels. */
export function bytesOf(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}
