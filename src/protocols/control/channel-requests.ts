import { type Clock, isTandemError, TandemError, type Timer } from '#base'
import { CHANNEL_ERRORS } from './channel-errors.ts'

/** Answers come within milliseconds or not at all; sealing a long recording takes seconds. */
const TIMEOUT_MS = 10_000

/** A core's busiest second makes some 2,000 requests; more without an answer means that the peer is stuck. */
export const REQUESTS_MAX = 20_000

/** A TandemError as it travels. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: TandemError): void
  readonly timer: Timer
}

/** The requests of one connection that have no answer yet. */
export class OpenRequests {
  readonly #peer: string
  readonly #clock: Clock
  readonly #pending = new Map<number, Pending>()
  #nextId = 1

  constructor(peer: string, clock: Clock) {
    this.#peer = peer
    this.#clock = clock
  }

  /** Sends a request under a number of its own; `send` gives the error when it cannot be sent. */
  open(send: (id: number) => TandemError | undefined, timeoutMs: number = TIMEOUT_MS): Promise<unknown> {
    const peer = this.#peer
    if (this.#pending.size >= REQUESTS_MAX) return Promise.reject(CHANNEL_ERRORS['channel.busy']({ peer }))
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = this.#clock.after(timeoutMs, () => {
        this.#pending.delete(id)
        reject(CHANNEL_ERRORS['channel.timeout']({ peer, timeoutMs }))
      })
      this.#pending.set(id, { resolve, reject, timer })
      const error = send(id)
      if (error) this.#settle(id)?.reject(error)
    })
  }

  answered(id: number, answer: unknown): void {
    this.#settle(id)?.resolve(answer)
  }

  refused(id: number, error: unknown): void {
    this.#settle(id)?.reject(readError(error))
  }

  /** The connection is over: nothing will be answered. */
  closed(reason: TandemError | undefined): void {
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(CHANNEL_ERRORS['channel.closed']({ peer: this.#peer }, reason))
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.timer.stop()
    return pending
  }
}

/** What a peer is told of an error; of a bug it learns nothing but that there is one. */
export function writeError(error: unknown): WireError {
  const known = isTandemError(error) ? error : CHANNEL_ERRORS['channel.peer-failed']()
  const { code, message, status, fields } = known
  return { code, message, status, fields }
}

function readError(value: unknown): TandemError {
  const error = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof WireError, unknown>>
  const { code, message, status, fields } = error
  if (typeof code !== 'string' || typeof message !== 'string') return CHANNEL_ERRORS['channel.peer-failed']()
  const known = typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {}
  return new TandemError(code, { sentence: message, status: typeof status === 'number' ? status : 500 }, known)
}
