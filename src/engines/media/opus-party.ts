import { createOpusCodec, decodeG711, encodeG711, type G711, type OpusCodec, opusSamples } from '#protocols/audio'
import type { MediaSpec } from '#protocols/control'
import { RTP_HEADER_BYTES, type RtpView, sequenceDelta, timestampDelta, writeRtpHeader } from '#protocols/rtp'
import { WIDE_STEPS, WideClock, widened } from './wide-clock.ts'

/** Packets in a row whose loss is filled: 60 ms. Opus has faded out by then, and what is longer is heard as a gap anyway. */
const FILLED_MAX = 3

/** Where the payload of a telephone event says how long it lasts (RFC 4733 2.3). */
const DURATION_AT = 2

/**
 * The Opus of one party, at the edge of its session: what it sends becomes telephone sound on a clock of 8 kHz, and what it hears is made of
 * it; so whatever lies between knows nothing of Opus. Until the library is there it is not ready, and nothing is heard.
 */
export class OpusParty {
  readonly #clock = new WideClock()
  #codec: OpusCodec | undefined
  #closed = false
  /** The last packet whose sound was taken. */
  #ssrc = -1
  #sequence = 0
  #timestamp = 0

  constructor() {
    void createOpusCodec().then((codec) => {
      if (this.#closed) codec.close()
      else this.#codec = codec
    })
  }

  get isReady(): boolean {
    return this.#codec !== undefined
  }

  /** Puts the view of a packet of the party, and what a telephone event says of its length, on our clock. */
  narrow(packet: Buffer, view: RtpView, { telephoneEvent, telephoneEventHz }: MediaSpec): void {
    view.timestamp = this.#clock.narrow(view.timestamp)
    const at = view.payloadStart + DURATION_AT
    if (telephoneEventHz === undefined || view.payloadType !== telephoneEvent || at + 2 > view.payloadEnd) return
    packet.writeUInt16BE(Math.round(packet.readUInt16BE(at) / WIDE_STEPS), at)
  }

  /** Whether the packet comes after all whose sound was taken; one that does not may be filled in already. */
  isNew(view: RtpView): boolean {
    return this.#ssrc !== view.ssrc || sequenceDelta(view.sequence, this.#sequence) > 0
  }

  /** The packet was passed on as it is. */
  passed(view: RtpView): void {
    if (!this.isNew(view)) return
    this.#ssrc = view.ssrc
    this.#sequence = view.sequence
    this.#timestamp = view.timestamp
  }

  /** The sound of a packet that is new, as packets of the telephone's: before it those that were lost, as far as they can be filled in. */
  decode(packet: Buffer, view: RtpView, law: G711): readonly Buffer[] {
    const payload = packet.subarray(view.payloadStart, view.payloadEnd)
    const samples = opusSamples(payload)
    if (!this.#codec || samples === 0) return []
    const lost = this.#lost(view, samples)
    const out: Buffer[] = []
    for (let n = lost; n > 0; n--) {
      const filled = this.#codec.recover(n === 1 ? payload : undefined, samples)
      if (filled) out.push(packetOf(filled, law, { view, back: n }))
    }
    const sound = this.#codec.decode(payload)
    if (sound) out.push(packetOf(sound, law, { view, back: 0 }))
    this.passed(view)
    return out
  }

  /** The packet as it goes to the party; undefined when its sound has no length that Opus has. Its bytes may be written over. */
  encode(packet: Buffer, { codec, telephoneEvent, telephoneEventHz }: MediaSpec): Buffer | undefined {
    const payloadType = packet[1]! & 0x7f
    packet.writeUInt32BE(widened(packet.readUInt32BE(4)), 4)
    if (payloadType === telephoneEvent && telephoneEventHz !== undefined) {
      const at = RTP_HEADER_BYTES + DURATION_AT
      packet.writeUInt16BE(Math.min(0xffff, packet.readUInt16BE(at) * WIDE_STEPS), at)
    }
    if (!codec || payloadType !== codec.payloadType) return packet
    const sound = this.#codec?.encode(decodeG711(codec.name, packet.subarray(RTP_HEADER_BYTES)))
    return sound && Buffer.concat([packet.subarray(0, RTP_HEADER_BYTES), sound])
  }

  /** How much of what we send the party says is lost, 0 to 1. */
  expectLoss(share: number): void {
    this.#codec?.expectLoss(share)
  }

  close(): void {
    this.#closed = true
    this.#codec?.close()
    this.#codec = undefined
  }

  /** Packets that are missing before this one: of the same stream and the same length, and no pause of the party. */
  #lost(view: RtpView, samples: number): number {
    if (this.#ssrc !== view.ssrc) return 0
    const missing = sequenceDelta(view.sequence, this.#sequence) - 1
    const fits = timestampDelta(view.timestamp, this.#timestamp) === (missing + 1) * samples
    return fits && missing <= FILLED_MAX ? missing : 0
  }
}

/** A packet of telephone sound in the place of one of the party's, so many packets before it. */
function packetOf(
  sound: Int16Array,
  law: G711,
  { view, back }: { readonly view: RtpView; readonly back: number },
): Buffer {
  const out = Buffer.allocUnsafe(RTP_HEADER_BYTES + sound.length)
  out.set(encodeG711(law, sound), RTP_HEADER_BYTES)
  writeRtpHeader(out, {
    marker: view.marker && back === 0,
    payloadType: view.payloadType,
    sequence: view.sequence - back,
    timestamp: view.timestamp - back * sound.length,
    ssrc: view.ssrc,
  })
  return out
}
