import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Balancers end a connection on which nothing is said for a minute. */
const ALIVE_MS = 15_000
/** What may wait for a slow reader; then the connection ends, and the next one begins with everything that it lacks. */
const UNREAD_BYTES_MAX = 256 * 1024

/** An answer that goes on: server-sent events (the `text/event-stream` of HTML). */
export class EventStream {
  readonly #body = new Readable({ read() {} })

  /** `closed` is called once, whoever ends it. */
  constructor(closed: () => void) {
    const alive = setInterval(() => this.#body.push(': alive\n\n'), ALIVE_MS)
    this.#body.once('close', () => {
      clearInterval(alive)
      closed()
    })
  }

  send(event: string, data: unknown): void {
    if (this.#body.destroyed) return
    if (this.#body.readableLength > UNREAD_BYTES_MAX) this.abort()
    else this.#body.push(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Nothing more comes. */
  end(): void {
    this.#body.push(null)
  }

  /** Cuts the connection: whoever reads comes again. */
  abort(): void {
    this.#body.destroy()
  }

  answer(reply: FastifyReply) {
    reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8')
    return reply.send(this.#body)
  }
}
