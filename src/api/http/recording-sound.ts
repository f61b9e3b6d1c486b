import type { Blobs } from '#seams/blobs'
import type { ByteRange } from './byte-range.ts'
import {
  expandG711,
  PCM_HEADER_BYTES,
  pcmHeader,
  readWaveFormat,
  WAVE_HEADER_BYTES_MAX,
  type WaveFormat,
} from './wave-file.ts'

/** What a blob holds of a WAV file. */
export interface SoundFile {
  readonly blobs: Blobs
  readonly key: string
  readonly format: WaveFormat
}

/** One stretch of a sound: samples of a file (16 bits, all channels) from their beginning, or silence of that many bytes. */
export interface Stretch {
  readonly file?: SoundFile
  readonly bytes: number
}

/** The format of a stored WAV file; undefined when it is none that we know. */
export async function formatOf(blobs: Blobs, key: string, bytes: number): Promise<WaveFormat | undefined> {
  const found = await blobs.get(key, { start: 0, end: Math.min(WAVE_HEADER_BYTES_MAX, bytes) - 1 })
  const chunks: Buffer[] = []
  for await (const chunk of found?.body ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
  return readWaveFormat(Buffer.concat(chunks), bytes)
}

/** How long the PCM file of these stretches is. */
export function pcmLength(stretches: readonly Stretch[]): number {
  return PCM_HEADER_BYTES + stretches.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** A range of the bytes of one PCM file, stretch after stretch; nothing of it is kept in memory. */
export async function* pcmBytes(
  format: WaveFormat,
  stretches: readonly Stretch[],
  { start, end }: ByteRange,
): AsyncGenerator<Buffer> {
  const header = pcmHeader(format, pcmLength(stretches) - PCM_HEADER_BYTES)
  if (start < PCM_HEADER_BYTES) yield header.subarray(start, end + 1)
  let at = PCM_HEADER_BYTES
  for (const { file, bytes } of stretches) {
    const from = Math.max(start, at) - at
    const to = Math.min(end, at + bytes - 1) - at
    at += bytes
    if (from > to) continue
    if (file) yield* samplesOf(file, { start: from, end: to })
    else yield* silence(to - from + 1)
  }
}

/** Each stored byte becomes two: so a range of the result is a range of the file. */
async function* samplesOf({ blobs, key, format }: SoundFile, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  if (format.codec === 'pcm') return
  const from = Math.floor(start / 2)
  const found = await blobs.get(key, {
    start: format.dataOffset + from,
    end: format.dataOffset + Math.floor(end / 2),
  })
  let skip = start - 2 * from
  let left = end - start + 1
  for await (const chunk of found?.body ?? []) {
    const samples = expandG711(chunk as Uint8Array, format.codec).subarray(skip, skip + left)
    skip = 0
    left -= samples.length
    yield samples
  }
}

const SILENCE = Buffer.alloc(64 * 1024)

function* silence(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= SILENCE.length) yield SILENCE.subarray(0, Math.min(left, SILENCE.length))
}
