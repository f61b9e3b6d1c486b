import { describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { VisitorGate } from './visitor-gate.ts'

function gate(perMinute: number) {
  const time = { now: 0 }
  return { time, gate: new VisitorGate({ ...systemClock, monotonic: () => time.now }, perMinute) }
}

describe('the gate of visitors', () => {
  it('lets so many through in a minute, and more as time passes', () => {
    const { time, gate: open } = gate(3)
    const tries = () => [open.admits(), open.admits(), open.admits(), open.admits()]
    expect(tries()).toEqual([true, true, true, false])
    time.now = 20_000
    expect(tries()).toEqual([true, false, false, false])
    time.now = 10_000_000
    expect(tries()).toEqual([true, true, true, false])
  })

  it('is closed unless it is told otherwise', () => {
    expect([gate(0).gate.isOpen, gate(0).gate.admits(), gate(1).gate.isOpen]).toEqual([false, false, true])
  })
})
