import { describe, expect, it } from 'vitest'
import { alikeAgents, DAY_START, playScenario, type Scenario } from '#engines/what-if'
import { type CentreStore, centreMachine } from '#kernel/centre'
import { expectedWaitAt } from '#kernel/queue'

const HOUR_MS = 3_600_000

/** Ten agents for twelve: somebody always waits, and some hang up. */
const SCENARIO: Scenario = {
  queues: [
    {
      ...{ name: 'q', callsPerHour: 240, talkMs: 180_000, patienceMs: 240_000 },
      settings: { positionEveryMs: 30_000 },
    },
  ],
  agents: alikeAgents(10, {}),
  ringMs: 5_000,
}

describe('announced waits (promise 13)', () => {
  it('are judged once for each caller who was told one, and most hold', () => {
    const told = new Set<string>()
    let state: CentreStore = centreMachine.initial()
    let judged = 0
    const stage = playScenario(SCENARIO, {
      seed: 1,
      lengthMs: 2 * HOUR_MS,
      audience: {},
      onEvent(event, _, after) {
        state = after
        if (event.type === 'Announced' && event.expected) told.add(event.interaction)
        judged = Math.max(judged, after.queues.get('q')!.accuracy.judged)
      },
    })
    const { accuracy } = stage.state.queues.get('q')!
    expect(told.size).toBeGreaterThan(100)
    expect(judged).toBeGreaterThan(80)
    expect(judged).toBeLessThanOrEqual(told.size)
    expect(accuracy.within + accuracy.sooner + accuracy.later).toBe(accuracy.judged)
    expect(accuracy.within / accuracy.judged).toBeGreaterThan(0.7)
    expect(state).toBe(stage.state)
  })

  it('outlive a restart: pace, verdicts, and what was told to those who still wait', () => {
    const snapshots: CentreStore[] = []
    playScenario(SCENARIO, {
      seed: 2,
      lengthMs: HOUR_MS,
      audience: {},
      onEvent(event, at, after) {
        if (event.type !== 'Announced' || at < DAY_START + HOUR_MS / 2 || snapshots.length > 0) return
        const restored = centreMachine.restore(JSON.parse(JSON.stringify(centreMachine.dump(after))))
        snapshots.push(restored)
        const [before, again] = [after.queues.get('q')!, restored.queues.get('q')!]
        expect([again.pace, again.accuracy]).toEqual([before.pace, before.accuracy])
        expect(expectedWaitAt(again, 3, at)).toEqual(expectedWaitAt(before, 3, at))
        const phase = restored.interactions.get(event.interaction)?.phase
        expect(phase).toEqual(after.interactions.get(event.interaction)?.phase)
        expect(phase).toHaveProperty('told.mostMs')
      },
    })
    expect(snapshots).toHaveLength(1)
  })
})
