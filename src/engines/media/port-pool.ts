import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { MEDIA_ERRORS } from './media-errors.ts'
import type { PortRange } from './plane-port.ts'

/** Ports of other programs may lie in the range: so many pairs are tried before we give up. */
const TRIES_MAX = 200

/** A kernel buffer of half a second of one call; the default of 200 KB is the same in most systems. */
export interface PortPair {
  readonly port: number
  readonly rtp: Socket
  readonly rtcp: Socket
}

/**
 * Gives pairs of sockets from a range, even port for RTP and the next one for RTCP. Ports are taken in turn, so that one that was just given back is the last
 * to be used again: late packets of the old party find nobody. A process begins anywhere in its range, unless told: parties of its former life, whom nobody
 * could tell that it is over, go on sending to the ports of that life.
 */
export class PortPool {
  readonly #address: string
  readonly #range: PortRange
  readonly #used = new Set<number>()
  #next: number

  constructor(address: string, range: PortRange, first?: number) {
    this.#address = address
    this.#range = { from: range.from + (range.from & 1), to: range.to }
    this.#next = first ?? this.#range.from + 2 * randomInt(Math.max(1, this.#pairs))
  }

  get #pairs(): number {
    return Math.max(0, Math.floor((this.#range.to - this.#range.from + 1) / 2))
  }

  /** Opens a pair, the wished one if it can be had. Rejects with `media.ports-exhausted`. */
  async open(wish?: number): Promise<PortPair> {
    if (wish !== undefined && this.#fits(wish)) {
      const pair = await this.#try(wish)
      if (pair) return pair
    }
    for (let tries = Math.min(this.#pairs, TRIES_MAX + this.#used.size); tries > 0; tries--) {
      const port = this.#next
      this.#next = port + 3 > this.#range.to ? this.#range.from : port + 2
      const pair = this.#used.has(port) ? undefined : await this.#try(port)
      if (pair) return pair
    }
    throw MEDIA_ERRORS['media.ports-exhausted']({ ...this.#range })
  }

  /** Closes a pair; its ports may be given again. */
  close(pair: PortPair): void {
    pair.rtp.close()
    pair.rtcp.close()
    this.#used.delete(pair.port)
  }

  #fits(port: number): boolean {
    return port % 2 === 0 && port >= this.#range.from && port + 1 <= this.#range.to && !this.#used.has(port)
  }

  async #try(port: number): Promise<PortPair | undefined> {
    this.#used.add(port)
    const rtp = await this.#bind(port)
    const rtcp = rtp && (await this.#bind(port + 1))
    if (rtp && rtcp) return { port, rtp, rtcp }
    rtp?.close()
    this.#used.delete(port)
    return undefined
  }

  #bind(port: number): Promise<Socket | undefined> {
    const six = isIPv6(this.#address)
    const socket = createSocket({
      type: six ? 'udp6' : 'udp4',
      // Addresses are literals, so nothing is to be looked up: the default would cost a turn of the event loop for every packet.
      lookup: (host, _, found) => found(null, host, six ? 6 : 4),
    })
    return new Promise((resolve) => {
      socket.once('error', () => {
        socket.close()
        resolve(undefined)
      })
      socket.bind({ address: this.#address, port, exclusive: true }, () => {
        socket.removeAllListeners('error')
        resolve(socket)
      })
    })
  }
}
