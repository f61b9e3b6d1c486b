import { dtmfSamples, encodeG711 } from '#protocols/audio'
import type { MediaCodec } from '#protocols/control'
import { telephoneEventPackets } from '#protocols/rtp'

const SAMPLES_PER_MS = 8

/** ITU-T Q.24: exchanges take 40 ms of tone and as much of pause; twice as much is what phones send. */
const TONE_MS = 100
const PAUSE_MS = 100

/** Ids that are remembered: whoever asks again asks soon. */
const IDS_MAX = 8

/** Digits that wait in one session: more than anybody keys in before the first are out. */
const WAITING_MAX = 64

/** A packet of a digit: of an event, or of its tone. */
export type KeyedPacket =
  | { readonly type: 'event'; readonly first: boolean; readonly payload: Uint8Array }
  | { readonly type: 'tone'; readonly payload: Uint8Array }
  | { readonly type: 'pause' }

/** The digits that are keyed in to one party: a packet at each packet time, until all are out. */
export class Keying {
  readonly #ids: string[] = []
  readonly #digits: string[] = []
  readonly #packets: KeyedPacket[] = []

  /** Whether something is being keyed in: nothing else is sent meanwhile. */
  get busy(): boolean {
    return this.#packets.length > 0 || this.#digits.length > 0
  }

  /** Takes digits; those of an id that was there already are there once. */
  add(id: string, digits: string): void {
    if (this.#ids.includes(id)) return
    this.#ids.push(id)
    if (this.#ids.length > IDS_MAX) this.#ids.shift()
    for (const digit of digits) if (this.#digits.length < WAITING_MAX) this.#digits.push(digit)
  }

  /** The next packet; undefined when all are out. */
  next(codec: MediaCodec, asEvents: boolean): KeyedPacket | undefined {
    const digit = this.#packets.length === 0 ? this.#digits.shift() : undefined
    if (digit !== undefined) this.#packets.push(...packetsOf(digit, codec, asEvents))
    return this.#packets.shift()
  }
}

function packetsOf(digit: string, codec: MediaCodec, asEvents: boolean): readonly KeyedPacket[] {
  const { name, ptimeMs } = codec
  const pause = Array.from({ length: Math.ceil(PAUSE_MS / ptimeMs) }, (): KeyedPacket => ({ type: 'pause' }))
  if (asEvents) {
    const events = telephoneEventPackets(digit, TONE_MS, ptimeMs)
    return [...events.map(({ marker: first, payload }): KeyedPacket => ({ type: 'event', first, payload })), ...pause]
  }
  const samples = ptimeMs * SAMPLES_PER_MS
  const tones = Array.from({ length: Math.ceil(TONE_MS / ptimeMs) }, (_, index): KeyedPacket => {
    return { type: 'tone', payload: encodeG711(name, dtmfSamples(digit, index * samples, samples)) }
  })
  return [...tones, ...pause]
}
