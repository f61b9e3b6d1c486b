import { defineErrors } from '#base'

/** Why a sound is not taken, and what to do. */
export const SOUND_ERRORS = defineErrors({
  'sound.no-wave': {
    sentence: 'this is no WAV file: save the sound as WAV (PCM, A-law or µ-law) and upload that',
    status: 415,
  },
  'sound.encoding': {
    sentence:
      'this WAV file is coded in a way that cannot be read (format {tag}, {bits} bits): save it as PCM of 8, 16, 24 or 32 bits, as A-law or as µ-law',
    status: 415,
  },
  'sound.rate': {
    sentence: 'this WAV file has {rateHz} samples a second: save it with {leastHz} to {mostHz}',
    status: 422,
  },
  'sound.channels': {
    sentence: 'this WAV file has {channels} channels: save it with one or two',
    status: 422,
  },
  'sound.short': {
    sentence: 'this sound lasts {durationMs} ms, and nobody would hear it: it must last {leastMs} ms',
    status: 422,
  },
  'sound.long': {
    sentence: 'this sound lasts {seconds} s: shorten it to {most} s, or play several prompts one after the other',
    status: 422,
  },
  'sound.silent': {
    sentence: 'nothing can be heard in this sound: look whether the microphone was on, and record it louder',
    status: 422,
  },
  'sound.busy': { sentence: 'other sounds are being converted: try again in {seconds} s', status: 503 },
  'sound.full': {
    sentence:
      'there is no room for another sound: {megabytes} MB are in use; remove prompts that are not needed any more',
    status: 507,
  },
})
