import { type AnyWave, framesOf, monoFrames } from './any-wave.ts'

/** What telephones hear. */
export const TELEPHONE_RATE_HZ = 8_000

/** What is above folds back into what is heard: the filter is flat up to 3.4 kHz (the telephone's own band) and shut at 4. */
const CUTOFF_SHARE = 0.925

/** Zero crossings of the filter on each side: with fewer the edge is not shut at 4 kHz; more are not heard. */
const CROSSINGS = 24

/** Half a second: a portion takes a few milliseconds, so that whoever converts can let others run in between. */
const PORTION = TELEPHONE_RATE_HZ / 2

/** The filter at each place that an output sample can have between two of the input. */
interface Phases {
  readonly half: number
  readonly count: number
  readonly taps: readonly Float32Array[]
}

/**
 * The sound as one channel of 16 bits at 8 kHz, portion by portion, with all that telephones cannot carry filtered out. One
 * of 8 kHz already passes as it is.
 */
export function* toTelephone(wave: AnyWave): Generator<Int16Array> {
  const frames = framesOf(wave)
  const { rateHz } = wave
  const total = Math.floor((frames * TELEPHONE_RATE_HZ) / rateHz)
  const phases = rateHz === TELEPHONE_RATE_HZ ? undefined : phasesOf(rateHz)
  for (let from = 0; from < total; from += PORTION) {
    const count = Math.min(PORTION, total - from)
    yield phases ? filtered(wave, phases, from, count) : rounded(monoFrames(wave, from, count))
  }
}

function filtered(wave: AnyWave, { half, count: places, taps }: Phases, from: number, count: number): Int16Array {
  const step = wave.rateHz / TELEPHONE_RATE_HZ
  const first = Math.floor(from * step) - half
  const last = Math.floor((from + count - 1) * step) + half
  const input = padded(wave, first, last - first + 1)
  const output = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const at = (from + index) * step
    const whole = Math.floor(at)
    const filter = taps[Math.round((at - whole) * places) % places]!
    const begin = whole - half - first
    let sum = 0
    for (let tap = 0; tap < filter.length; tap++) sum += filter[tap]! * (input[begin + tap] ?? 0)
    output[index] = sum
  }
  return rounded(output)
}

/** The moments from `from` on, with silence before the beginning and after the end. */
function padded(wave: AnyWave, from: number, count: number): Float32Array {
  const begin = Math.max(0, from)
  const end = Math.min(framesOf(wave), from + count)
  const input = new Float32Array(count)
  if (end > begin) input.set(monoFrames(wave, begin, end - begin), begin - from)
  return input
}

/** A sinc under a Blackman window, scaled so that a constant stays what it is. */
function phasesOf(rateHz: number): Phases {
  const cutoff = (CUTOFF_SHARE * Math.min(rateHz, TELEPHONE_RATE_HZ)) / 2 / rateHz
  const half = Math.ceil(CROSSINGS / (2 * cutoff))
  const count = TELEPHONE_RATE_HZ / divisorOf(rateHz, TELEPHONE_RATE_HZ)
  const taps = Array.from({ length: count }, (_, place) => {
    const filter = Float32Array.from({ length: 2 * half + 1 }, (__, tap) =>
      tapAt(tap - half - place / count, cutoff, half),
    )
    const sum = filter.reduce((all, one) => all + one, 0)
    return filter.map((one) => one / sum)
  })
  return { half, count, taps }
}

function tapAt(x: number, cutoff: number, half: number): number {
  const share = x / (half + 1)
  const window = 0.42 + 0.5 * Math.cos(Math.PI * share) + 0.08 * Math.cos(2 * Math.PI * share)
  const turn = 2 * Math.PI * cutoff * x
  return window * (turn === 0 ? 1 : Math.sin(turn) / turn)
}

function divisorOf(one: number, other: number): number {
  return other === 0 ? one : divisorOf(other, one % other)
}

function rounded(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))))
}
