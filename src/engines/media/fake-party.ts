/** For tests: a phone's media side on a real socket of loopback, which keeps what it hears packet by packet. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { RTP_HEADER_BYTES, type RtpHeader, RtpView, writeRtpHeader } from '#protocols/rtp'

export interface HeardPacket extends RtpHeader {
  readonly payload: Buffer
  readonly atMs: number
}

export interface FakePartyOptions {
  readonly ssrc?: number
  readonly sequence?: number
  readonly timestamp?: number
}

export class FakeParty {
  readonly socket: Socket
  readonly heard: HeardPacket[] = []
  readonly ssrc: number
  sequence: number
  timestamp: number
  /** Where it sends to. */
  target = 0
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket, options: FakePartyOptions) {
    this.socket = socket
    this.ssrc = options.ssrc ?? 0x1234_5678
    this.sequence = options.sequence ?? 65_000
    this.timestamp = options.timestamp ?? 0xffff_f000
    const view = new RtpView()
    socket.on('message', (packet) => {
      if (!view.read(packet)) return
      const { marker, payloadType, sequence, timestamp, ssrc, payloadStart, payloadEnd } = view
      const payload = Buffer.from(packet.subarray(payloadStart, payloadEnd))
      this.heard.push({ marker, payloadType, sequence, timestamp, ssrc, payload, atMs: performance.now() })
      for (const check of this.#waiting) check()
    })
  }

  static async open(options: FakePartyOptions = {}): Promise<FakeParty> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new FakeParty(socket, options)
  }

  get address(): { address: string; port: number } {
    return { address: '127.0.0.1', port: this.socket.address().port }
  }

  /** Sends one packet of its stream, then moves on by a packet. */
  send(payload: Uint8Array, header: Partial<RtpHeader> = {}): void {
    const packet = Buffer.alloc(RTP_HEADER_BYTES + payload.length)
    const { sequence, timestamp, ssrc } = this
    writeRtpHeader(packet, { marker: false, payloadType: 0, sequence, timestamp, ssrc, ...header })
    packet.set(payload, RTP_HEADER_BYTES)
    this.raw(packet)
    this.sequence = (this.sequence + 1) & 0xffff
    this.timestamp = (this.timestamp + 160) >>> 0
  }

  raw(packet: Uint8Array, port: number = this.target): void {
    this.socket.send(packet, port, '127.0.0.1')
  }

  /** Resolves when what it has heard satisfies the condition. */
  until(condition: (heard: readonly HeardPacket[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition(this.heard)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  async hears(count: number): Promise<readonly HeardPacket[]> {
    const from = this.heard.length
    await this.until((heard) => heard.length >= from + count)
    return this.heard.slice(from)
  }

  close(): void {
    this.socket.close()
  }
}

/** A payload that names its packet: nothing else has these bytes. */
export function numberedPayload(stream: number, packet: number, length = 160): Buffer {
  const payload = Buffer.alloc(length)
  for (let i = 0; i < length; i++) payload[i] = (stream * 37 + packet * 11 + i * 7) & 0xff
  payload.writeUInt16BE(stream & 0xffff, 0)
  payload.writeUInt32BE(packet, 2)
  return payload
}
