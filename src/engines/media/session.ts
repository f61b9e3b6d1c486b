import { randomBytes } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { DtmfDetector, decodeG711, type G711 } from '#protocols/audio'
import type { Hears, MediaLocal, MediaSessionId, MediaSpec, MediaStatistics } from '#protocols/control'
import { Reception, RtpView, TelephoneEventReceiver } from '#protocols/rtp'
import type { SrtpKeys } from '#protocols/srtp'
import { FlowWatch } from './flow-watch.ts'
import { OpusParty } from './opus-party.ts'
import { OutStream } from './out-stream.ts'
import { PartyGate } from './party-gate.ts'
import type { IceCredentials } from './plane-port.ts'
import type { PortPair } from './port-pool.ts'
import type { RecordingTap } from './recording-tap.ts'
import { ReportKeeper } from './report-keeper.ts'
import { SdesParty } from './sdes-party.ts'
import type { SessionContext } from './session-context.ts'
import { SessionOutput } from './session-output.ts'
import { TICK_MS } from './tick-wheel.ts'
import { newWay, type Way, WebParty } from './web-party.ts'
import { WIDE_STEPS } from './wide-clock.ts'

/** 160 ms of sound; longer packets are of no phone, and would make a small packet into a large one. */
const PAYLOAD_BYTES_MAX = 1280

/** How often a session looks after itself: lost ends of digits, silence, reports. */
const CARE_TICKS = 100 / TICK_MS

/** RFC 3550 6.2: a report every five seconds. */
const REPORT_MS = 5000

/** A browser is told at once how it is heard: its page shows it (RFC 3550 6.2 lets a small session report more often). */
const WEB_REPORT_MS = 1000

/** Where a session's sound goes besides the other party: one track of a recording. */
export interface Tapped {
  readonly tap: RecordingTap
  readonly track: number
}

export interface SessionOptions {
  readonly id: MediaSessionId
  readonly pair: PortPair
  readonly path: number
  /** Gives a pair of ports back. */
  release(pair: PortPair): void
  /** Those who hear this session; the plane keeps the list. */
  readonly audience: readonly Session[]
  /** The recordings that take its sound; the plane keeps the list. */
  readonly taps: readonly Tapped[]
  readonly context: SessionContext
}

/** A packet of telephone sound, and who is to hear it. */
interface Heard {
  readonly packet: Buffer
  readonly view: RtpView
  readonly listeners: readonly Session[]
}

/** One party: what it sends is counted, recorded, listened to for digits and passed to those who hear it. */
export class Session {
  readonly id: MediaSessionId
  /** The newest path that was asked for. */
  path: number
  readonly #release: (pair: PortPair) => void
  readonly #audience: readonly Session[]
  readonly #taps: readonly Tapped[]
  readonly #context: SessionContext
  readonly #view = new RtpView()
  /** Of the telephone sound that the party's packets of Opus became. */
  readonly #narrow = new RtpView()
  readonly #gate = new PartyGate()
  readonly #reception = new Reception()
  readonly #digits = new TelephoneEventReceiver()
  readonly #stream: OutStream
  readonly #output: SessionOutput
  readonly #reports: ReportKeeper
  readonly #flow: FlowWatch
  #detector: DtmfDetector | undefined
  #spec: MediaSpec = { sends: false, receives: false, hears: { type: 'silence' } }
  /** Where we are to be sent to, and where we were before, until the party has come over. */
  #way: Way
  #before: Way | undefined
  /** Where we send from to a party without WebRTC. */
  #from: PortPair
  #web: WebParty | undefined
  #sdes: SdesParty | undefined
  #opus: OpusParty | undefined
  #closed = false
  #strange = 0
  #octets = 0
  #reportedAtMs: number

  constructor(options: SessionOptions) {
    const { id, pair, path, context } = options
    this.id = id
    this.path = path
    this.#release = options.release
    this.#way = newWay(pair, path)
    this.#from = pair
    this.#audience = options.audience
    this.#taps = options.taps
    this.#context = context
    const random = randomBytes(10)
    this.#stream = new OutStream(random.readUInt32BE(0), random.readUInt16BE(4), random.readUInt32BE(6))
    this.#output = new SessionOutput({
      session: id,
      stream: this.#stream,
      context,
      isReady: () => this.#gate.port !== 0 && this.#secrecy?.isSecured !== false && this.#opus?.isReady !== false,
      send: (packet) => this.#send(packet),
    })
    this.#reports = new ReportKeeper(this.#stream, this.#reception, context.cname)
    this.#reportedAtMs = context.monotonic()
    this.#flow = new FlowWatch({
      ...{ nowMs: this.#reportedAtMs, alarmMs: context.silenceAlarmMs },
      alarm: (receiving) => context.event({ type: 'flow', session: id, receiving }),
    })
    this.#listen(this.#way)
    context.wheel.start({ run: (nowMs) => this.#care(nowMs) }, CARE_TICKS)
  }

  get hears(): Hears {
    return this.#spec.hears
  }

  /** What protects the party's packets, if anything does. */
  get #secrecy(): WebParty | SdesParty | undefined {
    return this.#web ?? this.#sdes
  }

  get law(): G711 | undefined {
    return this.#spec.codec?.name
  }

  /** What the party's SDP is to name. */
  get local(): Pick<MediaLocal, 'port' | 'srtp'> & { readonly webrtc?: IceCredentials } {
    const { pair, ufrag, password } = this.#way
    const srtp = this.#sdes && { key: this.#sdes.key }
    return { port: pair.port, ...(this.#web && { webrtc: { ufrag, password } }), ...(srtp && { srtp }) }
  }

  /** The party is to come another way: it is heard on both until it does. Of two ways the one that it came by so far stays. */
  renew(pair: PortPair): void {
    const came = this.#before && this.#web?.way !== this.#way ? this.#before : this.#way
    if (this.#before) this.#release((came === this.#way ? this.#before : this.#way).pair)
    this.#before = came
    this.#from = came.pair
    this.#way = newWay(pair, this.path)
    this.#listen(this.#way)
  }

  /** Sends a packet of the handshake. */
  handshake(packet: Uint8Array): void {
    if (!this.#closed) this.#web?.raw(packet)
  }

  /** The party has proved who it is. */
  secure(keys: SrtpKeys): void {
    this.#web?.secure(keys)
    this.#flow.begin(this.#context.monotonic())
  }

  /** Makes the session as the spec says; what is so already is left alone. */
  shape(spec: MediaSpec): void {
    if (spec.receives !== this.#spec.receives) this.#flow.begin(this.#context.monotonic())
    this.#spec = spec
    if (spec.webrtc) this.#web ??= new WebParty(this.#gate, (packet) => this.#context.handshake(this.id, packet))
    else this.#gate.name(spec.remote)
    this.#sdes = spec.srtp && (this.#sdes ?? new SdesParty())
    this.#sdes?.agree(spec.srtp ?? {})
    if (spec.telephoneEvent !== undefined || !spec.receives) this.#detector = undefined
    else this.#detector ??= new DtmfDetector()
    this.#speak(spec)
    this.#output.shape(spec, this.#opus)
  }

  #speak({ codec }: MediaSpec): void {
    const speaks = codec?.wire === 'opus'
    if (speaks === (this.#opus !== undefined)) return
    this.#opus?.close()
    this.#opus = speaks ? new OpusParty() : undefined
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
      gapMsMax: Math.round(this.#flow.gapMsMax),
      ...(roundTripMs !== undefined && { roundTripMs: Math.round(roundTripMs * 100) / 100 }),
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#output.close()
    this.#opus?.close()
    if (this.#stream.packets > 0) this.#report(this.#context.monotonic(), true)
    this.#release(this.#way.pair)
    if (this.#before) this.#release(this.#before.pair)
  }

  #listen(way: Way): void {
    const { rtp, rtcp } = way.pair
    rtp.on('message', (packet, from) => {
      if (this.#web) this.#unwrap(packet, from, way)
      else this.#received(packet, from, way)
    })
    rtcp.on('message', (packet, from) => this.#control(packet, from))
    // An unreachable party shows itself as silence; the error itself says nothing more.
    rtp.on('error', () => {})
    rtcp.on('error', () => {})
  }

  #unwrap(packet: Buffer, from: RemoteInfo, way: Way): void {
    if (this.#closed) return
    const clear = this.#web!.received(packet, from, way)
    if (clear === 'strange') this.#strange++
    if (typeof clear === 'string') return
    if (clear.kind === 'rtcp') this.#reported(clear.packet)
    else if (!this.#view.read(clear.packet)) this.#strange++
    else {
      if (way === this.#way) this.#comeOver()
      this.#taken(clear.packet)
    }
  }

  #received(packet: Buffer, from: RemoteInfo, way: Way): void {
    if (this.#closed) return
    const clear = this.#sdes ? this.#sdes.open(packet) : packet
    if (!clear || !this.#view.read(clear) || !this.#gate.admits(from.address, from.port)) {
      this.#strange++
      return
    }
    if (way === this.#way) this.#comeOver()
    this.#taken(clear)
  }

  /** The party sends to where it was told last: nothing more is to come to where we were. */
  #comeOver(): void {
    if (!this.#before) return
    this.#web?.leave(this.#before, this.#way)
    this.#release(this.#before.pair)
    this.#before = undefined
    this.#from = this.#way.pair
  }

  /** A packet of the party; the view has read it. */
  #taken(packet: Buffer): void {
    const view = this.#view
    const octets = view.payloadEnd - view.payloadStart
    if (octets > PAYLOAD_BYTES_MAX) return
    const ssrcBefore = this.#reception.ssrc
    if (this.#reception.arrived(view.ssrc, view.sequence) === 'suspect') return
    this.#opus?.narrow(packet, view, this.#spec)
    const nowMs = this.#context.monotonic()
    this.#octets += octets
    this.#flow.heard(nowMs, this.#spec.receives)
    if (ssrcBefore !== view.ssrc) this.#finishDigit()
    const { codec, telephoneEvent, telephoneEventNarrow, receives } = this.#spec
    const isEvent = view.payloadType === telephoneEvent || view.payloadType === telephoneEventNarrow
    if (receives && view.payloadType === codec?.payloadType) {
      this.#reception.timed(view.timestamp, nowMs)
      if (this.#opus) this.#wideSound(this.#opus, packet, nowMs)
      else this.#sound({ packet, view, listeners: this.#audience }, codec.name, nowMs)
    } else if (receives && isEvent) {
      this.#telephoneEvent(packet, nowMs)
    } else {
      for (const listener of this.#audience) listener.#output.skip(view)
    }
  }

  /** To those who speak Opus too the packet goes as it is; for all else it is decoded, if there is anything else. */
  #wideSound(opus: OpusParty, packet: Buffer, nowMs: number): void {
    const view = this.#view
    const listeners: Session[] = []
    for (const listener of this.#audience) {
      if (!listener.#output.takesOpus(nowMs)) listeners.push(listener)
      else listener.#output.opus({ packet, source: this.id, view, nowMs, mayChange: false })
    }
    if (listeners.length === 0 && this.#taps.length === 0 && !this.#detector) return opus.passed(view)
    if (!opus.isNew(view)) return
    const law = this.#spec.codec!.name
    for (const narrow of opus.decode(packet, view, law)) {
      if (this.#narrow.read(narrow)) this.#sound({ packet: narrow, view: this.#narrow, listeners }, law, nowMs)
    }
  }

  #sound({ packet, view, listeners }: Heard, law: G711, nowMs: number): void {
    if (this.#taps.length > 0 || this.#detector) {
      const octets = packet.subarray(view.payloadStart, view.payloadEnd)
      for (const { tap, track } of this.#taps) tap.write(track, octets, { view, law, nowMs })
      if (this.#detector) {
        for (const tone of this.#detector.push(decodeG711(law, octets))) this.#digit(tone.digit, tone.durationMs)
      }
    }
    const last = listeners.length - 1
    for (let i = 0; i <= last; i++) {
      listeners[i]!.#output.sound({ packet, source: this.id, view, nowMs, mayChange: i === last }, law)
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
    if (this.#spec.receives && (this.#web || this.#gate.port !== 0)) this.#flow.look(nowMs, this.#web)
    if (nowMs - this.#reportedAtMs >= (this.#web ? WEB_REPORT_MS : REPORT_MS))
      this.#report(this.#context.monotonic(), false)
    return CARE_TICKS
  }

  #report(nowMs: number, bye: boolean): void {
    this.#reportedAtMs = nowMs
    const { port, address } = this.#gate
    if (port === 0 || port === 65_535) return
    const steps = this.#opus ? WIDE_STEPS : 1
    const packet = this.#reports.write({ nowMs, wallMs: this.#context.now(), bye, steps })
    if (this.#web) this.#web.sendControl(packet)
    else {
      const out = this.#sdes ? this.#sdes.protectControl(packet) : packet
      if (out) this.#from.rtcp.send(out, port + 1, address!)
    }
  }

  #reported(packet: Buffer): void {
    this.#reports.read(packet, this.#context.monotonic())
    this.#opus?.expectLoss(this.#reports.lostShare)
  }

  #send(packet: Buffer): void {
    if (this.#web) return this.#web.send(packet)
    const out = this.#sdes ? this.#sdes.protect(packet) : packet
    if (out) this.#from.rtp.send(out, this.#gate.port, this.#gate.address!)
  }

  #control(packet: Buffer, from: RemoteInfo): void {
    if (this.#closed) return
    const clear = this.#sdes ? this.#sdes.openControl(packet) : packet
    if (!clear || !this.#gate.admitsControl(from.address)) this.#strange++
    else this.#reported(clear)
  }
}
