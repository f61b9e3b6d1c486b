import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711, type G711, g711Sample, transcodeG711 } from './g711.ts'
import { G711_WAV_HEADER_BYTES, g711WavHeader, readWav, wavToG711 } from './wav.ts'

const law = fc.constantFrom<G711>('PCMU', 'PCMA')
const channels = fc.constantFrom<1 | 2>(1, 2)

/** A WAV file of linear samples, with chunks before its sound that a reader must pass over. */
function pcmFile(samples: readonly number[], count: number, before: readonly [string, number][] = []): Buffer {
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32LE(body.length, 4)
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
  }
  const format = Buffer.alloc(16)
  format.writeUInt16LE(1, 0)
  format.writeUInt16LE(count, 2)
  format.writeUInt32LE(8000, 4)
  format.writeUInt32LE(16_000 * count, 8)
  format.writeUInt16LE(2 * count, 12)
  format.writeUInt16LE(16, 14)
  const data = Buffer.alloc(2 * samples.length)
  samples.forEach((sample, i) => {
    data.writeInt16LE(sample, 2 * i)
  })
  const extra = before.map(([name, length]) => chunk(name, Buffer.alloc(length, 0x41)))
  const body = Buffer.concat([chunk('fmt ', format), ...extra, chunk('data', data)])
  const head = Buffer.from('RIFF????WAVE', 'latin1')
  head.writeUInt32LE(4 + body.length, 4)
  return Buffer.concat([head, body])
}

describe('WAV, any', () => {
  it('is read as it was written, in either law, in one channel and two, of odd lengths too', () => {
    fc.assert(
      fc.property(law, channels, fc.uint8Array({ maxLength: 600 }), (format, count, sound) => {
        const data = Buffer.from(sound.subarray(0, sound.length - (sound.length % count)))
        const header = g711WavHeader(format, count, data.length)
        expect(header).toHaveLength(G711_WAV_HEADER_BYTES)
        expect(header.readUInt32LE(4)).toBe(G711_WAV_HEADER_BYTES - 8 + data.length + (data.length & 1))
        expect(readWav(Buffer.concat([header, data]))).toEqual({ format, channels: count, data })
      }),
    )
  })

  it('says the number of samples, which players of coded sound need', () => {
    expect(g711WavHeader('PCMU', 2, 16_000).readUInt32LE(46)).toBe(8000)
    expect(g711WavHeader('PCMA', 1, 16_000).readUInt32LE(46)).toBe(16_000)
  })

  it('of linear samples becomes the same octets as the samples coded by hand, past chunks of other kinds', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 })
    const chunk = fc.tuple(fc.constantFrom('LIST', 'fact', 'bext', 'cue '), fc.nat(33))
    fc.assert(
      fc.property(
        law,
        fc.array(sample, { maxLength: 200 }),
        fc.array(chunk, { maxLength: 3 }),
        (to, samples, extra) => {
          const wav = readWav(pcmFile(samples, 1, extra))
          expect(wav).toMatchObject({ format: 'PCM16', channels: 1 })
          expect(wavToG711(wav!, to)).toEqual(encodeG711(to, Int16Array.from(samples)))
        },
      ),
    )
  })

  it('of several channels is mixed, and clipped where the sum is too loud', () => {
    const wav = readWav(pcmFile([30_000, 30_000, -30_000, -30_000, 1000, -1000], 2))!
    const mixed = decodeG711('PCMU', wavToG711(wav, 'PCMU'))
    expect([...mixed]).toEqual([32_124, -32_124, 0])
  })

  it('of the other law is changed octet by octet, and leaves the file as it was', () => {
    const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i))
    const expected = new Uint8Array(256)
    transcodeG711('PCMA', all, expected)
    expect(wavToG711({ format: 'PCMA', channels: 1, data: all }, 'PCMU')).toEqual(expected)
    expect(all[200]).toBe(200)
  })

  it('bears any bytes behind a true beginning', () => {
    const good = Buffer.concat([g711WavHeader('PCMU', 2, 64), Buffer.alloc(64)])
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
    fc.assert(
      fc.property(changes, fc.nat(good.length), (bytes, length) => {
        const file = Buffer.from(good.subarray(0, length))
        for (const [at, value] of bytes) if (at < file.length) file[at] = value
        const wav = readWav(file)
        if (!wav) return
        expect(wav.data.length).toBeLessThanOrEqual(file.length)
        expect(wavToG711(wav, 'PCMA').length).toBeLessThanOrEqual(file.length)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('G.711, any', () => {
  it('keeps order: what is louder is never coded as less', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 })
    fc.assert(
      fc.property(law, sample, sample, (which, a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a]
        const coded = decodeG711(which, encodeG711(which, Int16Array.of(low, high)))
        expect(coded[0]).toBeLessThanOrEqual(coded[1]!)
      }),
    )
  })

  it('to the other law and back loses at most one step of quantisation', () => {
    fc.assert(
      fc.property(law, fc.integer({ min: 0, max: 255 }), (from, octet) => {
        const octets = Uint8Array.of(octet)
        transcodeG711(from, octets, octets)
        transcodeG711(from === 'PCMU' ? 'PCMA' : 'PCMU', octets, octets)
        const before = g711Sample(from, octet)
        expect(Math.abs(g711Sample(from, octets[0]!) - before)).toBeLessThanOrEqual(Math.abs(before) / 16 + 16)
      }),
    )
  })
})
