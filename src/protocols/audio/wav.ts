import { decodeG711, encodeG711, type G711, transcodeG711 } from './g711.ts'

/** Format tags of RIFF WAVE. */
const PCM = 1
const FORMAT: Readonly<Record<G711, number>> = { PCMA: 6, PCMU: 7 }

/** Bytes of the header that {@link g711WavHeader} writes: `fmt ` with its extension size, `fact` and `data`. */
export const G711_WAV_HEADER_BYTES = 58

const RATE_HZ = 8000

/** The header of a WAV file of G.711 octets at 8 kHz, one octet a channel in turn, the left first. `dataBytes` below 4 GB. */
export function g711WavHeader(law: G711, channels: 1 | 2, dataBytes: number): Buffer {
  const header = Buffer.alloc(G711_WAV_HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(G711_WAV_HEADER_BYTES - 8 + dataBytes + (dataBytes & 1), 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(18, 16)
  header.writeUInt16LE(FORMAT[law], 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(RATE_HZ, 24)
  header.writeUInt32LE(RATE_HZ * channels, 28)
  header.writeUInt16LE(channels, 32)
  header.writeUInt16LE(8, 34)
  header.writeUInt16LE(0, 36)
  header.write('fact', 38, 'latin1')
  header.writeUInt32LE(4, 42)
  header.writeUInt32LE(dataBytes / channels, 46)
  header.write('data', 50, 'latin1')
  header.writeUInt32LE(dataBytes, 54)
  return header
}

/** What a WAV file holds. */
export interface WavSound {
  readonly format: G711 | 'PCM16'
  readonly channels: number
  readonly data: Buffer
}

/** Reads a WAV file of 8 kHz: G.711 or linear 16 bits; undefined for anything else. Lengths that lie are cut to what is there. */
export function readWav(file: Buffer): WavSound | undefined {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    return undefined
  let format: WavSound['format'] | undefined
  let channels = 0
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4)
    const length = file.readUInt32LE(at + 4)
    const body = file.subarray(at + 8, Math.min(file.length, at + 8 + length))
    if (name === 'fmt ') {
      if (body.length < 16 || body.readUInt32LE(4) !== RATE_HZ) return undefined
      format = formatOf(body.readUInt16LE(0), body.readUInt16LE(14))
      channels = body.readUInt16LE(2)
    } else if (name === 'data') {
      return format && channels > 0 ? { format, channels, data: body } : undefined
    }
    at += 8 + length + (length & 1)
  }
  return undefined
}

/** The sound as octets of one channel in the law wanted; several channels are mixed. Nothing is decoded where nothing need be. */
export function wavToG711(sound: WavSound, law: G711): Uint8Array {
  if (sound.channels === 1 && sound.format !== 'PCM16') {
    const octets = new Uint8Array(sound.data)
    if (sound.format !== law) transcodeG711(sound.format, octets, octets)
    return octets
  }
  return encodeG711(law, mix(samplesOf(sound), sound.channels))
}

function formatOf(tag: number, bits: number): WavSound['format'] | undefined {
  if (tag === FORMAT.PCMU && bits === 8) return 'PCMU'
  if (tag === FORMAT.PCMA && bits === 8) return 'PCMA'
  return tag === PCM && bits === 16 ? 'PCM16' : undefined
}

function samplesOf(sound: WavSound): Int16Array {
  if (sound.format !== 'PCM16') return decodeG711(sound.format, sound.data)
  const samples = new Int16Array(sound.data.length >> 1)
  for (let i = 0; i < samples.length; i++) samples[i] = sound.data.readInt16LE(2 * i)
  return samples
}

function mix(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples
  const mixed = new Int16Array(Math.floor(samples.length / channels))
  for (let i = 0; i < mixed.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += samples[i * channels + c]!
    mixed[i] = Math.max(-32_768, Math.min(32_767, sum))
  }
  return mixed
}
