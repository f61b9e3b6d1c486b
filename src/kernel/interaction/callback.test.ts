import { describe, expect, it } from 'vitest'
import { AGENT_OUTCOMES, CALLBACK_OUTCOMES, wasReached } from './callback.ts'

const attempt = (number: number, outcome: (typeof CALLBACK_OUTCOMES)[number]) => ({ attempt: number, at: 0, outcome })

describe('the attempts of a callback', () => {
  it('have reached the customer when the last one did', () => {
    expect(wasReached({})).toBe(false)
    expect(wasReached({ attempts: [] })).toBe(false)
    expect(wasReached({ attempts: [attempt(1, 'busy'), attempt(2, 'reached')] })).toBe(true)
    expect(wasReached({ attempts: [attempt(1, 'reached'), attempt(2, 'no-answer')] })).toBe(false)
  })

  it('end in ways that each have a name, of which agents say those that no phone tells', () => {
    expect(new Set(CALLBACK_OUTCOMES).size).toBe(CALLBACK_OUTCOMES.length)
    for (const outcome of AGENT_OUTCOMES) expect(CALLBACK_OUTCOMES).toContain(outcome)
    expect(AGENT_OUTCOMES).not.toContain('interrupted')
  })
})
