import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a server that a test can close, hold or make long. */
export class TcpWay {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #state: 'open' | 'cut' | 'held' = 'open'
  #delayMs = 0

  private constructor(server: Server, port: number, to: number) {
    this.#server = server
    this.port = port
    server.on('connection', (near) => this.#join(near, to))
  }

  /** Opens a way to a port of this machine. */
  static async open(to: number): Promise<TcpWay> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TcpWay(server, (server.address() as { port: number }).port, to)
  }

  /** Every connection is cut, and none is made. */
  cut(): void {
    this.#state = 'cut'
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  /** Nothing comes through, and nobody is told; what was sent arrives when the way is open again. */
  hold(): void {
    this.#state = 'held'
    for (const pair of this.#pairs) for (const socket of pair) socket.pause()
  }

  /** Each piece arrives so much later, both ways together. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs / 2
  }

  mend(): void {
    this.#state = 'open'
    this.#delayMs = 0
    for (const pair of this.#pairs) for (const socket of pair) socket.resume()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #join(near: Socket, to: number): void {
    if (this.#state === 'cut') return void near.destroy()
    const far = connect({ host: '127.0.0.1', port: to, noDelay: true })
    near.setNoDelay(true)
    const pair = [near, far] as const
    this.#pairs.add(pair)
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        if (this.#delayMs === 0) other.write(bytes)
        else setTimeout(() => other.destroyed || other.write(bytes), this.#delayMs)
      })
      from.on('error', () => {})
      from.on('close', () => {
        other.destroy()
        this.#pairs.delete(pair)
      })
      if (this.#state === 'held') from.pause()
    }
  }
}
