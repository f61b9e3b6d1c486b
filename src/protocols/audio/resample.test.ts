import { describe, expect, it } from 'vitest'
import { type AnyWave, framesOf, monoFrames, pcm16Wave, readAnyWave, type WaveEncoding } from './any-wave.ts'
import { encodeG711 } from './g711.ts'
import { TELEPHONE_RATE_HZ, toTelephone } from './resample.ts'
import { readWav } from './wav.ts'

const TAGS: Readonly<Record<WaveEncoding, readonly [tag: number, bits: number]>> = {
  pcm8: [1, 8],
  pcm16: [1, 16],
  pcm24: [1, 24],
  pcm32: [1, 32],
  float32: [3, 32],
  PCMU: [7, 8],
  PCMA: [6, 8],
}

/** A tone as a WAV file of any kind, the same in each channel. */
function toneFile(
  encoding: WaveEncoding,
  rateHz: number,
  { hertz = 440, channels = 1, seconds = 0.3, level = 0.5 } = {},
) {
  const [tag, bits] = TAGS[encoding]
  const frames = Math.round(rateHz * seconds)
  const width = bits / 8
  const data = Buffer.alloc(frames * channels * width)
  for (let index = 0; index < frames * channels; index++) {
    const sample = level * Math.sin((2 * Math.PI * hertz * Math.floor(index / channels)) / rateHz)
    const at = index * width
    if (encoding === 'pcm8') data[at] = Math.round(sample * 127) + 128
    else if (encoding === 'float32') data.writeFloatLE(sample, at)
    else if (tag === 1) data.writeIntLE(Math.round(sample * (2 ** (bits - 1) - 1)), at, width)
    else data[at] = encodeG711(encoding as 'PCMU', Int16Array.of(Math.round(sample * 32_767)))[0]!
  }
  return waveFile(tag, bits, rateHz, channels, data)
}

function waveFile(
  tag: number,
  bits: number,
  rateHz: number,
  channels: number,
  data: Buffer,
  extension = Buffer.alloc(0),
) {
  const head = Buffer.alloc(36)
  head.write('RIFF', 'latin1')
  head.writeUInt32LE(36 + extension.length + data.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16 + extension.length, 16)
  head.writeUInt16LE(tag, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rateHz, 24)
  head.writeUInt32LE((rateHz * channels * bits) / 8, 28)
  head.writeUInt16LE((channels * bits) / 8, 32)
  head.writeUInt16LE(bits, 34)
  const body = Buffer.alloc(8)
  body.write('data', 'latin1')
  body.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, extension, body, data])
}

function waveOf(file: Buffer): AnyWave {
  const wave = readAnyWave(file)
  if ('fault' in wave) throw wave
  return wave
}

function converted(file: Buffer): Int16Array {
  const portions = [...toTelephone(waveOf(file))]
  return Int16Array.from(portions.flatMap((portion) => [...portion]))
}

/** How strong a tone is in a sound, as a share of full scale: its amplitude by correlation, ends left out. */
function strength(samples: Int16Array, hertz: number): number {
  let [sine, cosine] = [0, 0]
  const part = samples.subarray(400, samples.length - 400)
  for (const [index, sample] of part.entries()) {
    const turn = (2 * Math.PI * hertz * index) / TELEPHONE_RATE_HZ
    sine += (sample / 32_768) * Math.sin(turn)
    cosine += (sample / 32_768) * Math.cos(turn)
  }
  return (2 * Math.hypot(sine, cosine)) / part.length
}

describe('a WAV file of any usual kind', () => {
  const kinds = Object.keys(TAGS) as WaveEncoding[]
  it.each(
    kinds.flatMap((kind) =>
      [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000].map((rate) => [kind, rate] as const),
    ),
  )('of %s at %i Hz keeps length and level as telephone sound (MED-08)', (kind, rate) => {
    for (const channels of [1, 2]) {
      const samples = converted(toneFile(kind, rate, { channels }))
      expect(samples.length).toBe(0.3 * TELEPHONE_RATE_HZ)
      expect(strength(samples, 440)).toBeGreaterThan(0.48)
      expect(strength(samples, 440)).toBeLessThan(0.52)
    }
  })

  it('keeps what telephones carry, and leaves nothing of what would fold back into it', () => {
    const at = (hertz: number) => converted(toneFile('pcm16', 44_100, { hertz }))
    expect(strength(at(300), 300)).toBeGreaterThan(0.49)
    expect(strength(at(3_300), 3_300)).toBeGreaterThan(0.47)
    // 5 kHz would be heard as 3 kHz, 9 kHz as 1 kHz.
    expect(strength(at(5_000), 3_000)).toBeLessThan(0.001)
    expect(strength(at(9_000), 1_000)).toBeLessThan(0.001)
  })

  it('has no seam between two portions', () => {
    const samples = converted(toneFile('pcm16', 44_100, { hertz: 200, seconds: 1.2 }))
    // 200 Hz at half of full scale changes by at most 2573 in a sample; a seam would be a jump.
    let most = 0
    for (let index = 401; index < samples.length - 400; index++)
      most = Math.max(most, Math.abs(samples[index]! - samples[index - 1]!))
    expect(most).toBeLessThan(2_700)
  })

  it('is read by its real format where the header is extensible', () => {
    const extension = Buffer.alloc(24)
    extension.writeUInt16LE(22, 0)
    extension.writeUInt16LE(1, 8)
    const wave = waveOf(waveFile(0xfffe, 16, 48_000, 1, Buffer.alloc(9_600), extension))
    expect(wave).toMatchObject({ encoding: 'pcm16', rateHz: 48_000, channels: 1 })
    expect(framesOf(wave)).toBe(4_800)
  })

  it('says why it is none', () => {
    expect(readAnyWave(Buffer.from('ID3 this is an MP3'))).toEqual({ fault: 'no-wave' })
    expect(readAnyWave(Buffer.alloc(0))).toEqual({ fault: 'no-wave' })
    expect(readAnyWave(toneFile('pcm16', 8_000).subarray(0, 36))).toEqual({ fault: 'no-sound' })
    expect(readAnyWave(waveFile(2, 4, 8_000, 1, Buffer.alloc(100)))).toEqual({ fault: 'encoding', tag: 2, bits: 4 })
    expect(readAnyWave(waveFile(1, 16, 8_000, 0, Buffer.alloc(100)))).toMatchObject({ fault: 'encoding' })
  })

  it('never throws, whatever was cut or changed in it', () => {
    const file = toneFile('pcm24', 11_025, { channels: 2, seconds: 0.05 })
    for (let at = 0; at < file.length; at += 7) {
      expect(() => readAnyWave(file.subarray(0, at))).not.toThrow()
      const bent = Buffer.from(file)
      bent[at] = (bent[at]! + 129) & 0xff
      const wave = readAnyWave(bent)
      if (!('fault' in wave)) expect(() => monoFrames(wave, 0, framesOf(wave))).not.toThrow()
    }
  })

  it('is silence where a floating file holds no numbers', () => {
    const data = Buffer.alloc(16)
    data.writeFloatLE(Number.NaN, 0)
    data.writeFloatLE(Number.POSITIVE_INFINITY, 4)
    data.writeFloatLE(7, 8)
    const wave = waveOf(waveFile(3, 32, 8_000, 1, data))
    expect([...monoFrames(wave, 0, 4)]).toEqual([0, 0, 1, 0])
  })

  it('is written so that the media process reads it', () => {
    const samples = Int16Array.of(0, 1, -1, 32_767, -32_768)
    const read = readWav(pcm16Wave(samples))
    expect(read).toMatchObject({ format: 'PCM16', channels: 1 })
    expect([...new Int16Array(Uint8Array.from(read!.data).buffer)]).toEqual([...samples])
  })
})
