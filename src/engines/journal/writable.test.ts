import { describe, expect, it } from 'vitest'
import { maybeUnwritable, writable } from './writable.ts'

describe('what is written to history', () => {
  it('has U+FFFD in place of what no database takes, wherever it stands, and is else as it was', () => {
    const pair = '👩‍👩‍👧'
    const event = { type: 'Noted', 'a\0b': [{ text: `x\0y \uD800 ${pair}`, at: 5 }, null, true] }
    expect(writable(event)).toEqual({
      type: 'Noted',
      'a\uFFFDb': [{ text: `x\uFFFDy \uFFFD ${pair}`, at: 5 }, null, true],
    })
  })

  it('is looked for only where it can be', () => {
    const suspects = ['\0', '\uD800', '\uDC00 alone', 'the words \\u0000'].map((text) => JSON.stringify({ text }))
    expect(suspects.map(maybeUnwritable)).toEqual([true, true, true, true])
    const plain = ['plain', 'ünï ✓ 👩‍👩‍👧', '\u0001', 'a\\nb'].map((text) => JSON.stringify({ text }))
    expect(plain.map(maybeUnwritable)).toEqual([false, false, false, false])
  })
})
