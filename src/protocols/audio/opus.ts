import type { OpusDecoderHandle, OpusEncoderHandle } from 'libopus-wasm'
import { TELEPHONE_RATE_HZ } from './resample.ts'

/** The library's own measure of effort, 0 to 10: from 5 on speech sounds no better on the telephone's band, and 10 costs twice as much. */
const COMPLEXITY = 5

/** RFC 7587 3.1.1 calls 8 to 12 kbit/s the "sweet spot" of speech on the telephone's band; music on hold wants twice that. */
const BITS_PER_S = 24_000

/** RFC 6716 3.1: the duration of a frame in milliseconds, by the number of its configuration. */
const SILK_MS = [10, 20, 40, 60] as const
const HYBRID_MS = [10, 20] as const
const CELT_MS = [2.5, 5, 10, 20] as const

/** RFC 6716 3.2.5: what is longer is no packet. */
const PACKET_MS_MAX = 120

/** Lengths of sound that can be one packet of ours, in samples at 8 kHz. */
const FRAMES: readonly number[] = [20, 40, 80, 160, 320, 480]

/** One party's Opus (RFC 6716), to and from what telephones hear: one channel of 8 kHz. Whoever made it closes it. */
export interface OpusCodec {
  /** The sound of the packet that follows the last one; undefined when it is none. */
  decode(packet: Uint8Array): Int16Array | undefined
  /** The sound of a packet that was lost: what the one after it repeats of it, if that is there, or what the last ones lead to. */
  recover(next: Uint8Array | undefined, samples: number): Int16Array | undefined
  /** One packet; undefined when the sound has no length that a packet may have. */
  encode(samples: Int16Array): Uint8Array | undefined
  /** How much of what we send is lost, 0 to 1: from some per cent on each packet repeats the one before it in few bits. */
  expectLoss(share: number): void
  close(): void
}

/** Makes a codec; the first call loads the library, some milliseconds. */
export async function createOpusCodec(): Promise<OpusCodec> {
  const { Application, createDecoder, createEncoder } = await import('libopus-wasm')
  const [decoder, encoder] = await Promise.all([
    createDecoder({ sampleRate: TELEPHONE_RATE_HZ, channels: 1 }),
    createEncoder({
      ...{ sampleRate: TELEPHONE_RATE_HZ, channels: 1, application: Application.Voip },
      ...{ complexity: COMPLEXITY, bitrate: BITS_PER_S, fec: true, packetLossPercent: 0 },
    }),
  ])
  return new Codec(decoder, encoder)
}

class Codec implements OpusCodec {
  readonly #decoder: OpusDecoderHandle
  readonly #encoder: OpusEncoderHandle
  #lossPercent = 0

  constructor(decoder: OpusDecoderHandle, encoder: OpusEncoderHandle) {
    this.#decoder = decoder
    this.#encoder = encoder
  }

  decode(packet: Uint8Array): Int16Array | undefined {
    if (opusSamples(packet) === 0) return undefined
    try {
      return this.#decoder.decode(packet)
    } catch {
      // Bytes from outside that are no packet: the sound goes on with the next one.
      return undefined
    }
  }

  recover(next: Uint8Array | undefined, samples: number): Int16Array | undefined {
    try {
      if (!next) return this.#decoder.decodePacketLoss(samples)
      return this.#decoder.decode(next, { decodeFec: true, frameSize: samples })
    } catch {
      return undefined
    }
  }

  encode(samples: Int16Array): Uint8Array | undefined {
    return FRAMES.includes(samples.length) ? this.#encoder.encode(samples, { frameSize: samples.length }) : undefined
  }

  expectLoss(share: number): void {
    const percent = Math.max(0, Math.min(100, Math.round(share * 100)))
    if (percent === this.#lossPercent) return
    this.#lossPercent = percent
    this.#encoder.setPacketLossPercent(percent)
  }

  close(): void {
    this.#decoder.free()
    this.#encoder.free()
  }
}

/** How long a packet's sound is, in samples at 8 kHz, without decoding it; 0 when it is no packet. Any bytes may be given. */
export function opusSamples(packet: Uint8Array): number {
  const first = packet[0]
  if (first === undefined) return 0
  const frames = (first & 3) === 0 ? 1 : (first & 3) < 3 ? 2 : (packet[1] ?? 0) & 0x3f
  const ms = frames * frameMs(first >> 3)
  return ms > PACKET_MS_MAX ? 0 : (ms * TELEPHONE_RATE_HZ) / 1000
}

function frameMs(configuration: number): number {
  if (configuration < 12) return SILK_MS[configuration & 3]!
  return configuration < 16 ? HYBRID_MS[configuration & 1]! : CELT_MS[configuration & 3]!
}
