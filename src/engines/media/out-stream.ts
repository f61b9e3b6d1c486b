import { type RtpHeader, type RtpView, sequenceDelta, timestampDelta } from '#protocols/rtp'

const SAMPLES_PER_MS = 8

/** A pause of our own longer than this is shown in the timestamps; shorter ones are jitter of the timer. */
const PAUSE_MS_MAX = 200

/** RFC 3550 A.1: a jump of a source's numbers ahead by more than this is a new stream. */
const SOURCE_JUMP_MAX = 3000

/**
 * What one party receives, as one RTP stream: one SSRC, numbers that go up by one, timestamps that follow the time, whatever
 * it hears. A relayed stream keeps its own order, losses and timestamps: they are only shifted.
 */
export class OutStream {
  readonly ssrc: number
  packets = 0
  octets = 0
  #sequence: number
  #timestamp: number
  /** When the timestamp above was sent, and how many samples it had. */
  #timestampAtMs = 0
  #samples = 0
  #marker = true
  #mapped = false
  #sourceSsrc = 0
  #sourceSequence = 0
  /** Packets of the source that are older than this were before the switch, or were left out. */
  #sourceFloor = 0
  #sequenceShift = 0
  #timestampShift = 0

  constructor(ssrc: number, sequence: number, timestamp: number) {
    this.ssrc = ssrc >>> 0
    this.#sequence = sequence & 0xffff
    this.#timestamp = timestamp >>> 0
  }

  /** The timestamp that belongs to this moment: for sender reports. */
  timestampAt(nowMs: number): number {
    return (this.#timestamp + Math.round((nowMs - this.#timestampAtMs) * SAMPLES_PER_MS)) >>> 0
  }

  /** Another source begins: the next packet has the marker. A relayed source is mapped anew. */
  begin(): void {
    this.#marker = true
    this.#mapped = false
  }

  /** The header of the next packet that is made here. */
  make(payloadType: number, samples: number, nowMs: number): RtpHeader {
    const elapsedMs = nowMs - this.#timestampAtMs
    const paused = this.packets > 0 && elapsedMs > PAUSE_MS_MAX
    this.#timestamp = paused ? this.#joined(nowMs) : (this.#timestamp + this.#samples) >>> 0
    this.#sequence = (this.#sequence + 1) & 0xffff
    return this.#sent(payloadType, samples, this.#marker || paused, nowMs)
  }

  /** The header for a packet of a relayed source; undefined when it is older than the switch and has no place. */
  relay(view: RtpView, payloadType: number, samples: number, nowMs: number): RtpHeader | undefined {
    if (!this.#mapped || this.#restarted(view)) this.#map(view, nowMs)
    else if (sequenceDelta(view.sequence, this.#sourceFloor) < 0) return undefined
    const marker = this.#marker || view.marker
    const sequence = (view.sequence + this.#sequenceShift) & 0xffff
    const timestamp = (view.timestamp + this.#timestampShift) >>> 0
    if (sequenceDelta(view.sequence, this.#sourceSequence) > 0) this.#sourceSequence = view.sequence
    if (sequenceDelta(sequence, this.#sequence) > 0) this.#sequence = sequence
    if (timestampDelta(timestamp, this.#timestamp) > 0) {
      this.#timestamp = timestamp
      this.#timestampAtMs = nowMs
      if (samples > 0) this.#samples = samples
    }
    this.#count(samples)
    return { marker, payloadType, sequence, timestamp, ssrc: this.ssrc }
  }

  /** A packet of the source is not passed on: its number is closed up, so that it does not look like loss. */
  skip(view: RtpView): void {
    if (!this.#mapped || view.ssrc !== this.#sourceSsrc) return
    if (sequenceDelta(view.sequence, this.#sourceSequence) <= 0) return
    this.#sequenceShift--
    this.#sourceSequence = view.sequence
    this.#sourceFloor = view.sequence
  }

  #restarted(view: RtpView): boolean {
    if (view.ssrc !== this.#sourceSsrc) return true
    return Math.abs(sequenceDelta(view.sequence, this.#sourceSequence)) > SOURCE_JUMP_MAX
  }

  #map(view: RtpView, nowMs: number): void {
    this.#mapped = true
    this.#marker = true
    this.#sourceSsrc = view.ssrc
    this.#sourceSequence = view.sequence
    this.#sourceFloor = view.sequence
    this.#sequenceShift = this.#sequence + 1 - view.sequence
    this.#timestampShift = (this.packets === 0 ? this.#timestamp : this.#joined(nowMs)) - view.timestamp
  }

  /** The timestamp of a packet that follows after a pause or from another source: never less than after the last one. */
  #joined(nowMs: number): number {
    const elapsed = Math.round((nowMs - this.#timestampAtMs) * SAMPLES_PER_MS)
    return (this.#timestamp + Math.max(this.#samples, elapsed)) >>> 0
  }

  #sent(payloadType: number, samples: number, marker: boolean, nowMs: number): RtpHeader {
    this.#timestampAtMs = nowMs
    this.#samples = samples
    this.#count(samples)
    return { marker, payloadType, sequence: this.#sequence, timestamp: this.#timestamp, ssrc: this.ssrc }
  }

  #count(octets: number): void {
    this.#marker = false
    this.packets++
    this.octets += octets
  }
}
