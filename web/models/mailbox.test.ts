import { describe, expect, it } from 'vitest'
import { isCallable, unheardOf } from './mailbox.ts'

const boxes = (...all: readonly (readonly [string, number])[]) =>
  new Map(all.map(([name, unheard]) => [name, { name, unheard, messages: unheard + 1 }]))

describe('the messages of an agent', () => {
  it('are those for itself and for its queues, whatever else it may see', () => {
    const own = { user: 'ada', queues: ['support', 'sales'] }
    expect(unheardOf(boxes(['ada', 1], ['support', 2], ['bob', 4], ['german', 8]), own)).toBe(3)
    expect(unheardOf(boxes(), own)).toBe(0)
  })

  it('can be answered by a call where a number called', () => {
    expect(['+49301234567', '2001', '0301'].map(isCallable)).toEqual([true, true, true])
    expect(['', 'anonymous', 'sip:ada@example.org', '7'].map(isCallable)).toEqual([false, false, false, false])
  })
})
