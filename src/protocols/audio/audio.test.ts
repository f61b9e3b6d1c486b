import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DtmfDetector, dtmfTone } from './dtmf.ts'
import { decodeG711, encodeG711, type G711, G711_SILENCE, g711Sample, transcodeG711 } from './g711.ts'
import { g711WavHeader, readWav, wavToG711 } from './wav.ts'

const CORPORA = process.env['TANDEM_CORPORA'] ?? new URL('../../../../shared/corpora', import.meta.url).pathname
const VECTORS = `${CORPORA}/codec/g711`
const LAWS: readonly G711[] = ['PCMU', 'PCMA']
const ALL = Uint8Array.from({ length: 256 }, (_, i) => i)

describe('G.711', () => {
  it('codes every octet back to itself, but for the second zero of µ-law', () => {
    for (const law of LAWS) {
      const back = encodeG711(law, decodeG711(law, ALL))
      const changed = [...ALL].filter((octet) => back[octet] !== octet)
      expect(changed).toEqual(law === 'PCMU' ? [0x7f] : [])
    }
  })

  it('has the values of the standard at the ends and in the middle', () => {
    expect([0x00, 0x80, 0xff, 0x7f, 0x8f].map((octet) => g711Sample('PCMU', octet))).toEqual([
      -32_124, 32_124, 0, 0, 16_764,
    ])
    expect([0x2a, 0xaa, 0xd5, 0x55].map((octet) => g711Sample('PCMA', octet))).toEqual([-32_256, 32_256, 8, -8])
    for (const law of LAWS) expect(Math.abs(g711Sample(law, G711_SILENCE[law]))).toBeLessThanOrEqual(8)
  })

  it('chooses the nearest level, but for the edges of segments', () => {
    for (const law of LAWS) {
      const levels = [...decodeG711(law, ALL)].sort((a, b) => a - b)
      const samples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)
      const coded = decodeG711(law, encodeG711(law, samples))
      const nearest = nearestErrors(levels, samples)
      let excess = 0
      for (let i = 0; i < samples.length; i++) {
        // At the edge of a segment the step below is half as wide: a quarter of a step more is 1/64 of the value.
        const edge = Math.abs(samples[i]!) / 64 + 8
        excess = Math.max(excess, Math.abs(samples[i]! - coded[i]!) - nearest[i]! - edge)
      }
      expect(excess).toBeLessThanOrEqual(0)
    }
  })

  it('changes the law within one step, in place too', () => {
    for (const law of LAWS) {
      const other = law === 'PCMU' ? 'PCMA' : 'PCMU'
      const octets = ALL.slice()
      transcodeG711(law, octets, octets)
      expect(octets).toEqual(encodeG711(other, decodeG711(law, ALL)))
    }
  })

  it('MED-11 equals the vectors of the ITU, where they are', () => {
    if (!existsSync(`${VECTORS}/sweep.src`)) {
      console.log(`no ITU vectors for G.711 at ${VECTORS}: TANDEM_CORPORA names their folder`)
      return
    }
    const source = words('sweep.src')
    for (const [law, letter] of [
      ['PCMU', 'u'],
      ['PCMA', 'a'],
    ] as const) {
      const codes = Uint8Array.from(words(`sweep-r.${letter}`), (word) => word & 0xff)
      expect(Buffer.from(encodeG711(law, source)).equals(codes)).toBe(true)
      expect(decodeG711(law, codes)).toEqual(words(`sweep-r.re${letter}`))
      expect(decodeG711(law, encodeG711(law, source))).toEqual(words(`sweep-r.${letter}-${letter}`))
    }
  })
})

/** For each sample, how far the nearest level is. */
function nearestErrors(levels: readonly number[], samples: Int16Array): Int32Array {
  const errors = new Int32Array(samples.length)
  let at = 0
  for (let i = 0; i < samples.length; i++) {
    while (at + 1 < levels.length && Math.abs(levels[at + 1]! - samples[i]!) <= Math.abs(levels[at]! - samples[i]!))
      at++
    errors[i] = Math.abs(levels[at]! - samples[i]!)
  }
  return errors
}

function words(name: string): Int16Array {
  const file = readFileSync(`${VECTORS}/${name}`)
  return new Int16Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length))
}

/** Everything that is heard in the sound, in portions of a packet, through µ-law. */
function heardIn(sound: Int16Array): { digit: string; durationMs: number }[] {
  const detector = new DtmfDetector()
  const coded = decodeG711('PCMU', encodeG711('PCMU', sound))
  const heard = []
  for (let at = 0; at < coded.length; at += 160) heard.push(...detector.push(coded.subarray(at, at + 160)))
  return heard
}

function joined(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

const silence = (ms: number) => new Int16Array(8 * ms)

describe('keypad tones', () => {
  it('MED-09 hears all sixteen, loud and soft, long and short, each once', () => {
    for (const amplitude of [12_000, 3_000, 700]) {
      for (const durationMs of [45, 70, 200, 1000]) {
        const parts = [...'0123456789ABCD*#'].flatMap((digit) => [dtmfTone(digit, durationMs, amplitude), silence(60)])
        const heard = heardIn(joined(...parts))
        expect(heard.map((tone) => tone.digit).join('')).toBe('0123456789ABCD*#')
        for (const tone of heard) expect(Math.abs(tone.durationMs - durationMs)).toBeLessThan(30)
      }
    }
  })

  it('makes two digits of one key that is pressed twice, and one of a tone with a short break', () => {
    const tone = dtmfTone('4', 80)
    expect(heardIn(joined(tone, silence(50), tone, silence(50)))).toHaveLength(2)
    expect(heardIn(joined(tone, silence(8), tone, silence(50)))).toHaveLength(1)
  })

  it('does not hear tones that are too short, single tones, or noise', () => {
    expect(heardIn(joined(dtmfTone('1', 20), silence(100)))).toEqual([])
    let seed = 7
    const noise = Int16Array.from({ length: 80_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      return (seed >> 15) - 32_768
    })
    expect(heardIn(noise)).toEqual([])
    const single = Int16Array.from({ length: 8000 }, (_, i) =>
      Math.round(9000 * Math.sin((2 * Math.PI * 770 * i) / 8000)),
    )
    expect(heardIn(single)).toEqual([])
  })

  it('does not hear a digit in our own music and prompts', () => {
    for (const name of ['music', 'menu', 'voicemail-intro', 'record-intro', 'unavailable', 'ring']) {
      const file = readFileSync(new URL(`../../../assets/prompts/${name}.wav`, import.meta.url))
      expect(heardIn(decodeG711('PCMU', wavToG711(readWav(file)!, 'PCMU'))), name).toEqual([])
    }
  })
})

describe('WAV', () => {
  it('reads what it writes, in one channel and two', () => {
    for (const channels of [1, 2] as const) {
      const data = Buffer.from(ALL)
      const sound = readWav(Buffer.concat([g711WavHeader('PCMA', channels, data.length), data]))
      expect(sound).toEqual({ format: 'PCMA', channels, data })
    }
  })

  it('mixes two channels into one, and leaves one channel of the wanted law untouched', () => {
    const one = { format: 'PCMU', channels: 1, data: Buffer.from(ALL) } as const
    expect(wavToG711(one, 'PCMU')).toEqual(ALL)
    const two = { format: 'PCMU', channels: 2, data: Buffer.from([0x8f, 0xff, 0xff, 0x0f]) } as const
    expect(wavToG711(two, 'PCMU')).toEqual(Uint8Array.of(0x8f, 0x0f))
  })

  it('refuses what is not 8 kHz sound, and lies of length do no harm', () => {
    const good = Buffer.concat([g711WavHeader('PCMU', 1, 100), Buffer.alloc(100)])
    for (let cut = 0; cut < good.length; cut++) expect(() => readWav(good.subarray(0, cut))).not.toThrow()
    const lying = Buffer.from(good)
    lying.writeUInt32LE(0xffffffff, 54)
    expect(readWav(lying)?.data).toHaveLength(100)
    const wide = Buffer.from(good)
    wide.writeUInt32LE(44_100, 24)
    expect(readWav(wide)).toBeUndefined()
    expect(readWav(Buffer.from('no sound at all'))).toBeUndefined()
  })
})
