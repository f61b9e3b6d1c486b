import { setNewest } from '#base'
import { encodeG711, type G711, G711_SILENCE, opusSamples } from '#protocols/audio'
import type { Hears, MediaCodec, MediaSessionId, MediaSpec } from '#protocols/control'
import { RTP_HEADER_BYTES, type RtpView, writeRtpHeader } from '#protocols/rtp'
import { EventTone } from './event-tone.ts'
import { type KeyedPacket, Keying } from './keying.ts'
import { Mix } from './mix.ts'
import type { OpusParty } from './opus-party.ts'
import type { OutStream } from './out-stream.ts'
import { Program } from './program.ts'
import { Repacker } from './repacker.ts'
import type { SessionContext } from './session-context.ts'
import { TICK_MS } from './tick-wheel.ts'
import { widened } from './wide-clock.ts'

/** A program that was replaced is kept, so that its id never starts again; more than some are not in use at a time. */
const PROGRAMS_MAX = 4

const SAMPLES_PER_MS = 8

/** What reached another session and is to be sent on. */
export interface Relayed {
  readonly packet: Buffer
  /** Whose packet it is. */
  readonly source: MediaSessionId
  readonly view: RtpView
  readonly nowMs: number
  /** Nobody needs the packet's bytes afterwards: its header may be written over. */
  readonly mayChange: boolean
}

export interface OutputOptions {
  readonly session: MediaSessionId
  /** Whether packets can reach the party: its address is known, and what it needs to read them. */
  isReady(): boolean
  /** Sends a packet to the party, when it is ready. */
  send(packet: Buffer): void
  readonly stream: OutStream
  readonly context: SessionContext
}

/** What one party hears: a program, a mix or silence that is made here, or what another session received. */
export class SessionOutput {
  readonly #options: OutputOptions
  readonly #stream: OutStream
  readonly #context: SessionContext
  readonly #programs = new Map<string, Program>()
  #spec: MediaSpec = { sends: false, receives: false, hears: { type: 'silence' } }
  #opus: OpusParty | undefined
  #program: Program | undefined
  #mix: Mix | undefined
  #keying: Keying | undefined
  #repacker: Repacker | undefined
  #tone: EventTone | undefined
  /** When the packet came that is being cut. */
  #cutAtMs = 0
  #pacing = false
  #closed = false

  constructor(options: OutputOptions) {
    this.#options = options
    this.#stream = options.stream
    this.#context = options.context
  }

  /** Makes the output as the spec says; a source that is the same already goes on. */
  shape(spec: MediaSpec, opus?: OpusParty): void {
    const before = this.#spec
    this.#spec = spec
    if (opus !== this.#opus) this.#stream.begin()
    this.#opus = opus
    if (before.codec?.name !== spec.codec?.name || before.codec?.ptimeMs !== spec.codec?.ptimeMs)
      this.#repacker = undefined
    if (!sameSource(before.hears, spec.hears)) this.#switch(before.hears, spec.hears)
    if (spec.hears.type === 'mix') this.#mix?.keep(spec.hears.sessions)
    this.#startPacing()
  }

  close(): void {
    this.#closed = true
  }

  /** Keys digits in to the party: while they are sent it hears nothing else. */
  key(id: string, digits: string): void {
    const keys = this.#keying?.busy
    this.#keying ??= new Keying()
    this.#keying.add(id, digits)
    if (keys || !this.#spec.codec) return
    const { ptimeMs } = this.#spec.codec
    this.#context.wheel.start({ run: (nowMs) => this.#keyOn(nowMs) }, ptimeMs / TICK_MS)
  }

  #keyOn(nowMs: number): number {
    const { codec, telephoneEvent } = this.#spec
    const packet = codec && !this.#closed ? this.#keying?.next(codec, telephoneEvent !== undefined) : undefined
    if (!packet || !codec) {
      this.#stream.begin()
      return 0
    }
    if (this.#ready() && packet.type !== 'pause') this.#sendKeyed(packet, codec, nowMs)
    return codec.ptimeMs / TICK_MS
  }

  #sendKeyed(packet: Exclude<KeyedPacket, { type: 'pause' }>, codec: MediaCodec, nowMs: number): void {
    const out = Buffer.allocUnsafe(RTP_HEADER_BYTES + packet.payload.length)
    out.set(packet.payload, RTP_HEADER_BYTES)
    const header =
      packet.type === 'event'
        ? this.#stream.event(this.#spec.telephoneEvent!, packet.first, nowMs)
        : this.#stream.make(codec.payloadType, packet.payload.length, nowMs)
    writeRtpHeader(out, header)
    this.#send(out)
  }

  /** Whether the party would take a packet of Opus as it is now: nothing is mixed, cut or put in its place. */
  takesOpus(nowMs: number): boolean {
    if (!this.#opus || this.#mix || this.#repacker?.holds) return false
    return !this.#keying?.busy && !this.#tone?.underWay(nowMs)
  }

  /** Sends on a packet of Opus to a party that takes it. */
  opus({ packet, view, nowMs }: Relayed): void {
    const { codec } = this.#spec
    if (!codec || !this.#ready()) return
    const samples = opusSamples(packet.subarray(view.payloadStart, view.payloadEnd))
    const header = this.#stream.relay(view, codec.payloadType, samples, nowMs)
    if (!header) return
    const out = freshPacket(packet, view)
    writeRtpHeader(out, { ...header, timestamp: widened(header.timestamp) })
    this.#leave(out, samples)
  }

  /** Sends on the sound of a packet: as it is where law and packet time are the same. */
  sound(relayed: Relayed, law: G711): void {
    const { view, packet, nowMs } = relayed
    const codec = this.#spec.codec
    if (!codec || !this.#ready()) return
    if (this.#mix) {
      this.#mix.push(relayed.source, packet.subarray(view.payloadStart, view.payloadEnd), law, view)
      return
    }
    if (this.#keying?.busy || this.#tone?.underWay(nowMs)) {
      this.#stream.skip(view)
      return
    }
    const samples = view.payloadEnd - view.payloadStart
    if (this.#repacker?.holds || !this.#fits(samples, codec)) {
      this.#recut(relayed, law, codec)
      return
    }
    const header = this.#stream.relay(view, codec.payloadType, samples, nowMs)
    if (!header) return
    const same = codec.name === law
    const out = same && relayed.mayChange ? plainPacket(packet, view) : freshPacket(packet, view)
    if (!same) {
      const payload = out.subarray(RTP_HEADER_BYTES)
      this.#context.transcode(law, payload, payload)
    }
    writeRtpHeader(out, header)
    this.#send(out)
  }

  /** Sends on a telephone event under the payload type that this party knows it by; a party that knows none hears a tone. */
  telephoneEvent(relayed: Relayed): void {
    const { view, packet, nowMs } = relayed
    const { telephoneEvent, codec } = this.#spec
    // In a conference a digit is for nobody: each hears its own tones only.
    if (!this.#ready() || this.#mix) return
    if (this.#keying?.busy) {
      this.#stream.skip(view)
      return
    }
    if (telephoneEvent === undefined) {
      if (codec) this.#sing(relayed, codec)
      return
    }
    this.#cutAtMs = nowMs
    this.#repacker?.flush()
    const header = this.#stream.relay(view, telephoneEvent, 0, nowMs)
    if (!header) return
    const out = relayed.mayChange ? plainPacket(packet, view) : freshPacket(packet, view)
    writeRtpHeader(out, header)
    this.#send(out)
  }

  /** The source sent a packet that is not passed on. */
  skip(view: RtpView): void {
    if (!this.#mix) this.#stream.skip(view)
  }

  #ready(): boolean {
    return this.#spec.sends && !this.#closed && this.#options.isReady()
  }

  /** An echo is what was sent, whatever the length of its packets. */
  #fits(samples: number, codec: MediaCodec): boolean {
    return samples === codec.ptimeMs * SAMPLES_PER_MS || this.#spec.hears.type === 'echo'
  }

  #recut(relayed: Relayed, law: G711, codec: MediaCodec): void {
    const { view, packet, nowMs } = relayed
    this.#cutAtMs = nowMs
    this.#stream.follow(view, nowMs)
    let octets: Uint8Array = packet.subarray(view.payloadStart, view.payloadEnd)
    if (law !== codec.name) {
      const changed = new Uint8Array(octets.length)
      this.#context.transcode(law, octets, changed)
      octets = changed
    }
    this.#repackerOf(codec).push(octets, view.timestamp)
  }

  /** A piece of tone in place of each packet of the event, in line with the sound around it. */
  #sing(relayed: Relayed, codec: MediaCodec): void {
    const { view, packet, nowMs } = relayed
    this.#tone ??= new EventTone()
    const piece = this.#tone.take(packet.subarray(view.payloadStart, view.payloadEnd), view.timestamp, nowMs)
    this.#cutAtMs = nowMs
    this.#stream.follow(view, nowMs)
    const repacker = this.#repackerOf(codec)
    if (piece) repacker.push(encodeG711(codec.name, piece.samples), piece.timestamp)
    if (!this.#tone.underWay(nowMs)) repacker.flush()
  }

  #repackerOf(codec: MediaCodec): Repacker {
    const samples = codec.ptimeMs * SAMPLES_PER_MS
    this.#repacker ??= new Repacker(codec.name, samples, (octets, timestamp) => this.#sendCut(octets, timestamp))
    return this.#repacker
  }

  #sendCut(octets: Uint8Array, timestamp: number): void {
    const { payloadType } = this.#spec.codec!
    const cut = { timestamp, payloadType, samples: octets.length, nowMs: this.#cutAtMs }
    const out = Buffer.allocUnsafe(RTP_HEADER_BYTES + octets.length)
    out.set(octets, RTP_HEADER_BYTES)
    writeRtpHeader(out, this.#stream.recut(cut))
    this.#send(out)
  }

  #send(packet: Buffer): void {
    if (!this.#opus) return this.#options.send(packet)
    const octets = packet.length - RTP_HEADER_BYTES
    const out = this.#opus.encode(packet, this.#spec)
    if (out) this.#leave(out, octets)
  }

  /** Sends what has fewer octets, or more, than were counted. */
  #leave(packet: Buffer, counted: number): void {
    this.#stream.octets += packet.length - RTP_HEADER_BYTES - counted
    this.#options.send(packet)
  }

  #switch(before: Hears, after: Hears): void {
    if (!isOwn(before) || !isOwn(after)) this.#stream.begin()
    this.#repacker = undefined
    this.#tone = undefined
    this.#program = after.type === 'program' ? this.#programOf(after) : undefined
    this.#mix = after.type === 'mix' ? new Mix() : undefined
  }

  #programOf(spec: Extract<Hears, { type: 'program' }>): Program {
    const program = this.#programs.get(spec.program) ?? new Program(spec, this.#context.sounds)
    setNewest(this.#programs, spec.program, program, PROGRAMS_MAX)
    return program
  }

  /** What is made here is sent by the wheel, packet after packet. */
  #startPacing(): void {
    const { codec, hears } = this.#spec
    if (this.#pacing || this.#closed || !isOwn(hears) || !codec) return
    this.#pacing = true
    this.#context.wheel.start({ run: (nowMs) => this.#pace(nowMs) }, codec.ptimeMs / TICK_MS)
  }

  #pace(nowMs: number): number {
    const { codec, hears } = this.#spec
    if (this.#closed || !codec || !isOwn(hears)) {
      this.#pacing = false
      return 0
    }
    if (this.#ready() && !this.#keying?.busy) {
      const samples = codec.ptimeMs * SAMPLES_PER_MS
      const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + samples)
      const told = this.#fill(packet, codec.name)
      writeRtpHeader(packet, this.#stream.make(codec.payloadType, samples, nowMs))
      this.#send(packet)
      told?.()
    }
    return codec.ptimeMs / TICK_MS
  }

  /**
   * Silence is sent as sound, not left out: the party's translator keeps its binding, and its jitter buffer its place. A
   * program that is over is followed by silence.
   */
  #fill(packet: Buffer, law: G711): (() => void) | undefined {
    if (this.#mix) {
      packet.set(encodeG711(law, this.#mix.take(packet.length - RTP_HEADER_BYTES)), RTP_HEADER_BYTES)
      return undefined
    }
    const program = this.#program
    if (!program || program.over) {
      packet.fill(G711_SILENCE[law], RTP_HEADER_BYTES)
      return undefined
    }
    const outcome = program.fill(packet, RTP_HEADER_BYTES, law)
    if (outcome.type === 'playing') return undefined
    const named = { session: this.#options.session, program: program.id }
    if (outcome.type === 'ended') return () => this.#context.event({ type: 'program-ended', ...named })
    return () => this.#context.event({ type: 'program-failed', ...named, reason: outcome.reason })
  }
}

/** Whether its packets are made here, and not passed on. */
function isOwn(hears: Hears): boolean {
  return hears.type === 'silence' || hears.type === 'program' || hears.type === 'mix'
}

function sameSource(a: Hears, b: Hears): boolean {
  if (a.type === 'program' && b.type === 'program') return a.program === b.program
  if (a.type === 'session' && b.type === 'session') return a.session === b.session
  return a.type === b.type
}

/** The packet itself where its header has the plain length; it may be written over. */
function plainPacket(packet: Buffer, view: RtpView): Buffer {
  return view.plain(packet) ? packet : freshPacket(packet, view)
}

/** A packet of its own with room for a plain header and a copy of the payload. */
function freshPacket(packet: Buffer, view: RtpView): Buffer {
  const out = Buffer.allocUnsafe(RTP_HEADER_BYTES + view.payloadEnd - view.payloadStart)
  packet.copy(out, RTP_HEADER_BYTES, view.payloadStart, view.payloadEnd)
  return out
}
