import { describe, expect, it } from 'vitest'
import { type CallCounts, QualityMeter } from './softphone-quality.ts'

describe('the quality of a call', () => {
  const counts = (at: number, change: Partial<CallCounts> = {}): CallCounts => ({
    ...{ at, packetsIn: at / 20, lostIn: 0, packetsOut: at / 20, lostOut: 0, jitterMs: 5, reportedAt: at },
    ...change,
  })

  it('is good, fair or poor by loss', () => {
    const meter = new QualityMeter()
    expect(meter.look(counts(0)).verdict).toBe('unknown')
    expect(meter.look(counts(1000)).verdict).toBe('good')
    expect(meter.look(counts(2000, { lostIn: 1 }))).toMatchObject({ verdict: 'fair', lossIn: 2 })
    expect(meter.look(counts(3000, { lostIn: 1, lostOut: 10 }))).toMatchObject({ verdict: 'poor', lossOut: 16.7 })
  })

  it('sees within three seconds that nothing is heard, in either direction (promise 10)', () => {
    const deaf = new QualityMeter()
    for (let at = 0; at <= 5000; at += 500) deaf.look(counts(at))
    const verdicts = (meter: QualityMeter, change: Partial<CallCounts>) =>
      [5500, 6000, 6500, 7000, 7500, 8000].map((at) => meter.look(counts(at, change)).verdict)
    expect(verdicts(deaf, { packetsIn: 250 })).toEqual(['good', 'good', 'good', 'silent-in', 'silent-in', 'silent-in'])
    const dumb = new QualityMeter()
    for (let at = 0; at <= 5000; at += 500) dumb.look(counts(at))
    expect(verdicts(dumb, { reportedAt: 5000 })).toContain('silent-out')
  })
})
