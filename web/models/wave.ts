/** What a player needs of a sound: how long it is, and how loud each stretch of each channel. */
export interface Wave {
  readonly durationMs: number
  /** One list a channel; each value is the loudest sample of its stretch, 0-1. */
  readonly peaks: readonly (readonly number[])[]
}

const HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const PCM_MAX = 32_768

/**
 * Reads a WAV file of 16-bit samples and finds the loudest sample of each of so many stretches. Undefined when it is no such file: then the
 * sound can still be played, without its picture.
 */
export function readWave(file: ArrayBuffer, stretches: number): Wave | undefined {
  const view = new DataView(file)
  if (file.byteLength < HEADER_BYTES || word(view, 0) !== 'RIFF' || word(view, 8) !== 'WAVE') return undefined
  let format: { readonly channels: number; readonly rate: number } | undefined
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= file.byteLength; ) {
    const body = at + CHUNK_HEADER_BYTES
    const size = Math.min(view.getUint32(at + 4, true), file.byteLength - body)
    if (word(view, at) === 'fmt ' && size >= 16) {
      if (view.getUint16(body, true) !== 1 || view.getUint16(body + 14, true) !== 16) return undefined
      format = { channels: view.getUint16(body + 2, true), rate: view.getUint32(body + 4, true) }
    }
    if (word(view, at) === 'data') {
      if (!format || format.channels < 1 || format.rate < 1) return undefined
      return measure(new DataView(file, body, size), format, stretches)
    }
    // Chunks begin at even bytes.
    at = body + size + (size % 2)
  }
  return undefined
}

function word(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)))
}

function measure(data: DataView, { channels, rate }: { channels: number; rate: number }, stretches: number): Wave {
  const frames = Math.floor(data.byteLength / (2 * channels))
  const peaks = Array.from({ length: channels }, () => new Array<number>(stretches).fill(0))
  for (let frame = 0; frame < frames; frame++) {
    const stretch = Math.floor((frame * stretches) / frames)
    for (let channel = 0; channel < channels; channel++) {
      const loud = Math.abs(data.getInt16(2 * (frame * channels + channel), true)) / PCM_MAX
      const list = peaks[channel]!
      if (loud > list[stretch]!) list[stretch] = loud
    }
  }
  return { durationMs: Math.round((1000 * frames) / rate), peaks }
}

/** The outline of a channel as a path of SVG, `stretches` wide and two high around the middle at 1. */
export function outlineOf(peaks: readonly number[]): string {
  return peaks.map((peak, at) => `M${at + 0.5} ${(1 - peak).toFixed(3)}V${(1 + peak).toFixed(3)}`).join('')
}
