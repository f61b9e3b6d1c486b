import { decodeG711 } from './g711.ts'

/** How the samples of a WAV file are written down. */
export type WaveEncoding = 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'PCMU' | 'PCMA'

/** A WAV file of any usual kind. */
export interface AnyWave {
  readonly encoding: WaveEncoding
  readonly rateHz: number
  readonly channels: number
  readonly data: Buffer
}

/** Why a file is none that {@link readAnyWave} can read: no WAV at all, cut off before its sound, or written in another way (`tag` of its format, bits of a sample). */
export type WaveFault =
  | { readonly fault: 'no-wave' }
  | { readonly fault: 'no-sound' }
  | { readonly fault: 'encoding'; readonly tag: number; readonly bits: number }

/** Format tags of RIFF WAVE; the real one of an extensible file stands further behind, at the beginning of its GUID. */
const EXTENSIBLE = 0xfffe
const EXTENSIBLE_TAG_AT = 24

/** By tag and bits of a sample. */
const ENCODINGS: Readonly<Record<string, WaveEncoding>> = {
  '1/8': 'pcm8',
  '1/16': 'pcm16',
  '1/24': 'pcm24',
  '1/32': 'pcm32',
  '3/32': 'float32',
  '6/8': 'PCMA',
  '7/8': 'PCMU',
}

const BYTES: Readonly<Record<WaveEncoding, number>> = {
  pcm8: 1,
  pcm16: 2,
  pcm24: 3,
  pcm32: 4,
  float32: 4,
  PCMU: 1,
  PCMA: 1,
}

/** Reads a WAV file of linear, floating or G.711 samples at any rate. Lengths that lie are cut to what is there. */
export function readAnyWave(file: Buffer): AnyWave | WaveFault {
  const isWave = file.length >= 12 && /^RIFF....WAVE$/s.test(file.toString('latin1', 0, 12))
  if (!isWave) return { fault: 'no-wave' }
  let format: Omit<AnyWave, 'data'> | undefined
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4)
    const length = file.readUInt32LE(at + 4)
    const body = file.subarray(at + 8, Math.min(file.length, at + 8 + length))
    if (name === 'fmt ') {
      const read = formatOf(body)
      if ('fault' in read) return read
      format = read
    } else if (name === 'data') {
      return format ? { ...format, data: body } : { fault: 'no-sound' }
    }
    at += 8 + length + (length & 1)
  }
  return { fault: 'no-sound' }
}

function formatOf(body: Buffer): Omit<AnyWave, 'data'> | WaveFault {
  if (body.length < 16) return { fault: 'no-sound' }
  const told = body.readUInt16LE(0)
  const tag = told === EXTENSIBLE && body.length >= EXTENSIBLE_TAG_AT + 2 ? body.readUInt16LE(EXTENSIBLE_TAG_AT) : told
  const bits = body.readUInt16LE(14)
  const channels = body.readUInt16LE(2)
  const encoding = ENCODINGS[`${tag}/${bits}`]
  if (encoding === undefined || channels === 0) return { fault: 'encoding', tag, bits }
  return { encoding, channels, rateHz: body.readUInt32LE(4) }
}

/** How many moments the file has a sample of each channel for. */
export function framesOf({ encoding, channels, data }: AnyWave): number {
  return Math.floor(data.length / (BYTES[encoding] * channels))
}

/** The moments from `from` on, `count` of them, as one channel from -1 to 1: the mean of all. */
export function monoFrames(wave: AnyWave, from: number, count: number): Float32Array {
  const { encoding, channels, data } = wave
  const width = BYTES[encoding]
  const read = READERS[encoding]
  const mono = new Float32Array(count)
  for (let frame = 0; frame < count; frame++) {
    const at = (from + frame) * channels * width
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += read(data, at + channel * width)
    mono[frame] = sum / channels
  }
  return mono
}

const MU = decodeG711(
  'PCMU',
  Uint8Array.from({ length: 256 }, (_, octet) => octet),
)
const A = decodeG711(
  'PCMA',
  Uint8Array.from({ length: 256 }, (_, octet) => octet),
)

/** A sample at a place, from -1 to 1; what is no number in a floating file is silence. */
const READERS: Readonly<Record<WaveEncoding, (data: Buffer, at: number) => number>> = {
  pcm8: (data, at) => (data[at]! - 128) / 128,
  pcm16: (data, at) => data.readInt16LE(at) / 32_768,
  pcm24: (data, at) => data.readIntLE(at, 3) / 8_388_608,
  pcm32: (data, at) => data.readInt32LE(at) / 2_147_483_648,
  float32: (data, at) => {
    const sample = data.readFloatLE(at)
    return Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) : 0
  },
  PCMU: (data, at) => MU[data[at]!]! / 32_768,
  PCMA: (data, at) => A[data[at]!]! / 32_768,
}

/** Bytes before the samples of {@link pcm16Wave}. */
const PCM_HEADER_BYTES = 44

/** A WAV file of one channel of linear samples of 16 bits at 8 kHz. */
export function pcm16Wave(samples: Int16Array): Buffer {
  const file = Buffer.alloc(PCM_HEADER_BYTES + 2 * samples.length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(8_000, 24)
  file.writeUInt32LE(16_000, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(2 * samples.length, 40)
  for (const [index, sample] of samples.entries()) file.writeInt16LE(sample, PCM_HEADER_BYTES + 2 * index)
  return file
}
