import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WatchedValue } from '#kernel/alert'
import type { ConfigurationChange, Threshold } from '#kernel/config'
import { Scene } from './scene.ts'

const MANY: Threshold = {
  name: 'many',
  figure: 'waiting',
  comparison: 'above',
  value: 2,
  level: 'warning',
  forMs: 3_000,
}
const FEW: Threshold = { name: 'few', figure: 'ready', comparison: 'below', value: 2, level: 'critical' }

const configured = (threshold: Threshold): ConfigurationChange => ({
  kind: 'threshold',
  name: threshold.name,
  value: threshold,
})

/** A centre that watches, in which a core measures what it is told to. */
class WatchedScene extends Scene {
  constructor() {
    super()
    this.changes(configured(MANY), configured(FEW))
  }

  looks(...values: readonly WatchedValue[]): readonly string[] {
    return this.does({ type: 'LookAtThresholds', values })
  }

  /** `many support al-1`: what is told now. */
  alerts(): readonly string[] {
    return [...this.world.head.alerts.crossings.values()]
      .flatMap(({ threshold, queue, alert }) => (alert ? [`${threshold.name} ${queue} ${alert.id}`] : []))
      .sort()
  }
}

const many = (value: number, queue = 'support'): WatchedValue => ({ threshold: 'many', queue, value })
const few = (value: number, queue = 'support'): WatchedValue => ({ threshold: 'few', queue, value })

describe('alerts of a centre (RPT-06)', () => {
  it('go on through a crash, with the time that they have lasted, who saw them and who takes care', () => {
    const scene = new WatchedScene()
    expect(scene.looks(many(3), few(1))).toEqual(['ThresholdCrossed many support', 'AlertRaised few support'])
    scene.passes(2_000)
    scene.does({ type: 'SeeAlert', alert: 'al-1', user: 'supervisor' })
    expect(scene.does({ type: 'AcknowledgeAlert', alert: 'al-1', by: 'supervisor' })).toEqual([
      'AlertAcknowledged few support',
    ])
    scene.crashes()
    // A second after the takeover three have passed since it began.
    scene.passes(1_000)
    expect(scene.looks(many(4), few(1))).toEqual(['AlertRaised many support'])
    expect(scene.alerts()).toEqual(['few support al-1', 'many support al-2'])
    expect(scene.does({ type: 'AcknowledgeAlert', alert: 'al-1', by: 'admin' })).toEqual([])
    expect(scene.looks(many(4), few(2))).toEqual(['AlertEnded few support'])
    scene.world.crashToLog()
    expect(scene.alerts()).toEqual(['many support al-2'])
    expect(scene.looks(many(0), few(0))).toEqual(['AlertEnded many support', 'AlertRaised few support'])
    expect(scene.alerts()).toEqual(['few support al-3'])
  })

  it('end when an administrator takes their threshold away or means something else by it', () => {
    const scene = new WatchedScene()
    scene.looks(few(0), few(0, 'sales'))
    scene.changes(configured({ ...FEW, queue: 'sales' }))
    expect(scene.looks(few(0, 'sales'))).toEqual(['AlertEnded few support', 'AlertEnded few sales'])
    expect(scene.looks(few(0, 'sales'))).toEqual(['AlertRaised few sales'])
    scene.changes({ kind: 'threshold', name: 'few' })
    expect(scene.looks()).toEqual(['AlertEnded few sales'])
    expect(scene.alerts()).toEqual([])
  })

  it('are nothing to those who came too late, and disturb no call', () => {
    const scene = new WatchedScene().phones('agent1') as WatchedScene
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    expect(scene.does({ type: 'SeeAlert', alert: 'al-1', user: 'supervisor' })).toEqual([])
    expect(scene.does({ type: 'AcknowledgeAlert', alert: 'al-1', by: 'supervisor' })).toEqual([])
    expect(scene.looks({ threshold: 'unknown', queue: 'support', value: 9 })).toEqual([])
    expect(scene.looks(few(0))).toEqual(['AlertRaised few support'])
    expect(scene.status('agent1')).toBe('offered')
  })

  it('are those that a slow reader of the measurements expects, whatever was measured, with crashes in between', () => {
    const step = fc.record({
      support: fc.integer({ min: 0, max: 4 }),
      sales: fc.option(fc.integer({ min: 0, max: 4 })),
      passMs: fc.constantFrom(500, 1_000, 1_500, 4_000),
      crash: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const scene = new WatchedScene()
        const since = new Map<string, number>()
        for (const { support, sales, passMs, crash } of steps) {
          const measured = new Map([['support', support], ...(sales === null ? [] : [['sales', sales] as const])])
          const values = [...measured].flatMap(([queue, value]) => [many(value, queue), few(value, queue)])
          scene.looks(...values)
          const expected: string[] = []
          for (const [queue, value] of [...measured, ...(sales === null ? [['sales', undefined] as const] : [])]) {
            if (value !== undefined && value < FEW.value) expected.push(`few ${queue}`)
            if (value === undefined || value <= MANY.value) since.delete(queue)
            else if (!since.has(queue)) since.set(queue, scene.time)
            if (scene.time - (since.get(queue) ?? Number.POSITIVE_INFINITY) >= MANY.forMs!)
              expected.push(`many ${queue}`)
          }
          const told = scene.alerts().map((line) => line.split(' ').slice(0, 2).join(' '))
          expect(told).toEqual(expected.sort())
          if (crash === 0) scene.crashes()
          if (crash === 1) scene.world.crashToLog()
          scene.passes(passMs)
        }
        const ids = scene.world.log.flatMap(({ event }) => (event.type === 'AlertRaised' ? [event.alert] : []))
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 100 },
    )
  })
})
