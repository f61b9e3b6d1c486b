import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createOpusCodec, type OpusCodec, opusSamples } from './opus.ts'

const codecs: OpusCodec[] = []

afterEach(() => {
  for (const codec of codecs.splice(0)) codec.close()
})

async function codec(): Promise<OpusCodec> {
  const made = await createOpusCodec()
  codecs.push(made)
  return made
}

/** 20 ms of a tone at 8 kHz, the n-th of them. */
function tone(hertz: number, n: number, samples = 160): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * hertz * (n * samples + i)) / 8000)),
  )
}

/** How strong a frequency is in the samples, as a share of all that is in them. */
function shareOf(hertz: number, samples: Int16Array): number {
  let [re, im, all] = [0, 0, 0]
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / 8000)
    im += sample * Math.sin((2 * Math.PI * hertz * i) / 8000)
    all += sample * sample
  }
  return all === 0 ? 0 : (2 * (re * re + im * im)) / samples.length / all
}

describe('Opus', () => {
  it('brings a tone through, packet by packet (MED-11)', async () => {
    const [one, other] = [await codec(), await codec()]
    const heard: number[] = []
    for (let n = 0; n < 50; n++) {
      const packet = one.encode(tone(700, n))!
      expect(opusSamples(packet)).toBe(160)
      heard.push(...other.decode(packet)!)
    }
    expect(heard).toHaveLength(8000)
    expect(shareOf(700, Int16Array.from(heard.slice(2000)))).toBeGreaterThan(0.9)
  })

  it('fills the place of a packet that was lost, so that the tone goes on', async () => {
    const [one, other] = [await codec(), await codec()]
    one.expectLoss(0.2)
    let before: Uint8Array | undefined
    for (let n = 0; n < 50; n++) before = one.encode(tone(700, n)) ?? before
    const packets = Array.from({ length: 40 }, (_, n) => one.encode(tone(700, n))!)
    for (const packet of packets.slice(0, 30)) other.decode(packet)
    const recovered = other.recover(packets[31]!, 160)!
    expect(recovered).toHaveLength(160)
    expect(shareOf(700, recovered)).toBeGreaterThan(0.4)
  })

  it('makes packets of the lengths that there are, and of no other', async () => {
    const one = await codec()
    for (const samples of [20, 40, 80, 160, 320, 480]) {
      expect(opusSamples(one.encode(tone(500, 0, samples))!), `${samples}`).toBe(samples)
    }
    for (const samples of [0, 1, 100, 240, 1280]) expect(one.encode(tone(500, 0, samples))).toBeUndefined()
  })

  it('says the length of a packet by its first octets (RFC 6716 3.1)', () => {
    const first = (configuration: number, code: number) => (configuration << 3) | code
    expect(opusSamples(Uint8Array.of(first(3, 0)))).toBe(480)
    expect(opusSamples(Uint8Array.of(first(13, 1)))).toBe(320)
    expect(opusSamples(Uint8Array.of(first(16, 3), 6))).toBe(120)
    expect(opusSamples(Uint8Array.of(first(3, 3), 3))).toBe(0)
    expect(opusSamples(Uint8Array.of(first(31, 3)))).toBe(0)
    expect(opusSamples(new Uint8Array())).toBe(0)
  })

  it('bears any bytes, and goes on after them', async () => {
    const [one, other] = [await codec(), await codec()]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const samples = opusSamples(bytes)
        const heard = other.decode(bytes)
        if (samples === 0) expect(heard).toBeUndefined()
        if (heard) expect(heard).toHaveLength(samples)
        expect(other.recover(bytes, 160)?.length ?? 160).toBe(160)
      }),
    )
    expect(other.decode(one.encode(tone(700, 0))!)).toHaveLength(160)
  })
})
