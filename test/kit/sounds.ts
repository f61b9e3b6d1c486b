/** Sounds that a test can recognise again, as G.711 µ-law; its own arithmetic, apart from the product's tables. */

const FRAME = 160

/** A signal of several tones whose pitch changes every tenth of a second in an order that does not repeat within a minute. */
export function melody(ms: number): Int16Array {
  const samples = new Int16Array(ms * 8)
  let phase = 0
  for (let at = 0; at < samples.length; at++) {
    const note = Math.floor(at / 800)
    const pitch = 300 + ((note * 7_919) % 97) * 20
    phase += (2 * Math.PI * pitch) / 8_000
    samples[at] = Math.round(9_000 * Math.sin(phase))
  }
  return samples
}

/** One frame of µ-law out of a signal; silence after its end. */
export function frameOf(samples: Int16Array, frame: number): Buffer {
  const bytes = Buffer.alloc(FRAME, 0xff)
  for (let at = 0; at < FRAME; at++) {
    const sample = samples[frame * FRAME + at]
    if (sample !== undefined) bytes[at] = encodeMuLaw(sample)
  }
  return bytes
}

/** G.711 µ-law, by the segment formula of the standard. */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132
  const segment = Math.floor(Math.log2(magnitude)) - 7
  const step = (magnitude >> (segment + 3)) & 0x0f
  return ~(sign | (segment << 4) | step) & 0xff
}

export function decodeMuLaw(byte: number): number {
  const value = ~byte & 0xff
  const segment = (value >> 4) & 7
  const magnitude = (((value & 0x0f) << 3) + 132) << segment
  return (value & 0x80 ? -1 : 1) * (magnitude - 132)
}

/** How alike two signals are at the best shift, from 0 (nothing) to 1 (the same but for loudness), and where that is. */
export function likeness(said: Int16Array, heard: Int16Array): { readonly score: number; readonly at: number } {
  let best = { score: 0, at: 0 }
  const saidPower = power(said, 0, said.length)
  for (let at = 0; at + said.length <= heard.length; at++) {
    const heardPower = power(heard, at, said.length)
    if (heardPower < saidPower / 100) continue
    let product = 0
    for (let index = 0; index < said.length; index++) product += said[index]! * heard[at + index]!
    const score = product / Math.sqrt(saidPower * heardPower)
    if (score > best.score) best = { score, at }
  }
  return best
}

function power(samples: Int16Array, from: number, length: number): number {
  let sum = 0
  for (let at = from; at < from + length; at++) sum += samples[at]! * samples[at]!
  return sum
}
