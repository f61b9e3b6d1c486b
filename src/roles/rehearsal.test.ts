import { describe, expect, it } from 'vitest'
import { rehearse } from './rehearsal.ts'

describe('a rehearsal', () => {
  it('has every call answered, before the takeover that it plays and behind it (SW)', async () => {
    const limits = { rounds: 1, roundMsMax: 120_000 }
    const { answered } = await rehearse(new AbortController().signal, limits)
    // 40 before and 40 behind.
    expect(answered).toBe(80)
  }, 150_000)

  it('ends at once when the core is needed', async () => {
    const needed = new AbortController()
    const rehearsing = rehearse(needed.signal)
    needed.abort()
    const { rounds } = await rehearsing
    expect(rounds).toBe(1)
  })
})
