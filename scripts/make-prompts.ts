/**
 * Makes the sound files under assets/prompts: tones and music are computed here, texts are spoken by espeak-ng and brought to
 * 8 kHz by sox. The results are kept in the repository, so nobody needs the two programs to run Tandem.
 *
 *     node scripts/make-prompts.ts [FOLDER]
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encodeG711, g711WavHeader, readWav } from '#protocols/audio'

const RATE_HZ = 8000
const FOLDER = process.argv[2] ?? 'assets/prompts'

const VOICE = ['-v', 'en-us+f3', '-s', '150', '-p', '45', '-g', '2']

/** High tones of the synthetic voice would fold back at 8 kHz; ends are cut to the voice, so that numbers follow closely. */
const SHAPE = [
  'sinc',
  '200-3400',
  'silence',
  '1',
  '0.02',
  '0.5%',
  'reverse',
  'silence',
  '1',
  '0.02',
  '0.5%',
  'reverse',
  'norm',
  '-5',
  'pad',
  '0.02',
  '0.06',
]

const UNITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

const TEXTS: Record<string, string> = {
  greeting: 'Welcome to the Tandem demo centre.',
  menu: 'For sales, press 1. For support, press 2. To be called back, press 3. To leave a message, press 4. For the attendant, press 0.',
  'invalid-choice': 'Sorry, that is not one of the choices.',
  'queue-announcement': 'All our agents are busy. Please hold the line.',
  'position-is': 'Your position in the queue is',
  'estimated-wait': 'Your estimated waiting time is',
  minutes: 'minutes.',
  minute: 'minute.',
  'less-than-a-minute': 'less than a minute.',
  'callback-confirmed': 'Thank you. We will call you back.',
  'callback-offer': 'You need not wait on the line. Press 1, and we call you back when it is your turn.',
  'voicemail-intro': 'Please leave your message after the tone. Press the pound key when you are done.',
  'record-intro': 'Please speak after the tone. Press the pound key, and you will hear your recording.',
  'record-thanks': 'Thank you. This is what you said.',
  goodbye: 'Thank you for your call. Goodbye.',
  'messages/you-have': 'You have',
  'messages/one': 'voice message.',
  'messages/many': 'voice messages.',
  'messages/new': 'new.',
  'messages/from': 'Message from',
  'messages/no-sound': 'The sound of this message is not here.',
  'messages/keys': 'For the next message, press 1. To hear this one again, press 2. To delete it, press 3.',
  'messages/over': 'That is all. Goodbye.',
  'transfer-failed': 'Sorry, the transfer did not succeed.',
  unavailable: 'Sorry, nobody can take your call right now. Please try again later.',
}
for (const [n, word] of UNITS.entries()) {
  TEXTS[`digits/${n}`] = word
  TEXTS[`numbers/${n}`] = word
}
for (const [n, word] of TEENS.entries()) TEXTS[`numbers/${n + 10}`] = word
for (const [n, word] of TENS.entries()) TEXTS[`numbers/${10 * (n + 2)}`] = word

function save(name: string, octets: Uint8Array): void {
  const path = join(FOLDER, `${name}.wav`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.concat([g711WavHeader('PCMU', 1, octets.length), octets]))
}

/** Saves a sound whose values lie between -1 and 1. */
function saveWave(name: string, wave: Float64Array): void {
  save(
    name,
    encodeG711(
      'PCMU',
      Int16Array.from(wave, (value) => Math.round(Math.max(-1, Math.min(1, value)) * 32_000)),
    ),
  )
}

function speak(name: string, text: string, folder: string): void {
  const spoken = join(folder, 'spoken.wav')
  const shaped = join(folder, 'shaped.wav')
  execFileSync('espeak-ng', [...VOICE, '-w', spoken, text])
  execFileSync('sox', ['-D', spoken, '-r', '8000', '-b', '16', '-e', 'signed-integer', shaped, ...SHAPE], {
    stdio: 'pipe',
  })
  const wav = readWav(readFileSync(shaped))
  if (wav?.format !== 'PCM16') throw new TypeError(`sox made something else of ${name}`)
  const samples = new Int16Array(wav.data.buffer.slice(wav.data.byteOffset, wav.data.byteOffset + wav.data.length))
  save(name, encodeG711('PCMU', samples))
}

/** A tone with soft edges, so that it does not click. */
function tone(hz: number, seconds: number, level: number): Float64Array {
  const edge = 0.01 * RATE_HZ
  const wave = new Float64Array(Math.round(seconds * RATE_HZ))
  for (let i = 0; i < wave.length; i++) {
    const shape = Math.min(1, i / edge, (wave.length - 1 - i) / edge)
    wave[i] = level * shape * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)
  }
  return wave
}

/** The European ringing tone (ITU-T E.180): 425 Hz, one second on, four off. */
function ring(): Float64Array {
  const wave = new Float64Array(5 * RATE_HZ)
  wave.set(tone(425, 1, 0.25))
  return wave
}

/** Sixteen bars of four beats: seconds a beat so that the whole is 48 s, a whole number of packets of 20 ms. */
const BEAT_S = 0.75

/** Chords by bar, as MIDI notes from the bass up: an own tune in C, in two phrases of eight bars. */
const CHORDS = [
  [48, 64, 67, 71, 74],
  [45, 64, 67, 72, 76],
  [53, 65, 69, 72, 76],
  [55, 65, 67, 71, 74],
  [52, 64, 67, 71, 76],
  [57, 64, 69, 72, 76],
  [50, 65, 69, 72, 77],
  [55, 65, 71, 74, 79],
  [48, 64, 67, 72, 76],
  [52, 64, 68, 71, 74],
  [57, 64, 69, 72, 76],
  [53, 65, 69, 72, 74],
  [50, 62, 65, 69, 74],
  [55, 62, 67, 71, 74],
  [48, 64, 67, 72, 74],
  [55, 62, 65, 71, 74],
] as const

/** The order in which the notes of a chord are plucked, one each half beat. */
const PATTERN = [1, 2, 3, 4, 3, 2, 4, 3] as const

/** A slow tune over the chords: for each bar, notes of one or two beats (0 is a rest). */
const TUNE = [
  [79, 76],
  [76, 72],
  [81, 77],
  [79, 74],
  [79, 83],
  [84, 81],
  [77, 81],
  [79, 0],
  [84, 79],
  [80, 83],
  [84, 88],
  [86, 81],
  [77, 74],
  [79, 74],
  [76, 79],
  [74, 0],
] as const

/** Adds a note whose tail runs over the end into the beginning: so the loop has no seam. */
function pluck(
  into: Float64Array,
  note: number,
  atS: number,
  shape: { level: number; decayS: number; attackS: number },
): void {
  const hz = 440 * 2 ** ((note - 69) / 12)
  const length = Math.round(shape.decayS * 4 * RATE_HZ)
  const start = Math.round(atS * RATE_HZ)
  for (let i = 0; i < length; i++) {
    const t = i / RATE_HZ
    const fade = Math.min(1, (length - i) / (0.05 * RATE_HZ))
    const envelope = shape.level * fade * Math.min(1, t / shape.attackS) * Math.exp(-t / shape.decayS)
    const phase = 2 * Math.PI * hz * t
    const colour =
      Math.sin(phase) + 0.3 * Math.sin(2 * phase) * Math.exp(-3 * t) + 0.1 * Math.sin(3 * phase) * Math.exp(-6 * t)
    const place = (start + i) % into.length
    into[place] = into[place]! + envelope * colour
  }
}

function music(): Float64Array {
  const wave = new Float64Array(CHORDS.length * 4 * BEAT_S * RATE_HZ)
  for (const [bar, chord] of CHORDS.entries()) {
    const barS = bar * 4 * BEAT_S
    for (const beat of [0, 2])
      pluck(wave, chord[0]! + 12, barS + beat * BEAT_S, { level: 0.22, decayS: 0.8, attackS: 0.02 })
    for (const note of chord.slice(1)) pluck(wave, note, barS, { level: 0.05, decayS: 2.2, attackS: 0.5 })
    for (const [step, index] of PATTERN.entries()) {
      pluck(wave, chord[index]!, barS + (step * BEAT_S) / 2, { level: 0.12, decayS: 0.45, attackS: 0.006 })
    }
    for (const [half, note] of TUNE[bar]!.entries()) {
      if (note > 0) pluck(wave, note, barS + half * 2 * BEAT_S, { level: 0.15, decayS: 0.9, attackS: 0.03 })
    }
  }
  const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return wave.map((value) => (value * 0.55) / peak)
}

saveWave('ring', ring())
saveWave('beep', tone(1000, 0.3, 0.3))
const tune = music()
saveWave('music', tune)
saveWave('hold-music', tune)
const work = mkdtempSync(join(tmpdir(), 'tandem-prompts-'))
try {
  for (const [name, text] of Object.entries(TEXTS)) speak(name, text, work)
} finally {
  rmSync(work, { recursive: true, force: true })
}

const rows = Object.entries(TEXTS).map(([name, text]) => `| \`${name}\` | ${text} |`)
writeFileSync(
  join(FOLDER, 'README.md'),
  `# Prompts

All files are WAV, G.711 µ-law, 8 kHz, one channel. All were made by \`node scripts/make-prompts.ts\`; nothing was recorded or taken
from elsewhere. To use your own, put a \`.wav\` of 8 kHz (µ-law, a-law or 16 bits linear) of the same name in the prompt folder.

Spoken, by \`espeak-ng ${VOICE.join(' ')} -w spoken.wav TEXT\`, then
\`sox spoken.wav -r 8000 -b 16 shaped.wav ${SHAPE.join(' ')}\`, then coded to µ-law by the script:

| name | text |
| --- | --- |
${rows.join('\n')}

Computed by the script:

| name | sound |
| --- | --- |
| \`ring\` | 425 Hz, one second on, four off (ITU-T E.180) |
| \`beep\` | 1000 Hz, 0.3 s |
| \`music\`, \`hold-music\` | 48 s in sixteen bars: chords, arpeggio and a slow tune of our own; tails run over the end, so that it repeats without a seam |
`,
)
