import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711, type G711 } from '#protocols/audio'
import { Mix } from './mix.ts'

const PACKET = 160
/** The voice waits two packets before it is heard. */
const DELAY_PACKETS = 2

const level = (value: number): Int16Array => new Int16Array(PACKET).fill(value)

/** A constant level as the law carries it. */
const carried = (law: G711, value: number): number => decodeG711(law, encodeG711(law, level(value)))[0]!

function say(mix: Mix, session: string, law: G711, value: number, n: number): void {
  mix.push(session, encodeG711(law, level(value)), law, { ssrc: 7, timestamp: n * PACKET })
}

/** What the next packet of the mix holds, where it is the same throughout. */
function heard(mix: Mix): number {
  const samples = new Set(mix.take(PACKET))
  expect(samples.size).toBe(1)
  return [...samples][0]!
}

describe('a mix (MED-12)', () => {
  it('adds up voices of different laws', () => {
    const mix = new Mix()
    mix.keep(['a', 'b', 'c'])
    say(mix, 'a', 'PCMU', 1000, 0)
    say(mix, 'b', 'PCMA', 2000, 0)
    say(mix, 'c', 'PCMU', -500, 0)
    for (let n = 0; n < DELAY_PACKETS; n++) expect(heard(mix)).toBe(0)
    expect(heard(mix)).toBe(carried('PCMU', 1000) + carried('PCMA', 2000) + carried('PCMU', -500))
    expect(heard(mix)).toBe(0)
  })

  it('is never louder than a sample can be', () => {
    const mix = new Mix()
    mix.keep(['a', 'b'])
    for (const session of ['a', 'b']) say(mix, session, 'PCMU', 30_000, 0)
    for (let n = 0; n < DELAY_PACKETS; n++) heard(mix)
    expect(heard(mix)).toBe(32_767)
  })

  it('does not hear who is not in it, nor who is not in it any more', () => {
    const mix = new Mix()
    mix.keep(['a', 'b'])
    say(mix, 'stranger', 'PCMU', 9000, 0)
    say(mix, 'a', 'PCMU', 1000, 0)
    mix.keep(['b'])
    for (let n = 0; n <= DELAY_PACKETS; n++) expect(heard(mix)).toBe(0)
  })

  it('puts packets in their order, whatever order they come in, and takes one for the other only once', () => {
    const mix = new Mix()
    mix.keep(['a'])
    for (const n of [0, 2, 1, 1]) say(mix, 'a', 'PCMU', 1000 * (n + 1), n)
    for (let n = 0; n < DELAY_PACKETS; n++) heard(mix)
    expect([heard(mix), heard(mix), heard(mix)]).toEqual([1000, 2000, 3000].map((value) => carried('PCMU', value)))
  })

  it('places a voice anew that begins again, stands still or runs away', () => {
    const mix = new Mix()
    mix.keep(['a'])
    say(mix, 'a', 'PCMU', 1000, 0)
    for (let n = 0; n < 10; n++) heard(mix)
    // Nine packets late as a whole.
    say(mix, 'a', 'PCMU', 2000, 1)
    for (let n = 0; n < DELAY_PACKETS; n++) expect(heard(mix)).toBe(0)
    expect(heard(mix)).toBe(carried('PCMU', 2000))
    // Half a second ahead of its time.
    say(mix, 'a', 'PCMU', 3000, 30)
    for (let n = 0; n < DELAY_PACKETS; n++) expect(heard(mix)).toBe(0)
    expect(heard(mix)).toBe(carried('PCMU', 3000))
  })

  it('goes on with a voice that is kept while others come', () => {
    const mix = new Mix()
    mix.keep(['a'])
    say(mix, 'a', 'PCMU', 1000, 0)
    mix.keep(['a', 'b'])
    for (let n = 0; n < DELAY_PACKETS; n++) heard(mix)
    expect(heard(mix)).toBe(carried('PCMU', 1000))
  })
})
