import { describe, expect, it } from 'vitest'
import { run } from '../../bench/fairness.ts'

describe('a shift', () => {
  it('is spread by load more evenly than by idle time, and by skill least (promise 7)', {
    timeout: 600_000,
  }, async () => {
    const spread = new Map<string, number>()
    await run((line) => {
      const { case: strategy, figure } = JSON.parse(line) as { case: string; figure: number }
      spread.set(strategy, figure)
    })
    expect(spread.get('least-loaded')!).toBeLessThan(0.6 * spread.get('longest-idle')!)
    expect(spread.get('most-skilled')!).toBeGreaterThan(spread.get('longest-idle')!)
    expect([...spread.keys()]).toEqual(['longest-idle', 'round-robin', 'least-loaded', 'most-skilled', 'weighted'])
  })
})
