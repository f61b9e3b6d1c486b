import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DtmfDetector, dtmfSamples, dtmfTone, type HeardTone } from './dtmf.ts'
import { decodeG711, encodeG711, type G711 } from './g711.ts'

const KEYS = '123A456B789C*0#D'
const ROWS_HZ = [697, 770, 852, 941]
const COLUMNS_HZ = [1209, 1336, 1477, 1633]

/** Full scale is 3.14 dB over a sine of 0 dBm0. */
const amplitudeOf = (dbm0: number) => 32_767 * 10 ** ((dbm0 - 3.14) / 20)
const silence = (ms: number) => new Int16Array(8 * ms)

function joined(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function heardIn(sound: Int16Array, portion = 160): readonly HeardTone[] {
  const detector = new DtmfDetector()
  const heard: HeardTone[] = []
  for (let at = 0; at < sound.length; at += portion) heard.push(...detector.push(sound.subarray(at, at + portion)))
  return heard
}

const spelled = (sound: Int16Array) =>
  heardIn(sound)
    .map((tone) => tone.digit)
    .join('')

interface Tone {
  readonly rowDbm0: number
  readonly columnDbm0: number
  /** How far both frequencies are off, in parts of one. */
  readonly off?: number
}

/** A key whose two parts have levels and frequencies of their own. */
function toneOf(key: string, durationMs: number, { rowDbm0, columnDbm0, off = 0 }: Tone): Int16Array {
  const at = KEYS.indexOf(key)
  const [low, high] = [ROWS_HZ[at >> 2]! * (1 + off), COLUMNS_HZ[at & 3]! * (1 + off)]
  const [a, b] = [amplitudeOf(rowDbm0), amplitudeOf(columnDbm0)]
  return Int16Array.from({ length: 8 * durationMs }, (_, i) => {
    const t = (2 * Math.PI * i) / 8000
    return Math.max(-32_768, Math.min(32_767, Math.round(a * Math.sin(low * t) + b * Math.sin(high * t + 1))))
  })
}

/** The same numbers for the same seed, from 0 to 1 (Park and Miller). */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 0x7fffffff
    return state / 0x7fffffff
  }
}

/** Noise of this level, near enough to a bell curve. */
function noise(samples: number, dbm0: number, seed = 1): Int16Array {
  const random = randoms(seed)
  const rms = amplitudeOf(dbm0) / Math.SQRT2
  return Int16Array.from({ length: samples }, () => {
    let sum = 0
    for (let i = 0; i < 12; i++) sum += random()
    return Math.round((sum - 6) * rms)
  })
}

function mixed(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, i) => Math.max(-32_768, Math.min(32_767, sample + (b[i] ?? 0))))
}

/**
 * Something like speech: pulses of a voice that rises and falls, through three resonances that wander where those of vowels are, in
 * syllables with breath between them. It crosses every pair of keypad frequencies again and again, as speech does.
 */
function speech(seconds: number, seed: number): Int16Array {
  const random = randoms(seed)
  const out = new Float64Array(8000 * seconds)
  const resonances = [0, 1, 2].map(() => ({ hz: 0, target: 0, y1: 0, y2: 0 }))
  const ranges = [
    [300, 900],
    [850, 2200],
    [2000, 3000],
  ] as const
  let pitchHz = 120
  let phase = 0
  let loud = 0
  let loudTarget = 0
  for (let i = 0; i < out.length; i++) {
    if (i % 1200 === 0) {
      resonances.forEach((resonance, k) => {
        resonance.target = ranges[k]![0] + random() * (ranges[k]![1] - ranges[k]![0])
      })
      loudTarget = random() < 0.2 ? 0 : 0.3 + random()
      pitchHz = 90 + 180 * random()
    }
    loud += (loudTarget - loud) * 0.004
    phase += pitchHz / 8000
    const pulse = phase >= 1 ? 1 : 0
    phase -= pulse
    let sample = (pulse * 40 + (random() - 0.5)) * loud
    for (const resonance of resonances) {
      resonance.hz += (resonance.target - resonance.hz) * 0.002
      const radius = 0.97
      const y =
        sample +
        2 * radius * Math.cos((2 * Math.PI * resonance.hz) / 8000) * resonance.y1 -
        radius * radius * resonance.y2
      resonance.y2 = resonance.y1
      resonance.y1 = y
      sample = y * 0.35
    }
    out[i] = sample
  }
  const peak = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9)
  return Int16Array.from(out, (sample) => Math.round((sample / peak) * 24_000))
}

describe('keypad tones, made', () => {
  it('are the same in pieces as in one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KEYS),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }),
        (key, counts) => {
          const whole = dtmfSamples(
            key,
            0,
            counts.reduce((sum, count) => sum + count, 0),
          )
          let from = 0
          const pieces = counts.map((count) => {
            from += count
            return dtmfSamples(key, from - count, count)
          })
          expect(joined(...pieces)).toEqual(whole)
        },
      ),
    )
  })

  it('are silence for what is no key, and never over full scale', () => {
    expect(dtmfTone('E', 10)).toEqual(silence(10))
    expect(dtmfTone('12', 10)).toEqual(silence(10))
    expect(Math.max(...dtmfTone('5', 1000, 16_383))).toBeLessThanOrEqual(32_767)
  })
})

describe('keypad tones, heard', () => {
  it('MED-09 over the whole range of levels, in either law', () => {
    for (const law of ['PCMU', 'PCMA'] as const satisfies readonly G711[]) {
      for (const dbm0 of [-3, -10, -20, -30, -34]) {
        const parts = [...KEYS].flatMap((key) => [toneOf(key, 60, { rowDbm0: dbm0, columnDbm0: dbm0 }), silence(60)])
        const coded = decodeG711(law, encodeG711(law, joined(...parts)))
        expect(spelled(coded), `${law} ${dbm0} dBm0`).toBe(KEYS)
      }
    }
  })

  it('with the column up to 4 dB stronger or 7 dB weaker than the row, as lines make them', () => {
    for (const twistDb of [-4, -2, 2, 4, 7]) {
      const parts = [...KEYS].flatMap((key) => [
        toneOf(key, 60, { rowDbm0: -12, columnDbm0: -12 - twistDb }),
        silence(60),
      ])
      expect(spelled(joined(...parts)), `${twistDb} dB`).toBe(KEYS)
    }
  })

  it('not with a twist that no telephone makes, nor below the least level', () => {
    for (const key of KEYS) {
      for (const twistDb of [-10, 12]) {
        const tone = toneOf(key, 200, { rowDbm0: -12, columnDbm0: -12 - twistDb })
        expect(spelled(joined(tone, silence(60))), `${key} ${twistDb} dB`).toBe('')
      }
      expect(spelled(joined(toneOf(key, 200, { rowDbm0: -45, columnDbm0: -45 }), silence(60)))).toBe('')
    }
  })

  it('with frequencies 1.5 % off, which Q.24 wants taken', () => {
    for (const off of [-0.015, 0.015]) {
      const parts = [...KEYS].flatMap((key) => [toneOf(key, 80, { rowDbm0: -10, columnDbm0: -10, off }), silence(60)])
      expect(spelled(joined(...parts)), `${100 * off} %`).toBe(KEYS)
    }
  })

  it('in noise 15 dB below them', () => {
    const parts = [...KEYS].flatMap((key) => [toneOf(key, 80, { rowDbm0: -12, columnDbm0: -12 }), silence(60)])
    const clean = joined(...parts)
    for (const seed of [1, 2, 3]) expect(spelled(mixed(clean, noise(clean.length, -24, seed)))).toBe(KEYS)
  })

  it('the same in portions of any length', () => {
    const parts = [...'159D'].flatMap((key) => [dtmfTone(key, 80), silence(60)])
    const sound = joined(...parts)
    const whole = heardIn(sound)
    expect(whole).toHaveLength(4)
    for (const portion of [1, 7, 80, 101, 102, 103, 160, 480, 5000]) expect(heardIn(sound, portion)).toEqual(whole)
  })

  it('in place of the phone’s own sound, when the key is pressed while somebody speaks', () => {
    const sound = joined(speech(1, 5), dtmfTone('8', 100), speech(1, 6))
    expect(spelled(sound)).toBe('8')
  })

  it('as one key each, in any row of keys with the shortest tone and pause', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 12 }), fc.nat(200), (keys, shift) => {
        const parts = keys.flatMap((key) => [dtmfTone(key, 50), silence(50)])
        expect(spelled(joined(silence(shift), ...parts))).toBe(keys.join(''))
      }),
      { numRuns: 40 },
    )
  })
})

describe('what is no keypad tone', () => {
  it('MED-09 talk-off: half a minute of several voices is no digit', () => {
    for (const seed of [11, 12, 13]) expect(spelled(speech(10, seed)), `seed ${seed}`).toBe('')
  })

  it('noise of any level, hum and its harmonics, and the tones of exchanges are no digit', () => {
    for (const dbm0 of [-3, -15, -30]) expect(spelled(noise(40_000, dbm0, 4))).toBe('')
    const sines = (parts: readonly number[]) =>
      Int16Array.from({ length: 16_000 }, (_, i) =>
        Math.round(parts.reduce((sum, hz) => sum + 6000 * Math.sin((2 * Math.PI * hz * i) / 8000), 0)),
      )
    const tones = { dial: [350, 440], ringing: [440, 480], busy: [480, 620], hum: [50, 150, 250], special: [950] }
    for (const [name, parts] of Object.entries(tones)) expect(spelled(sines(parts)), name).toBe('')
  })

  it('three tones of the keypad at once are no digit, nor two of one group', () => {
    const sum = (...hz: readonly number[]) =>
      Int16Array.from({ length: 4000 }, (_, i) =>
        Math.round(hz.reduce((total, f) => total + 5000 * Math.sin((2 * Math.PI * f * i) / 8000), 0)),
      )
    expect(spelled(sum(697, 770, 1209))).toBe('')
    expect(spelled(sum(1209, 1336))).toBe('')
    expect(spelled(sum(852, 1336, 1477))).toBe('')
  })

  it('a key’s tone under louder sound of another pitch is no digit: the two parts must be most of what is heard', () => {
    for (const hz of [400, 1070, 1900]) {
      const other = Int16Array.from({ length: 1600 }, (_, i) =>
        Math.round(14_000 * Math.sin((2 * Math.PI * hz * i) / 8000)),
      )
      expect(spelled(joined(mixed(dtmfTone('5', 200, 5000), other), silence(60))), `${hz} Hz`).toBe('')
    }
  })

  it('a tone of 12 ms is none, wherever it falls between two decisions', () => {
    for (let shift = 0; shift < 102; shift += 3) {
      expect(spelled(joined(new Int16Array(shift), dtmfTone('5', 12), silence(80))), `${shift}`).toBe('')
    }
  })
})
