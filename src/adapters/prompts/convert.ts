import { type AnyWave, framesOf, pcm16Wave, readAnyWave, TELEPHONE_RATE_HZ, toTelephone } from '#protocols/audio'
import { SOUND_ERRORS } from './errors.ts'

/** Ten minutes: longer music begins anew before anybody notices, and longer speech nobody listens to. */
export const SOUND_MS_MAX = 600_000

/** Shorter than a beep. */
const SOUND_MS_MIN = 100

/** What sound cards and programs write; the least is what a telephone line carries. */
const RATE_HZ_MIN = 8_000
const RATE_HZ_MAX = 96_000

/** More is a multitrack recording, which wants mixing by hand. */
const CHANNELS_MAX = 2

/** 0.2 % of full scale, 54 dB below it: the noise of a line, in which nothing is said. */
const SILENT_BELOW = 66

/** 1.5 % of full scale: what is quieter at the ends of what was recorded by phone is neither speech nor music. */
const TRIMMED_BELOW = 500

/** What stays before the first and after the last sound: a word has no hard edges. */
const TRIM_LEAVES_MS = 150

/** A sound as the media processes play it. */
export interface ConvertedSound {
  /** A WAV file of one channel of 16 bits at 8 kHz. */
  readonly file: Buffer
  readonly durationMs: number
}

/**
 * Brings a WAV file to what is played, or fails with what to do (`sound.…`). Between portions of a few milliseconds all else runs:
 * this happens in a core that has calls. `trims` takes away the silence at both ends.
 */
export async function convert(given: Buffer, { trims = false } = {}): Promise<ConvertedSound> {
  const wave = readAnyWave(given)
  if ('fault' in wave) {
    if (wave.fault === 'encoding') throw SOUND_ERRORS['sound.encoding']({ tag: wave.tag, bits: wave.bits })
    throw SOUND_ERRORS['sound.no-wave']()
  }
  checkFrame(wave)
  const portions: Int16Array[] = []
  for (const portion of toTelephone(wave)) {
    portions.push(portion)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const whole = joined(portions)
  if (!whole.some((sample) => Math.abs(sample) > SILENT_BELOW)) throw SOUND_ERRORS['sound.silent']()
  const samples = trims ? trimmed(whole) : whole
  return { file: pcm16Wave(samples), durationMs: Math.round((samples.length * 1_000) / TELEPHONE_RATE_HZ) }
}

function checkFrame(wave: AnyWave): void {
  const { rateHz, channels } = wave
  if (rateHz < RATE_HZ_MIN || rateHz > RATE_HZ_MAX) {
    throw SOUND_ERRORS['sound.rate']({ rateHz, leastHz: RATE_HZ_MIN, mostHz: RATE_HZ_MAX })
  }
  if (channels > CHANNELS_MAX) throw SOUND_ERRORS['sound.channels']({ channels })
  const durationMs = Math.floor((framesOf(wave) * 1_000) / rateHz)
  if (durationMs < SOUND_MS_MIN) throw SOUND_ERRORS['sound.short']({ durationMs, leastMs: SOUND_MS_MIN })
  if (durationMs > SOUND_MS_MAX) {
    throw SOUND_ERRORS['sound.long']({ seconds: Math.ceil(durationMs / 1_000), most: SOUND_MS_MAX / 1_000 })
  }
}

function joined(portions: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(portions.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const portion of portions) {
    whole.set(portion, at)
    at += portion.length
  }
  return whole
}

function trimmed(samples: Int16Array): Int16Array {
  const isSound = (sample: number): boolean => Math.abs(sample) > TRIMMED_BELOW
  const first = samples.findIndex(isSound)
  if (first < 0) return samples
  const leaves = (TRIM_LEAVES_MS * TELEPHONE_RATE_HZ) / 1_000
  return samples.slice(Math.max(0, first - leaves), samples.findLastIndex(isSound) + 1 + leaves)
}
