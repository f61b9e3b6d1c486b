import { type G711, G711_SILENCE } from '#protocols/audio'
import { timestampDelta } from '#protocols/rtp'

const SAMPLES_PER_MS = 8

/** How long a packet may be under way, or wait for us, and still find its place: later ones are put where they arrive. */
const LAG_SAMPLES = 300 * SAMPLES_PER_MS

/** How far a stream's timestamps may run ahead of the times of arrival before it is placed anew. */
const AHEAD_SAMPLES_MAX = 120 * SAMPLES_PER_MS

/** A packet that came just before the end may reach beyond it by this much. */
const OVERHANG_SAMPLES_MAX = 20 * SAMPLES_PER_MS

/** Two seconds, a power of two: more than the lag and the largest packet. */
const RING = 16_384
const MASK = RING - 1

/** A stall of this process that is longer loses what came first in it: there is no more room. */
const STALL_SAMPLES_MAX = RING - LAG_SAMPLES

/** A line that lasts so long is a stream's own; a shorter one is what became of packets that stood somewhere and came at once. */
const LINE_SAMPLES_MIN = 1_000 * SAMPLES_PER_MS

/** Packets that came at once are each less late than the one before; those of a clock that is slow are not. */
const CAUGHT_UP_SAMPLES_MIN = 40 * SAMPLES_PER_MS

/** Where the timestamps of a stream lie on the line of time. */
interface Line {
  readonly timestamp: number
  readonly position: number
  /** When it was drawn. */
  readonly since: number
}

interface Track {
  readonly ring: Uint8Array
  ssrc: number
  line: Line | undefined
  /** The one before it, and how late it was left: a stream that is less late by it again goes back. */
  before: { readonly line: Line; readonly late: number } | undefined
}

/** Changes the law of octets; a parameter, so that a test can show when it is called. */
export type Transcode = (from: G711, octets: Uint8Array, into: Uint8Array) => void

/** What is known of the packet whose sound is taken. */
export interface TappedPacket {
  readonly view: { readonly ssrc: number; readonly timestamp: number }
  readonly law: G711
  readonly nowMs: number
}

export interface TapOptions {
  readonly law: G711
  readonly tracks: 1 | 2
  readonly startedMs: number
  readonly durationMsMax: number
  readonly transcode: Transcode
}

/**
 * Lays what parties say side by side on one line of time that began with the recording: each packet where its timestamp
 * puts it, silence where nothing came. Nothing is decoded where the law is the recording's.
 */
export class RecordingTap {
  readonly law: G711
  readonly #tracks: Track[]
  readonly #startedMs: number
  readonly #samplesMax: number
  readonly #transcode: Transcode
  #taken = 0
  /** The moment of the take before: what came until then is in the rings, what came since may lie unread. */
  #looked = 0
  /** Where the furthest packet ends. */
  #reached = 0

  constructor(options: TapOptions) {
    this.law = options.law
    this.#startedMs = options.startedMs
    this.#samplesMax = Math.round(options.durationMsMax * SAMPLES_PER_MS)
    this.#transcode = options.transcode
    this.#tracks = Array.from({ length: options.tracks }, () => ({
      ring: new Uint8Array(RING).fill(G711_SILENCE[options.law]),
      ssrc: 0,
      line: undefined,
      before: undefined,
    }))
  }

  /** Samples of each track that were taken so far. */
  get samples(): number {
    return this.#taken
  }

  get full(): boolean {
    return this.#taken >= this.#samplesMax
  }

  /** Places the sound of one packet. */
  write(track: number, octets: Uint8Array, packet: TappedPacket): void {
    const { law, nowMs } = packet
    const to = this.#tracks[track]!
    const arrived = Math.max(0, this.#position(nowMs) - octets.length)
    const position = this.#place(to, packet.view.ssrc, packet.view.timestamp, arrived)
    const skipped = Math.max(0, this.#taken - position)
    if (skipped >= octets.length || position + octets.length - this.#taken > RING) return
    this.#reached = Math.max(this.#reached, position + octets.length)
    let sound = skipped === 0 ? octets : octets.subarray(skipped)
    if (law !== this.law) {
      const changed = new Uint8Array(sound.length)
      this.#transcode(law, sound, changed)
      sound = changed
    }
    const at = (position + skipped) & MASK
    const head = Math.min(sound.length, RING - at)
    to.ring.set(head === sound.length ? sound : sound.subarray(0, head), at)
    if (head < sound.length) to.ring.set(sound.subarray(head), 0)
  }

  /** Takes what is settled, tracks in turn octet by octet; with `all`, everything up to now. Undefined when there is nothing. */
  take(nowMs: number, all: boolean): Uint8Array | undefined {
    const now = this.#position(nowMs)
    const settled = Math.min(now - LAG_SAMPLES, Math.max(this.#looked, now - STALL_SAMPLES_MAX))
    const end = all ? Math.max(now, Math.min(this.#reached, now + OVERHANG_SAMPLES_MAX)) : settled
    this.#looked = now
    const until = Math.min(this.#samplesMax, end)
    const count = until - this.#taken
    if (count <= 0) return undefined
    const step = this.#tracks.length
    const out = new Uint8Array(count * step).fill(G711_SILENCE[this.law])
    const held = Math.min(count, RING)
    for (let t = 0; t < step; t++) {
      const ring = this.#tracks[t]!.ring
      for (let i = 0, at = this.#taken, to = t; i < held; i++, at++, to += step) out[to] = ring[at & MASK]!
      this.#blank(ring, held)
    }
    this.#taken = until
    return out
  }

  #blank(ring: Uint8Array, count: number): void {
    const from = this.#taken & MASK
    const head = Math.min(count, RING - from)
    ring.fill(G711_SILENCE[this.law], from, from + head)
    if (head < count) ring.fill(G711_SILENCE[this.law], 0, count - head)
  }

  #position(nowMs: number): number {
    return Math.round((nowMs - this.#startedMs) * SAMPLES_PER_MS)
  }

  /** Whether sound can still be laid there, and its line does not run ahead. */
  #isPlace(position: number, arrived: number): boolean {
    return position >= this.#taken && position - arrived <= AHEAD_SAMPLES_MAX
  }

  #place(track: Track, ssrc: number, timestamp: number, arrived: number): number {
    if (track.ssrc !== ssrc) {
      track.ssrc = ssrc
      track.line = track.before = undefined
    }
    const at = ({ position, timestamp: from }: Line) => position + timestampDelta(timestamp, from)
    const { before, line } = track
    if (
      before &&
      arrived - at(before.line) <= before.late - CAUGHT_UP_SAMPLES_MIN &&
      this.#isPlace(at(before.line), arrived)
    ) {
      track.line = before.line
      track.before = undefined
      return at(before.line)
    }
    if (line && this.#isPlace(at(line), arrived)) return at(line)
    if (line && arrived - line.since >= LINE_SAMPLES_MIN) track.before = { line, late: arrived - at(line) }
    track.line = { timestamp, position: arrived, since: arrived }
    return arrived
  }
}
