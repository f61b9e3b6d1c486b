import type { Socket } from 'node:dgram'
import { type G711, G711_SILENCE } from '#protocols/audio'
import type { Hears, MediaSessionId, MediaSpec } from '#protocols/control'
import { RTP_HEADER_BYTES, type RtpView, writeRtpHeader } from '#protocols/rtp'
import type { OutStream } from './out-stream.ts'
import type { PartyGate } from './party-gate.ts'
import { Program } from './program.ts'
import type { SessionContext } from './session-context.ts'
import { TICK_MS } from './tick-wheel.ts'

/** A program that was replaced is kept, so that its id never starts again; more than some are not in use at a time. */
const PROGRAMS_MAX = 4

/** What reached another session and is to be sent on. */
export interface Relayed {
  readonly packet: Buffer
  readonly view: RtpView
  readonly nowMs: number
  /** Nobody needs the packet's bytes afterwards: its header may be written over. */
  readonly mayChange: boolean
}

export interface OutputOptions {
  readonly session: MediaSessionId
  readonly socket: Socket
  readonly gate: PartyGate
  readonly stream: OutStream
  readonly context: SessionContext
}

/** What one party hears: a program or silence that is made here, or what another session received. */
export class SessionOutput {
  readonly #options: OutputOptions
  readonly #stream: OutStream
  readonly #gate: PartyGate
  readonly #context: SessionContext
  readonly #programs = new Map<string, Program>()
  #spec: MediaSpec = { sends: false, receives: false, hears: { type: 'silence' } }
  #program: Program | undefined
  #pacing = false
  #closed = false

  constructor(options: OutputOptions) {
    this.#options = options
    this.#stream = options.stream
    this.#gate = options.gate
    this.#context = options.context
  }

  /** Makes the output as the spec says; a source that is the same already goes on. */
  shape(spec: MediaSpec): void {
    const before = this.#spec.hears
    this.#spec = spec
    if (!sameSource(before, spec.hears)) this.#switch(before, spec.hears)
    this.#startPacing()
  }

  close(): void {
    this.#closed = true
  }

  /** Sends on the sound of a packet: the payload as it is where the law is the same. */
  sound(relayed: Relayed, law: G711): void {
    const { view, packet } = relayed
    const codec = this.#spec.codec
    if (!codec || !this.#ready()) return
    const header = this.#stream.relay(view, codec.payloadType, view.payloadEnd - view.payloadStart, relayed.nowMs)
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

  /** Sends on a telephone event under the payload type that this party knows it by; a party that knows none is spared it. */
  telephoneEvent(relayed: Relayed): void {
    const { view, packet } = relayed
    const payloadType = this.#spec.telephoneEvent
    if (!this.#ready()) return
    if (payloadType === undefined) {
      this.#stream.skip(view)
      return
    }
    const header = this.#stream.relay(view, payloadType, 0, relayed.nowMs)
    if (!header) return
    const out = relayed.mayChange ? plainPacket(packet, view) : freshPacket(packet, view)
    writeRtpHeader(out, header)
    this.#send(out)
  }

  /** The source sent a packet that is not passed on. */
  skip(view: RtpView): void {
    this.#stream.skip(view)
  }

  #ready(): boolean {
    return this.#spec.sends && this.#gate.port !== 0 && !this.#closed
  }

  #send(packet: Buffer): void {
    this.#options.socket.send(packet, 0, packet.length, this.#gate.port, this.#gate.address!)
  }

  #switch(before: Hears, after: Hears): void {
    if (!isOwn(before) || !isOwn(after)) this.#stream.begin()
    this.#program = after.type === 'program' ? this.#programOf(after) : undefined
  }

  #programOf(spec: Extract<Hears, { type: 'program' }>): Program {
    const program = this.#programs.get(spec.program) ?? new Program(spec, this.#context.sounds)
    this.#programs.delete(spec.program)
    this.#programs.set(spec.program, program)
    if (this.#programs.size > PROGRAMS_MAX) this.#programs.delete(this.#programs.keys().next().value!)
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
    if (this.#ready()) {
      const samples = codec.ptimeMs * 8
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

/** Whether it is made here, and not by a party. */
function isOwn(hears: Hears): boolean {
  return hears.type === 'silence' || hears.type === 'program'
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
