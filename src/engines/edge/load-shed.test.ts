import { describe, expect, it } from 'vitest'
import { isShed } from './load-shed.ts'

/** As SIPp counts them. */
const ids = Array.from({ length: 1_000 }, (_, n) => `${n}-4711@127.0.0.1`)
const shareAt = (lagMs: number) => ids.filter((id) => isShed(id, lagMs)).length / ids.length

describe('new calls under load', () => {
  it('are all taken while messages pass within half a second', () => {
    expect(shareAt(0)).toBe(0)
    expect(shareAt(500)).toBe(0)
  })

  it('are refused the more, the longer messages take, and all when it is too long', () => {
    expect(shareAt(750)).toBeCloseTo(0.25, 1)
    expect(shareAt(1_000)).toBeCloseTo(0.5, 1)
    expect(shareAt(1_500)).toBe(1)
    expect(shareAt(60_000)).toBe(1)
  })

  it('are told the same when they ask again, unless it has become better', () => {
    const refused = ids.filter((id) => isShed(id, 800))
    expect(refused.every((id) => isShed(id, 800) && isShed(id, 900))).toBe(true)
  })
})
