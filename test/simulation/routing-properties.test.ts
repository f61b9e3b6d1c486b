import { describe, expect, it } from 'vitest'
import type { CentreEvent } from '#kernel/centre'
import { Random } from './random.ts'
import { RoutingWalk } from './routing-walk.ts'
import { testQueue, testUser, World } from './world.ts'

/** Steps of all walks together: some hundred thousand take a good half minute; `npm run verify` takes many more. */
const STEPS = Number(process.env['TANDEM_ROUTING_STEPS'] ?? 200_000)
const WALK_STEPS = 4_000

/** Where the first walk begins: the same every time, unless one is looked for. */
const SEED = Number(process.env['TANDEM_ROUTING_SEED'] ?? 5_000)

describe('routing over random histories of random centres', () => {
  it('keeps promises 2, 3, 4 and 6, the order of those who wait, capacities and required skills (ACD-02, ACD-03)', () => {
    let offers = 0
    const met = new Set<CentreEvent['type']>()
    for (let n = 0; n * WALK_STEPS < STEPS; n++) {
      const seed = SEED + n
      try {
        const walk = new RoutingWalk(seed).run(WALK_STEPS)
        walk.finish()
        offers += walk.offers
        for (const type of walk.met.keys()) met.add(type)
      } catch (error) {
        throw new Error(`the walk of seed ${seed}`, { cause: error })
      }
    }
    console.info(`${STEPS} steps, ${offers} offers`)
    expect(offers).toBeGreaterThan(STEPS / 20)
    for (const type of [
      'Widened',
      'QueueActivated',
      'CustomerDialled',
      'OfferEnded',
      'PriorityChanged',
      'WrapUpEnded',
    ] as const) {
      expect(met, type).toContain(type)
    }
  }, 1_800_000)
})

describe('nobody waits for ever', () => {
  it('though more urgent ones keep coming, faster than they can be served (ACD-02)', () => {
    const world = new World([
      testUser(1, { support: 80 }),
      testQueue('support', { priority: 100, priorityStepMs: 1_000, wrapUpMs: 0, positionEveryMs: 0 }),
      { kind: 'number', name: '100', value: { type: 'queue', queue: 'support' } },
    ])
    world.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    world.submit({ type: 'CreateWorkItem', interaction: 'other', subject: 'x', queue: 'support' })
    world.submit({ type: 'CreateWorkItem', interaction: 'patient', subject: 'x', queue: 'support', priority: 0 })
    const begun = world.now
    const random = new Random(1)
    let served: number | undefined
    for (let n = 0; served === undefined && n < 10_000; n++) {
      world.submit({ type: 'CreateWorkItem', interaction: `ix-${n}`, subject: 'x', queue: 'support' })
      world.advance(random.between(200, 800))
      for (const { interaction, state } of world.head.agents.get('agent1')?.work ?? []) {
        if (state === 'offered') world.submit({ type: 'Accept', interaction, user: 'agent1' })
        if (interaction === 'patient') served = world.now - begun
        world.advance(1_000)
        world.submit({ type: 'Complete', interaction, user: 'agent1' })
      }
    }
    // A hundred points are worth 100 s; those who came in them and have the better rank are about 200, a second each.
    expect(served).toBeDefined()
    expect(served!).toBeLessThan(250_000)
  })
})
