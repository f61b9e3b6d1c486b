/** The two companding laws of ITU-T G.711, by their RTP names (RFC 3551). */
export type G711 = 'PCMU' | 'PCMA'

/** The octet that stands for silence (the smallest positive value). */
export const G711_SILENCE: Readonly<Record<G711, number>> = { PCMU: 0xff, PCMA: 0xd5 }

const MU_BIAS = 33

/** G.711 table 2a/2b: octet → linear value of 16 bits (µ-law has 14 bits, shifted by two). */
function muToLinear(octet: number): number {
  const code = ~octet & 0xff
  const exponent = (code >> 4) & 7
  const magnitude = ((((code & 0x0f) << 1) + MU_BIAS) << exponent) - MU_BIAS
  return (code & 0x80 ? -magnitude : magnitude) * 4
}

/** G.711 table 1a/1b: octet → linear value of 16 bits (a-law has 13 bits, shifted by three). */
function aToLinear(octet: number): number {
  const code = octet ^ 0x55
  const exponent = (code >> 4) & 7
  const step = ((code & 0x0f) << 1) + 1
  const magnitude = exponent === 0 ? step : (step + 32) << (exponent - 1)
  return (code & 0x80 ? magnitude : -magnitude) * 8
}

function linearToMu(sample: number): number {
  const negative = sample < 0
  // The magnitude of a negative value is one's complement, as in the ITU's own coder, so that edges fall alike on both sides.
  const magnitude = Math.min((negative ? ~sample : sample) >> 2, 8158) + MU_BIAS
  const exponent = 26 - Math.clz32(magnitude)
  const mantissa = (magnitude >> (exponent + 1)) & 0x0f
  return ~((negative ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff
}

function linearToA(sample: number): number {
  const negative = sample < 0
  const magnitude = (negative ? ~sample : sample) >> 4
  const exponent = magnitude > 15 ? 28 - Math.clz32(magnitude) : 0
  const mantissa = exponent <= 1 ? magnitude & 0x0f : (magnitude >> (exponent - 1)) & 0x0f
  return ((negative ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55
}

function table<T extends Uint8Array | Int16Array>(into: T, value: (index: number) => number): T {
  for (let i = 0; i < into.length; i++) into[i] = value(i)
  return into
}

const DECODE: Readonly<Record<G711, Int16Array>> = {
  PCMU: table(new Int16Array(256), muToLinear),
  PCMA: table(new Int16Array(256), aToLinear),
}

/** By the sample's sixteen bits as an unsigned number. */
const ENCODE: Readonly<Record<G711, Uint8Array>> = {
  PCMU: table(new Uint8Array(65_536), (i) => linearToMu((i << 16) >> 16)),
  PCMA: table(new Uint8Array(65_536), (i) => linearToA((i << 16) >> 16)),
}

/**
 * Octet of one law → octet of the other. G.711 tables 3 and 4 differ from decoding and coding again in a few codes of the lowest
 * segments, by half a step of quantisation. DEVIATION: tables of decoding and coding are used; the error is the smaller one.
 */
const TO_OTHER: Readonly<Record<G711, Uint8Array>> = {
  PCMU: table(new Uint8Array(256), (i) => linearToA(DECODE.PCMU[i]!)),
  PCMA: table(new Uint8Array(256), (i) => linearToMu(DECODE.PCMA[i]!)),
}

/** Linear value of 16 bits of one octet. */
export function g711Sample(law: G711, octet: number): number {
  return DECODE[law][octet & 0xff]!
}

/** Decodes to linear samples of 16 bits. */
export function decodeG711(law: G711, octets: Uint8Array): Int16Array {
  const from = DECODE[law]
  const samples = new Int16Array(octets.length)
  for (let i = 0; i < octets.length; i++) samples[i] = from[octets[i]!]!
  return samples
}

/** Codes linear samples of 16 bits. */
export function encodeG711(law: G711, samples: Int16Array): Uint8Array {
  const to = ENCODE[law]
  const octets = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) octets[i] = to[samples[i]! & 0xffff]!
  return octets
}

/** Changes the law of octets, from `from` to the other one, into `into` (which may be the same memory). */
export function transcodeG711(from: G711, octets: Uint8Array, into: Uint8Array): void {
  const to = TO_OTHER[from]
  for (let i = 0; i < octets.length; i++) into[i] = to[octets[i]!]!
}
