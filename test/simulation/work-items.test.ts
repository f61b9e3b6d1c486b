import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { type Form, formFaults } from '#kernel/config'
import { checkState } from './invariants.ts'
import { Scene } from './scene.ts'

const claim: Form = {
  name: 'claim',
  title: 'A claim',
  fields: [
    { name: 'kind', title: 'Kind', type: 'choice', choices: ['fire', 'water'], required: true },
    { name: 'amount', title: 'Amount', type: 'number', least: 0, most: 10 },
  ],
}

/** A naive item: what somebody would write down who only watched what was asked and whether it was refused. */
interface Watched {
  values: Record<string, string | number>
}

const values = fc.record(
  { kind: fc.constantFrom('fire', 'water', 'earth', ''), amount: fc.integer({ min: -1, max: 11 }) },
  { requiredKeys: [] },
)

const step = fc.oneof(
  fc.record({ does: fc.constant('fill' as const), values }),
  fc.record({ does: fc.constant('due' as const), inMs: fc.integer({ min: 0, max: 60_000 }) }),
  fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  fc.record({ does: fc.constantFrom('complete' as const, 'accept' as const, 'crash' as const, 'hand on' as const) }),
)

describe('work items, whatever processes and agents do with them and wherever a core dies (DIG-14, IR-28, IR-29)', () => {
  it('hold what was filled in last, are overdue once for each time, and are completed only when they are whole', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const scene = new Scene().phones('agent1')
        const basedOn = scene.world.head.configuration.version
        const changes = [{ kind: 'form' as const, name: 'claim', value: claim }]
        scene.does({ type: 'ChangeConfiguration', by: 'admin', basedOn, changes })
        const item = { form: 'claim' }
        scene.does({
          type: 'CreateWorkItem',
          interaction: 'x',
          subject: 'a claim',
          queue: 'support',
          by: 'admin',
          item,
        })
        const watched: Watched = { values: {} }
        for (const one of steps) {
          if (one.does === 'fill') {
            const fits = formFaults(claim, one.values, false).length === 0
            const isDone = attempt(scene, { type: 'ChangeItem', interaction: 'x', by: 'agent1', values: one.values })
            expect(isDone).toBe(fits && isChangeable(scene))
            if (isDone) watched.values = one.values
          }
          if (one.does === 'due') {
            const dueAt = scene.world.now + one.inMs
            attempt(scene, { type: 'ChangeItem', interaction: 'x', by: 'admin', dueAt })
          }
          if (one.does === 'wait') scene.passes(one.ms)
          if (one.does === 'crash') scene.crashes()
          if (one.does === 'accept') attempt(scene, { type: 'Accept', interaction: 'x', user: 'agent1' })
          if (one.does === 'hand on') attempt(scene, handOn(scene))
          if (one.does === 'complete') complete(scene, watched)
          const open = scene.world.head.interactions.get('x')
          if (open) expect(open.item?.values ?? {}).toEqual(watched.values)
          checkState(scene.world.head, scene.world.now)
        }
        const events = scene.world.log.map(({ event }) => event)
        // For each time that it was given it is overdue once at most.
        const times = events.filter((event) => event.type === 'ItemChanged' && event.dueAt !== undefined).length
        expect(events.filter(({ type }) => type === 'ItemOverdue').length).toBeLessThanOrEqual(times)
      }),
    )
  })
})

function isChangeable(scene: Scene): boolean {
  const state = scene.world.head.interactions.get('x')?.phase.state
  return state !== undefined && state !== 'wrapping-up'
}

/** Completing ends it exactly when its form is whole and the agent has it. */
function complete(scene: Scene, watched: Watched): void {
  const before = scene.world.head.interactions.get('x')?.phase.state
  const isWhole = formFaults(claim, watched.values, true).length === 0
  const isDone = attempt(scene, { type: 'Complete', interaction: 'x', user: 'agent1', outcome: 'done' })
  if (before !== 'connected') return
  expect(isDone).toBe(isWhole)
  expect(scene.world.log.some(({ event }) => event.type === 'ItemCompleted')).toBe(isWhole)
}

function handOn(scene: Scene): CentreCommand {
  const participant = scene.world.head.interactions.get('x')?.participants.at(-1)?.id ?? 'none'
  return { type: 'Transfer', interaction: 'x', participant, to: '1001' }
}

/** Whether it was not refused. */
function attempt(scene: Scene, command: CentreCommand): boolean {
  try {
    scene.does(command)
    return true
  } catch (cause) {
    if (isTandemError(cause)) return false
    throw cause
  }
}
