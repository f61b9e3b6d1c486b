import { randomBytes } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { DtmfDetector, decodeG711, type G711 } from '#protocols/audio'
import type { Hears, MediaSessionId, MediaSpec, MediaStatistics } from '#protocols/control'
import { Reception, RtpView, TelephoneEventReceiver } from '#protocols/rtp'
import { OutStream } from './out-stream.ts'
import { PartyGate } from './party-gate.ts'
import type { PortPair } from './port-pool.ts'
import type { RecordingTap } from './recording-tap.ts'
import { ReportKeeper } from './report-keeper.ts'
import type { SessionContext } from './session-context.ts'
import { SessionOutput } from './session-output.ts'
import { TICK_MS } from './tick-wheel.ts'

/** 160 ms of sound; longer packets are of no phone, and would make a small packet into a large one. */
const PAYLOAD_BYTES_MAX = 1280

/** How often a session looks after itself: lost ends of digits, silence, reports. */
const CARE_TICKS = 100 / TICK_MS

/** RFC 3550 6.2: a report every five seconds. */
const REPORT_MS = 5000

/** Where a session's sound goes besides the other party: one track of a recording. */
export interface Tapped {
  readonly tap: RecordingTap
  readonly track: number
}

export interface SessionOptions {
  readonly id: MediaSessionId
  readonly pair: PortPair
  /** Those who hear this session; the plane keeps the list. */
  readonly audience: readonly Session[]
  /** The recordings that take its sound; the plane keeps the list. */
  readonly taps: readonly Tapped[]
  readonly context: SessionContext
}

/** One party: what it sends is counted, recorded, listened to for digits and passed to those who hear it. */
export class Session {
  readonly id: MediaSessionId
  readonly pair: PortPair
  readonly #audience: readonly Session[]
  readonly #taps: readonly Tapped[]
  readonly #context: SessionContext
  readonly #view = new RtpView()
  readonly #gate = new PartyGate()
  readonly #reception = new Reception()
  readonly #digits = new TelephoneEventReceiver()
  readonly #stream: OutStream
  readonly #output: SessionOutput
  readonly #reports: ReportKeeper
  #detector: DtmfDetector | undefined
  #spec: MediaSpec = { sends: false, receives: false, hears: { type: 'silence' } }
  #closed = false
  #strange = 0
  #octets = 0
  #heardAny = false
  #lastAtMs: number
  #gapMsMax = 0
  #alarmed = false
  #reportedAtMs: number

  constructor(options: SessionOptions) {
    const { id, pair, context } = options
    this.id = id
    this.pair = pair
    this.#audience = options.audience
    this.#taps = options.taps
    this.#context = context
    const random = randomBytes(10)
    this.#stream = new OutStream(random.readUInt32BE(0), random.readUInt16BE(4), random.readUInt32BE(6))
    this.#output = new SessionOutput({ session: id, socket: pair.rtp, gate: this.#gate, stream: this.#stream, context })
    this.#reports = new ReportKeeper(this.#stream, this.#reception, context.cname)
    this.#lastAtMs = this.#reportedAtMs = context.monotonic()
    pair.rtp.on('message', (packet, from) => this.#received(packet, from))
    pair.rtcp.on('message', (packet, from) => this.#control(packet, from))
    // An unreachable party shows itself as silence; the error itself says nothing more.
    pair.rtp.on('error', () => {})
    pair.rtcp.on('error', () => {})
    context.wheel.start({ run: (nowMs) => this.#care(nowMs) }, CARE_TICKS)
  }

  get hears(): Hears {
    return this.#spec.hears
  }

  get law(): G711 | undefined {
    return this.#spec.codec?.name
  }

  /** Makes the session as the spec says; what is so already is left alone. */
  shape(spec: MediaSpec): void {
    if (spec.receives !== this.#spec.receives) this.#lastAtMs = this.#context.monotonic()
    this.#spec = spec
    this.#gate.name(spec.remote)
    if (spec.telephoneEvent !== undefined || !spec.receives) this.#detector = undefined
    else this.#detector ??= new DtmfDetector()
    this.#output.shape(spec)
  }

  /** Keys digits in to the party, once for each id. */
  key(id: string, digits: string): void {
    this.#output.key(id, digits)
  }

  statistics(): MediaStatistics {
    const { roundTripMs } = this.#reports
    return {
      session: this.id,
      packetsReceived: this.#reception.packetsReceived,
      packetsSent: this.#stream.packets,
      octetsReceived: this.#octets,
      octetsSent: this.#stream.octets,
      packetsLost: this.#reception.packetsLost,
      jitterMs: Math.round(this.#reception.jitterMs * 100) / 100,
      packetsStrange: this.#strange,
      gapMsMax: Math.round(this.#gapMsMax),
      ...(roundTripMs !== undefined && { roundTripMs: Math.round(roundTripMs * 100) / 100 }),
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#output.close()
    if (this.#stream.packets > 0) this.#report(this.#context.monotonic(), true)
  }

  #received(packet: Buffer, from: RemoteInfo): void {
    const view = this.#view
    if (this.#closed) return
    if (!view.read(packet) || !this.#gate.admits(from.address, from.port)) {
      this.#strange++
      return
    }
    const octets = view.payloadEnd - view.payloadStart
    if (octets > PAYLOAD_BYTES_MAX) return
    const ssrcBefore = this.#reception.ssrc
    if (this.#reception.arrived(view.ssrc, view.sequence) === 'suspect') return
    const nowMs = this.#context.monotonic()
    this.#octets += octets
    this.#timed(nowMs)
    if (ssrcBefore !== view.ssrc) this.#finishDigit()
    const { codec, telephoneEvent, receives } = this.#spec
    if (receives && view.payloadType === codec?.payloadType) {
      this.#reception.timed(view.timestamp, nowMs)
      this.#sound(packet, codec.name, nowMs)
    } else if (receives && view.payloadType === telephoneEvent) {
      this.#telephoneEvent(packet, nowMs)
    } else {
      for (const listener of this.#audience) listener.#output.skip(view)
    }
  }

  #timed(nowMs: number): void {
    const gapMs = nowMs - this.#lastAtMs
    if (this.#heardAny && this.#spec.receives && gapMs > this.#gapMsMax) this.#gapMsMax = gapMs
    this.#lastAtMs = nowMs
    this.#heardAny = true
    if (!this.#alarmed) return
    this.#alarmed = false
    this.#context.event({ type: 'flow', session: this.id, receiving: true })
  }

  #sound(packet: Buffer, law: G711, nowMs: number): void {
    const view = this.#view
    if (this.#taps.length > 0 || this.#detector) {
      const octets = packet.subarray(view.payloadStart, view.payloadEnd)
      for (const { tap, track } of this.#taps) tap.write(track, octets, { view, law, nowMs })
      if (this.#detector) {
        for (const tone of this.#detector.push(decodeG711(law, octets))) this.#digit(tone.digit, tone.durationMs)
      }
    }
    const last = this.#audience.length - 1
    for (let i = 0; i <= last; i++) {
      this.#audience[i]!.#output.sound({ packet, source: this.id, view, nowMs, mayChange: i === last }, law)
    }
  }

  #telephoneEvent(packet: Buffer, nowMs: number): void {
    const view = this.#view
    const payload = packet.subarray(view.payloadStart, view.payloadEnd)
    for (const digit of this.#digits.receive(payload, view.timestamp, nowMs)) this.#digit(digit.digit, digit.durationMs)
    const last = this.#audience.length - 1
    for (let i = 0; i <= last; i++) {
      this.#audience[i]!.#output.telephoneEvent({ packet, source: this.id, view, nowMs, mayChange: i === last })
    }
  }

  #digit(digit: string, durationMs: number): void {
    this.#context.event({ type: 'digit', session: this.id, digit, durationMs })
  }

  #finishDigit(): void {
    const digit = this.#digits.restart()
    if (digit) this.#digit(digit.digit, digit.durationMs)
  }

  #care(nowMs: number): number {
    if (this.#closed) return 0
    const digit = this.#digits.busy ? this.#digits.expire(nowMs) : undefined
    if (digit) this.#digit(digit.digit, digit.durationMs)
    this.#watch(nowMs)
    if (nowMs - this.#reportedAtMs >= REPORT_MS) this.#report(this.#context.monotonic(), false)
    return CARE_TICKS
  }

  #watch(nowMs: number): void {
    if (this.#alarmed || !this.#spec.receives || this.#gate.port === 0) return
    if (nowMs - this.#lastAtMs < this.#context.silenceAlarmMs) return
    this.#alarmed = true
    this.#context.event({ type: 'flow', session: this.id, receiving: false })
  }

  #report(nowMs: number, bye: boolean): void {
    this.#reportedAtMs = nowMs
    const { port, address } = this.#gate
    if (port === 0 || port === 65_535) return
    const packet = this.#reports.write({ nowMs, wallMs: this.#context.now(), bye })
    this.pair.rtcp.send(packet, port + 1, address!)
  }

  #control(packet: Buffer, from: RemoteInfo): void {
    if (this.#closed) return
    if (!this.#gate.admitsControl(from.address)) this.#strange++
    else this.#reports.read(packet, this.#context.monotonic())
  }
}
