import { describe, expect, it } from 'vitest'
import type { Fact, Measure } from '#kernel/statistics'
import { STATUS_TERMS, statusHistory } from './status-history.ts'

/** A stretch from one second to another; without an end it goes on at second 100. */
function stretch(measure: Measure, from: number, to?: number, detail?: string): { fact: Fact; runs: boolean } {
  const at = (to ?? 100) * 1000
  return {
    fact: { measure, at, ms: at - from * 1000, agent: 'ada', ...(detail && { detail }) },
    runs: to === undefined,
  }
}

const read = (facts: readonly { fact: Fact; runs: boolean }[], to = 200) =>
  statusHistory(facts, { to: to * 1000, now: 100_000 }).map(
    ({ from, to: end, ms, status, reason }) =>
      `${Date.parse(from) / 1000}-${end === null ? '' : Date.parse(end) / 1000} ${ms / 1000} ${status}${reason === null ? '' : ` ${reason}`}`,
  )

describe('the history of a status', () => {
  it('knows every status that is counted, each by its own name', () => {
    expect(STATUS_TERMS).toContain('status-ready')
    expect(STATUS_TERMS).toHaveLength(7)
  })

  it('tells each change with its moment and reason, the one that holds last (AGS-01)', () => {
    const facts = [
      stretch('status-not-ready', 30, 40, 'Lunch'),
      stretch('status-ready', 10, 30),
      stretch('status-ready', 40),
    ]
    expect(read(facts)).toEqual(['10-30 20 ready', '30-40 10 not-ready Lunch', '40- 60 ready'])
  })

  it('calls what lies between logged off, until now when nothing follows, and until the end when more may', () => {
    const facts = [stretch('status-ready', 10, 20), stretch('status-busy', 50, 60)]
    expect(read(facts)).toEqual(['10-20 10 ready', '20-50 30 logged-off', '50-60 10 busy', '60- 40 logged-off'])
    expect(read(facts, 80).at(-1)).toBe('60-80 20 logged-off')
    expect(read(facts, 60).at(-1)).toBe('50-60 10 busy')
    expect(read([])).toEqual([])
  })
})
