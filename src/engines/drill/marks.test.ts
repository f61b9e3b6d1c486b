import { describe, expect, it } from 'vitest'
import { DEATH_MARKS, whatFailed } from './marks.ts'

const SOUND = {
  standing: 4,
  waiting: 1,
  callsLost: 0,
  placesLost: 0,
  recordsLost: 0,
  testCalls: 3,
  testCallsLost: 0,
  answeredMs: 400,
  secondsLost: 0.4,
  silenceMs: 40,
  terms: [1, 2],
}

describe("a drill's score", () => {
  it('passes by the marks that the chaos suite holds the same fault to (DR-04, DR-10)', () => {
    expect(whatFailed('core', SOUND)).toEqual([])
    expect(whatFailed('core', { ...SOUND, answeredMs: DEATH_MARKS.core.controlGapMs })).toEqual([])
    expect(whatFailed('media', { ...SOUND, silenceMs: 1_900, terms: [1] })).toEqual([])
    expect(whatFailed('core', { ...SOUND, testCalls: 0, answeredMs: null, secondsLost: null })).toEqual([])
  })

  it.each([
    ['core', { callsLost: 1 }, '1 calls were lost'],
    ['core', { placesLost: 2 }, '2 places in queues were lost'],
    ['core', { recordsLost: 1 }, '1 records were lost'],
    ['core', { answeredMs: null }, 'no new call was answered again'],
    ['core', { answeredMs: Number.POSITIVE_INFINITY }, 'no new call was answered again'],
    ['core', { answeredMs: 2_001 }, 'a new call was answered after 2001 ms, not 2000 ms'],
    ['core', { silenceMs: 300 }, 'a test call heard nothing for 300 ms, not 200 ms'],
    ['core', { terms: [1, 2, 3] }, 'the primary changed 2 times, not 1'],
    ['edge', {}, 'the primary changed 1 times, not 0'],
    ['media', { silenceMs: 2_400, terms: [1] }, 'a test call heard nothing for 2400 ms, not 2200 ms'],
  ] as const)('of a dead %s with %j does not, and says why', (kill, changed, sentence) => {
    expect(whatFailed(kill, { ...SOUND, ...changed })).toContain(sentence)
  })
})
