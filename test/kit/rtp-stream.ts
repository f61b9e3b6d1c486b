import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

/**
 * One RTP stream of counted packets. Each packet of 20 ms carries in its sound the number of the stream and of the packet, and the
 * rest follows from these two: so a receiver sees loss, doubling, a wrong stream and a changed byte, without a codec.
 *
 *    0      4        8        12             20               160
 *    +------+--------+--------+--------------+-----------------+
 *    |"TNDM"| stream | packet | sent at (ns) | filled from both |
 *    +------+--------+--------+--------------+-----------------+
 */
const MAGIC = 0x544e444d
const PAYLOAD_BYTES = 160
const HEADER_BYTES = 12
const FRAME_MS = 20
/** How often the clock of the senders looks: a quarter of a frame late is not heard. */
const TICK_MS = FRAME_MS / 4

/** A time that all processes of this machine share, in milliseconds. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** What came from one other stream. */
export interface HeardStream {
  readonly stream: number
  packets: number
  /** Number of the last packet that was heard. */
  lastPacket: number
  lost: number
  doubled: number
  changed: number
  /** Longest time by which a packet came later after its forerunner than its RTP timestamp says, lost packets included, in ms. */
  gapMsMax: number
  /** The same, less what the sender and the receiver were late themselves: what the way between took. */
  transitMsMax: number
}

/** A moment at which sound was missing for longer than the jitter of a quiet machine. */
export interface Gap {
  /** {@link sharedNow} at its end. */
  readonly at: number
  readonly ms: number
  /** How much of it the own lateness of sender and receiver does not explain. */
  readonly transitMs: number
  /** Packets that never came. */
  readonly lost: number
  /** 0: sound without numbers, such as music. */
  readonly stream: number
}

/** Gaps from here on are kept one by one: two packets late is what an idle machine shows now and then. */
const GAP_KEPT_MS = 40

/** A machine that ran wild for this long has shown enough. */
const GAPS_MAX = 10_000

interface Last {
  at: number
  timestamp: number
  sentAt: number
  packet: number
}

export interface RtpStreamOptions {
  /** Stands in every packet: unique in one run, 1 to 2^32 - 1. */
  readonly stream: number
  readonly host: string
  /** RTP payload type that it sends: 0 (µ-law) or 8 (a-law). */
  readonly payloadType?: number
  /** First sequence number; 65,000 makes it wrap soon. */
  readonly sequence?: number
  /** Called with each packet received, for tests that look at the sound itself. */
  readonly received?: (packet: Buffer) => void
  /** Called for each pair of packets of one stream, with how long sound was missing between them. */
  readonly gapSeen?: (gap: Gap) => void
}

/** Sends counted packets and measures what comes back. Not started by itself: {@link RtpTicker} sends for all streams. */
export class RtpStream {
  readonly stream: number
  readonly heard = new Map<number, HeardStream>()
  readonly gaps: Gap[] = []
  /** Packets without numbers: prompts and music. */
  otherPackets = 0
  otherGapMsMax = 0
  /** Packets of sound so far, which is the number of the next: keys that were pressed are not counted. */
  sent = 0
  remote: { host: string; port: number } | undefined
  /** False while the party is on hold or has not answered. */
  sending = true
  readonly #socket: Socket
  readonly #options: RtpStreamOptions
  readonly #packet = Buffer.alloc(HEADER_BYTES + PAYLOAD_BYTES)
  readonly #last = new Map<number, Last>()
  #sound: ((frame: number) => Buffer) | undefined
  #frames = 0
  #keyPackets = 0
  #received: ((packet: Buffer) => void) | undefined
  /** When this process looked for packets last, and the time before. */
  #looked: readonly [before: number, last: number] = [0, 0]

  private constructor(socket: Socket, options: RtpStreamOptions) {
    this.#socket = socket
    this.#options = options
    this.stream = options.stream
    this.#received = options.received
    this.#packet[0] = 0x80
    this.#packet[1] = options.payloadType ?? 0
    this.#packet.writeUInt32BE(options.stream, 8)
    socket.on('message', (message) => this.#receive(message))
    socket.on('error', () => {})
  }

  /** Opens a port of its own. */
  static async open(options: RtpStreamOptions): Promise<RtpStream> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20, lookup: noLookup })
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(0, options.host, resolve))
    return new RtpStream(socket, options)
  }

  get port(): number {
    return (this.#socket.address() as AddressInfo).port
  }

  /** Sends this sound, in frames of 160 bytes of G.711, in place of numbers; `undefined` goes back to numbers. */
  speak(sound: ((frame: number) => Buffer) | undefined): void {
    this.#sound = sound
    this.#frames = 0
  }

  /** Sends the next packet, if there is anybody to send to. */
  sendNext(): void {
    if (!this.remote || !this.sending) return
    this.#packet.writeUInt16BE(this.#sequence(), 2)
    this.#packet.writeUInt32BE((this.sent * PAYLOAD_BYTES) >>> 0, 4)
    if (this.#sound) this.#sound(this.#frames++).copy(this.#packet, HEADER_BYTES, 0, PAYLOAD_BYTES)
    else fillCounted(this.#packet, this.stream, this.sent, sharedNow())
    this.sent += 1
    this.#socket.send(Buffer.from(this.#packet), this.remote.port, this.remote.host)
  }

  /** Calls for each packet received, in place of the option. */
  hear(received: (packet: Buffer) => void): void {
    this.#received = received
  }

  /** Presses a key as RFC 4733 says: three packets as it goes down, three as it comes up. */
  async press(digit: string, payloadType = 101): Promise<void> {
    const event = '0123456789*#ABCD'.indexOf(digit)
    const timestamp = (this.sent * PAYLOAD_BYTES) >>> 0
    for (let step = 0; step < 6 && this.remote; step++) {
      const packet = Buffer.alloc(HEADER_BYTES + 4)
      packet[0] = 0x80
      packet[1] = payloadType | (step === 0 ? 0x80 : 0)
      packet.writeUInt16BE(this.#sequence(), 2)
      this.#keyPackets += 1
      packet.writeUInt32BE(timestamp, 4)
      packet.writeUInt32BE(this.stream, 8)
      packet[12] = event
      packet[13] = (step > 2 ? 0x80 : 0) | 10
      packet.writeUInt16BE(Math.min(step + 1, 4) * PAYLOAD_BYTES, 14)
      this.#socket.send(packet, this.remote.port, this.remote.host)
      if (step < 3) await new Promise((resolve) => setTimeout(resolve, FRAME_MS))
    }
  }

  /** This process is awake: what it receives until the next time it may have read late by what it slept before. */
  awake(now: number): void {
    this.#looked = [this.#looked[1], now]
  }

  /** Sends any bytes, for tests of hostile input. */
  sendRaw(bytes: Buffer, to: { host: string; port: number }): void {
    this.#socket.send(bytes, to.port, to.host)
  }

  /** Forgets when the last packets came, so that a pause that was asked for (hold, a new partner) is not a gap. */
  forgetLast(): void {
    this.#last.clear()
  }

  close(): void {
    this.remote = undefined
    try {
      this.#socket.close()
    } catch {
      // It was closed before.
    }
  }

  #sequence(): number {
    return ((this.#options.sequence ?? 0) + this.sent + this.#keyPackets) & 0xffff
  }

  #receive(message: Buffer): void {
    if (message.length < HEADER_BYTES || (message[0]! & 0xc0) !== 0x80 || message[1]! >= 200) return
    this.#received?.(message)
    const payloadType = message[1]! & 0x7f
    if (payloadType !== 0 && payloadType !== 8) return
    const at = sharedNow()
    const timestamp = message.readUInt32BE(4)
    const counted = message.length === HEADER_BYTES + PAYLOAD_BYTES && message.readUInt32BE(HEADER_BYTES) === MAGIC
    if (counted) this.#receiveCounted(message, at, timestamp)
    else this.#receiveOther(at, timestamp)
  }

  #receiveOther(at: number, timestamp: number): void {
    this.otherPackets += 1
    const gap = this.#gapSince(0, at, { at, timestamp, sentAt: at, packet: 0 })
    if (gap) this.otherGapMsMax = Math.max(this.otherGapMsMax, gap.ms)
  }

  #receiveCounted(message: Buffer, at: number, timestamp: number): void {
    const stream = message.readUInt32BE(HEADER_BYTES + 4)
    const packet = message.readUInt32BE(HEADER_BYTES + 8)
    const sentAt = Number(message.readBigUInt64BE(HEADER_BYTES + 12)) / 1e6
    const heard = this.#heardFrom(stream)
    heard.packets += 1
    if (!isWhole(message, stream, packet)) heard.changed += 1
    // Music that gave way to people was not interrupted.
    this.#last.delete(0)
    const last = this.#last.get(stream)
    if (last && packet <= last.packet) {
      heard.doubled += 1
      return
    }
    if (last) heard.lost += packet - last.packet - 1
    heard.lastPacket = packet
    const gap = this.#gapSince(stream, at, { at, timestamp, sentAt, packet })
    if (!gap) return
    heard.gapMsMax = Math.max(heard.gapMsMax, gap.ms)
    heard.transitMsMax = Math.max(heard.transitMsMax, gap.transitMs)
  }

  #heardFrom(stream: number): HeardStream {
    const known = this.heard.get(stream)
    if (known) return known
    const heard = { stream, packets: 0, lastPacket: -1, lost: 0, doubled: 0, changed: 0, gapMsMax: 0, transitMsMax: 0 }
    this.heard.set(stream, heard)
    return heard
  }

  /** How long sound was missing before this packet: what its arrival is late by, plus what was lost on the way. */
  #gapSince(stream: number, at: number, now: Last): Gap | undefined {
    const last = this.#last.get(stream)
    this.#last.set(stream, now)
    if (!last) return undefined
    const lost = stream === 0 ? 0 : now.packet - last.packet - 1
    const lostMs = lost * FRAME_MS
    const ms = at - last.at - FRAME_MS
    const senderLateMs = stream === 0 ? 0 : Math.max(0, now.sentAt - last.sentAt - FRAME_MS - lostMs)
    // What came while this process slept was read when it woke.
    const readLateMs = this.#looked[0] === 0 ? 0 : Math.max(0, at - this.#looked[0] - 2 * TICK_MS)
    const gap = { at, ms, transitMs: Math.max(lostMs, ms - senderLateMs - readLateMs), lost, stream }
    this.#options.gapSeen?.(gap)
    if (ms > GAP_KEPT_MS && this.gaps.length < GAPS_MAX) this.gaps.push(gap)
    return gap
  }
}

/** Hosts here are addresses: asking the resolver for each packet would cost more than sending it. */
function noLookup(
  host: string,
  _: unknown,
  done: (error: Error | null, address: string, family: number) => void,
): void {
  done(null, host, 4)
}

function fillCounted(into: Buffer, stream: number, packet: number, now: number): void {
  into.writeUInt32BE(MAGIC, HEADER_BYTES)
  into.writeUInt32BE(stream, HEADER_BYTES + 4)
  into.writeUInt32BE(packet >>> 0, HEADER_BYTES + 8)
  into.writeBigUInt64BE(BigInt(Math.round(now * 1e6)), HEADER_BYTES + 12)
  for (let at = 20; at < PAYLOAD_BYTES; at++) into[HEADER_BYTES + at] = fillByte(stream, packet, at)
}

function isWhole(message: Buffer, stream: number, packet: number): boolean {
  for (let at = 20; at < PAYLOAD_BYTES; at++) {
    if (message[HEADER_BYTES + at] !== fillByte(stream, packet, at)) return false
  }
  return true
}

function fillByte(stream: number, packet: number, at: number): number {
  return (stream * 31 + packet * 7 + at * 13) & 0xff
}

/** One 20 ms clock that sends for many streams; it catches up when it was late, so that a stream never runs slow. */
export class RtpTicker {
  readonly #streams = new Set<RtpStream>()
  #timer: NodeJS.Timeout | undefined
  #next = 0
  /** How late the worst tick was: the part of a measured gap that is our own. */
  lateMsMax = 0

  add(stream: RtpStream): void {
    this.#streams.add(stream)
    if (this.#timer) return
    this.#next = sharedNow() + FRAME_MS
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  remove(stream: RtpStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size === 0) this.close()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#streams.clear()
  }

  #tick(): void {
    const now = sharedNow()
    if (now >= this.#next) this.lateMsMax = Math.max(this.lateMsMax, now - this.#next)
    for (const stream of this.#streams) stream.awake(now)
    for (; this.#next <= now; this.#next += FRAME_MS) for (const stream of this.#streams) stream.sendNext()
  }
}
