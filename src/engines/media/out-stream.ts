import { type RtpHeader, type RtpView, sequenceDelta, timestampDelta } from '#protocols/rtp'

const SAMPLES_PER_MS = 8

/** A gap before a packet of our own that is longer than this is shown in the timestamps; a shorter one is jitter of what was relayed before. */
const PAUSE_MS_MAX = 30

/** RFC 3550 A.1: a jump of a source's numbers ahead by more than this is a new stream. */
const SOURCE_JUMP_MAX = 3000

/** What is known of a packet that was cut anew. */
export interface RecutPacket {
  /** Of its first sample, in the source's counting. */
  readonly timestamp: number
  readonly payloadType: number
  readonly samples: number
  readonly nowMs: number
}

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
  #source: 'none' | 'relayed' | 'recut' = 'none'
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
    this.#source = 'none'
  }

  /** The header of the next packet that is made here. */
  make(payloadType: number, samples: number, nowMs: number): RtpHeader {
    const elapsedMs = nowMs - this.#timestampAtMs
    const paused = this.packets > 0 && elapsedMs - this.#samples / SAMPLES_PER_MS > PAUSE_MS_MAX
    this.#timestamp = paused ? this.#joined(nowMs) : (this.#timestamp + this.#samples) >>> 0
    this.#sequence = (this.#sequence + 1) & 0xffff
    return this.#sent(payloadType, samples, this.#marker || paused, nowMs)
  }

  /** The header of a packet of an event: all of one event have the timestamp of its beginning (RFC 4733 2.5.1). */
  event(payloadType: number, first: boolean, nowMs: number): RtpHeader {
    if (first) {
      this.#timestamp = this.#joined(nowMs)
      this.#timestampAtMs = nowMs
      this.#samples = 0
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#count(0)
    return { marker: first, payloadType, sequence: this.#sequence, timestamp: this.#timestamp, ssrc: this.ssrc }
  }

  /** The header for a packet of a relayed source; undefined when it is older than the switch and has no place. */
  relay(view: RtpView, payloadType: number, samples: number, nowMs: number): RtpHeader | undefined {
    if (this.#source === 'none' || this.#restarted(view)) this.#map(view, nowMs)
    else if (this.#source === 'recut') this.#number(view)
    else if (sequenceDelta(view.sequence, this.#sourceFloor) < 0) return undefined
    this.#source = 'relayed'
    const marker = this.#marker || view.marker
    const sequence = (view.sequence + this.#sequenceShift) & 0xffff
    const timestamp = (view.timestamp + this.#timestampShift) >>> 0
    if (sequenceDelta(view.sequence, this.#sourceSequence) > 0) this.#sourceSequence = view.sequence
    if (sequenceDelta(sequence, this.#sequence) > 0) this.#sequence = sequence
    if (this.packets === 0 || timestampDelta(timestamp, this.#timestamp) > 0) {
      this.#timestamp = timestamp
      this.#timestampAtMs = nowMs
      if (samples > 0) this.#samples = samples
    }
    this.#count(samples)
    return { marker, payloadType, sequence, timestamp, ssrc: this.ssrc }
  }

  /** A packet of a relayed source is to be cut anew: the source has its place in the stream from now on. */
  follow(view: RtpView, nowMs: number): void {
    if (this.#source === 'none' || this.#restarted(view)) this.#map(view, nowMs)
    this.#source = 'recut'
    this.#sourceSequence = view.sequence
  }

  /** The header for a packet that was cut of a source that is followed: the source's time, numbers of our own. */
  recut(cut: RecutPacket): RtpHeader {
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp = (cut.timestamp + this.#timestampShift) >>> 0
    return this.#sent(cut.payloadType, cut.samples, this.#marker, cut.nowMs)
  }

  /** A packet of the source is not passed on: its number is closed up, so that it does not look like loss. */
  skip(view: RtpView): void {
    if (this.#source !== 'relayed' || view.ssrc !== this.#sourceSsrc) return
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
    this.#marker = true
    this.#sourceSsrc = view.ssrc
    this.#number(view)
    this.#timestampShift = (this.packets === 0 ? this.#timestamp : this.#joined(nowMs)) - view.timestamp
  }

  /** This packet of the source has our next number. */
  #number(view: RtpView): void {
    this.#sourceSequence = view.sequence
    this.#sourceFloor = view.sequence
    this.#sequenceShift = this.#sequence + 1 - view.sequence
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
