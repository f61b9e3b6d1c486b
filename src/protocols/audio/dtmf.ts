/** Finds keypad tones in sound (ITU-T Q.23, Q.24; MED-09), and makes them. */

const RATE_HZ = 8000
const ROWS_HZ = [697, 770, 852, 941] as const
const COLUMNS_HZ = [1209, 1336, 1477, 1633] as const
const KEYS = ['123A', '456B', '789C', '*0#D'] as const

/** Samples of one decision: 12.75 ms. Shorter blurs the rows together, longer misses tones of 40 ms. */
const BLOCK = 102

/** A tone counts after this many equal blocks. DEVIATION: Q.24 wants 23 ms refused; two blocks may each hold 9 ms of a tone of 18 ms... */
const BLOCKS_ON = 2

/** ...and is over after this many without it: one bad block does not make two digits of one. */
const BLOCKS_OFF = 2

/** The mean square of -36 dBm0 and less is no tone: 0 dBm0 is 3.14 dB under full scale. */
const POWER_MIN = 32_768 ** 2 * 10 ** (-(36 + 6) / 10)

/** The two tones hold most of what is heard; speech spreads. */
const SHARE_MIN = 0.7

/** The column may be 8 dB weaker than the row... */
const TWIST_COLUMN_WEAKER = 10 ** (8 / 10)

/** ...or 6 dB stronger, as measured in a block: Q.24 asks for 8 dB and 4 dB, and what lies between two blocks blurs by 2 dB. */
const TWIST_ROW_WEAKER = 10 ** (6 / 10)

/** The best of each group stands out from the next by 6 dB at least. */
const LEAD_MIN = 4

const COEFFICIENTS = [...ROWS_HZ, ...COLUMNS_HZ].map((hz) => 2 * Math.cos((2 * Math.PI * hz) / RATE_HZ))

/** A keypad tone that is over. */
export interface HeardTone {
  readonly digit: string
  readonly durationMs: number
}

/** One party's ear: takes linear samples at 8 kHz in any portions. A digit is told when its tone is over. */
export class DtmfDetector {
  readonly #s1 = new Float64Array(8)
  readonly #s2 = new Float64Array(8)
  #energy = 0
  #filled = 0
  #candidate = ''
  #matches = 0
  #digit = ''
  #blocks = 0
  #misses = 0

  push(samples: Int16Array): readonly HeardTone[] {
    const heard: HeardTone[] = []
    let at = 0
    while (at < samples.length) {
      const end = Math.min(samples.length, at + BLOCK - this.#filled)
      this.#filter(samples, at, end)
      this.#filled += end - at
      at = end
      if (this.#filled < BLOCK) break
      const tone = this.#decide(this.#classify())
      if (tone) heard.push(tone)
      this.#clear()
    }
    return heard
  }

  #filter(samples: Int16Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#energy += samples[i]! * samples[i]!
    for (let k = 0; k < 8; k++) {
      const coefficient = COEFFICIENTS[k]!
      let s1 = this.#s1[k]!
      let s2 = this.#s2[k]!
      for (let i = from; i < to; i++) {
        const s0 = samples[i]! + coefficient * s1 - s2
        s2 = s1
        s1 = s0
      }
      this.#s1[k] = s1
      this.#s2[k] = s2
    }
  }

  /** The mean square of a frequency: a pure tone of amplitude a gives a²/2. */
  #power(k: number): number {
    const s1 = this.#s1[k]!
    const s2 = this.#s2[k]!
    return (2 * (s1 * s1 + s2 * s2 - COEFFICIENTS[k]! * s1 * s2)) / (BLOCK * BLOCK)
  }

  #classify(): string {
    const total = this.#energy / BLOCK
    if (total < POWER_MIN) return ''
    const powers = Array.from({ length: 8 }, (_, k) => this.#power(k))
    const row = strongest(powers, 0)
    const column = strongest(powers, 4)
    if (row < 0 || column < 0) return ''
    const r = powers[row]!
    const c = powers[column]!
    if (r + c < SHARE_MIN * total) return ''
    if (r > c * TWIST_COLUMN_WEAKER || c > r * TWIST_ROW_WEAKER) return ''
    return KEYS[row]![column - 4]!
  }

  #decide(now: string): HeardTone | undefined {
    if (this.#digit !== '') {
      if (now === this.#digit) {
        this.#blocks += 1 + this.#misses
        this.#misses = 0
        return undefined
      }
      if (++this.#misses < BLOCKS_OFF) return undefined
      const tone = { digit: this.#digit, durationMs: Math.round((this.#blocks * BLOCK * 1000) / RATE_HZ) }
      this.#digit = ''
      this.#misses = 0
      this.#candidate = now
      this.#matches = now === '' ? 0 : 1
      return tone
    }
    this.#matches = now !== '' && now === this.#candidate ? this.#matches + 1 : now === '' ? 0 : 1
    this.#candidate = now
    if (this.#matches >= BLOCKS_ON) {
      this.#digit = now
      this.#blocks = this.#matches
    }
    return undefined
  }

  #clear(): void {
    this.#s1.fill(0)
    this.#s2.fill(0)
    this.#energy = 0
    this.#filled = 0
  }
}

/** The index of the strongest of four, or -1 when it does not stand out. */
function strongest(powers: readonly number[], from: number): number {
  let best = from
  for (let k = from + 1; k < from + 4; k++) if (powers[k]! > powers[best]!) best = k
  for (let k = from; k < from + 4; k++) if (k !== best && powers[k]! * LEAD_MIN > powers[best]!) return -1
  return best
}

/** What each of the two parts of a tone is as loud as: about -9 dBm0, where phones are. */
const AMPLITUDE = 8000

/** Linear samples of a key's tone; each of its two parts has the amplitude given (32,767 is full scale). */
export function dtmfTone(digit: string, durationMs: number, amplitude = AMPLITUDE): Int16Array {
  return dtmfSamples(digit, 0, Math.round((durationMs * RATE_HZ) / 1000), amplitude)
}

/** A piece of such a tone, `count` samples from the sample `from` on: pieces one after the other make a whole. Silence for what is no key. */
export function dtmfSamples(digit: string, from: number, count: number, amplitude = AMPLITUDE): Int16Array {
  const row = KEYS.findIndex((keys) => keys.includes(digit.toUpperCase()))
  const samples = new Int16Array(count)
  if (row < 0 || digit.length !== 1) return samples
  const low = ROWS_HZ[row]!
  const high = COLUMNS_HZ[KEYS[row]!.indexOf(digit.toUpperCase())]!
  for (let i = 0; i < count; i++) {
    const t = (2 * Math.PI * (from + i)) / RATE_HZ
    samples[i] = Math.round(amplitude * (Math.sin(low * t) + Math.sin(high * t)))
  }
  return samples
}
