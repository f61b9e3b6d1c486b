/** Where the sound lies in a WAV file, and how it is coded (RIFF, WAVE_FORMAT_* tags). */
export interface WaveFormat {
  readonly codec: 'pcm' | 'pcma' | 'pcmu'
  readonly channels: number
  readonly sampleRate: number
  readonly dataOffset: number
  readonly dataBytes: number
}

const CODECS: Readonly<Record<number, WaveFormat['codec']>> = { 1: 'pcm', 6: 'pcma', 7: 'pcmu' }

/** Headers with lists and facts in them are still far shorter. */
export const WAVE_HEADER_BYTES_MAX = 4096

/** Reads the header from the beginning of a file; undefined when it is not a WAV that we know. */
export function readWaveFormat(head: Buffer, fileBytes: number): WaveFormat | undefined {
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE')
    return undefined
  let format: Omit<WaveFormat, 'dataOffset' | 'dataBytes'> | undefined
  for (let at = 12; at + 8 <= head.length; ) {
    const id = head.toString('latin1', at, at + 4)
    const bytes = head.readUInt32LE(at + 4)
    const body = at + 8
    if (id === 'fmt ' && body + 16 <= head.length) {
      const codec = CODECS[head.readUInt16LE(body)]
      if (!codec) return undefined
      format = { codec, channels: head.readUInt16LE(body + 2), sampleRate: head.readUInt32LE(body + 4) }
    }
    // A file whose writer died says a wrong length: what is there counts.
    if (id === 'data')
      return format && { ...format, dataOffset: body, dataBytes: Math.min(bytes || fileBytes, fileBytes - body) }
    at = body + bytes + (bytes % 2)
  }
  return undefined
}

/** The bytes of the header that {@link pcmHeader} makes. */
export const PCM_HEADER_BYTES = 44

/** The header of a 16-bit linear WAV. */
export function pcmHeader({ channels, sampleRate }: WaveFormat, dataBytes: number): Buffer {
  const header = Buffer.alloc(PCM_HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(PCM_HEADER_BYTES - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}

/** The 16-bit samples of G.711 bytes, little-endian. */
export function expandG711(bytes: Uint8Array, codec: 'pcma' | 'pcmu'): Buffer {
  const table = codec === 'pcma' ? A_LAW : MU_LAW
  const samples = Buffer.allocUnsafe(bytes.length * 2)
  for (let i = 0; i < bytes.length; i++) samples.writeInt16LE(table[bytes[i]!]!, 2 * i)
  return samples
}

/** G.711 table 1a: even bits are inverted on the line; one segment, four bits of step. */
const A_LAW = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = byte ^ 0x55
  const segment = (code >> 4) & 7
  const step = ((code & 15) << 4) + 8
  const size = segment === 0 ? step : (step + 0x100) << (segment - 1)
  return code & 0x80 ? size : -size
})

/** G.711 table 2a: all bits are inverted on the line; the bias of 132 is taken off again. */
const MU_LAW = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff
  const size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
  return code & 0x80 ? -size : size
})
