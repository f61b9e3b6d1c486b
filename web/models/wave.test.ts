import { describe, expect, it } from 'vitest'
import { outlineOf, readWave } from './wave.ts'

/** A WAV file: what stands before its sound is up to the test. */
function file(samples: readonly number[], { channels = 1, rate = 8000, bits = 16, before = [] as number[] } = {}) {
  const bytes = [
    ...text('RIFF'),
    ...le(0, 4),
    ...text('WAVE'),
    ...before,
    ...[...text('fmt '), ...le(16, 4), ...le(1, 2), ...le(channels, 2), ...le(rate, 4)],
    ...[...le(rate * channels * 2, 4), ...le(channels * 2, 2), ...le(bits, 2)],
    ...[...text('data'), ...le(samples.length * 2, 4), ...samples.flatMap((sample) => le(sample & 0xffff, 2))],
  ]
  return new Uint8Array(bytes).buffer
}
const text = (word: string): number[] => [...word].map((letter) => letter.charCodeAt(0))
const le = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, at) => (value >> (8 * at)) & 255)

describe('the picture of a sound', () => {
  it('finds the loudest sample of each stretch, whatever its sign', () => {
    const wave = readWave(file([0, 16_384, -32_768, 0, 0, 0, 0, -8_192], { rate: 4 }), 4)
    expect(wave).toEqual({ durationMs: 2000, peaks: [[0.5, 1, 0, 0.25]] })
  })

  it('keeps two channels apart: who calls and who answers', () => {
    const wave = readWave(file([32_767, 0, 32_767, 0, 0, -32_768, 0, -32_768], { channels: 2 }), 2)
    expect(wave!.peaks[0]!.map(Math.round)).toEqual([1, 0])
    expect(wave!.peaks[1]).toEqual([0, 1])
  })

  it('passes over chunks that it does not know, odd ones too', () => {
    const before = [...text('LIST'), ...le(3, 4), 1, 2, 3, 0]
    expect(readWave(file([0, 16_384], { before }), 1)!.peaks).toEqual([[0.5]])
  })

  it('is nothing for a file that is cut, empty, of eight bits or no sound at all', () => {
    const whole = file([1, 2, 3])
    for (let length = 0; length < 44; length++) expect(readWave(whole.slice(0, length), 4)).toBeUndefined()
    expect(readWave(file([1], { bits: 8 }), 4)).toBeUndefined()
    expect(readWave(file([1], { channels: 0 }), 4)).toBeUndefined()
    expect(readWave(new TextEncoder().encode('{"status":404,"detail":"no sound"}').buffer, 4)).toBeUndefined()
  })

  it('draws what is there of a sound that was cut', () => {
    const cut = file([0, 16_384, 0, 0], { rate: 2 }).slice(0, -4)
    expect(readWave(cut, 2)).toEqual({ durationMs: 1000, peaks: [[0, 0.5]] })
    expect(outlineOf([0, 0.5])).toBe('M0.5 1.000V1.000M1.5 0.500V1.500')
  })
})
