import { describe, expect, it } from 'vitest'
import type { demoCentre } from '#kernel/config'
import { waitingOf } from '#kernel/routing'
import type { CentreEvent } from './event.ts'
import { CentreScene, refusal } from './scene.case.ts'

type Queue = Extract<ReturnType<typeof demoCentre>[number], { kind: 'queue' }>

/** A point of the queue of these tests is worth ten seconds; work items come with 50 of them. */
const STEP_MS = 10_000

/** Two work items wait in support, the second a second less than the first. */
class Scene extends CentreScene {
  constructor() {
    super()
    this.configure(STEP_MS)
    for (const interaction of ['ix-1', 'ix-2']) {
      this.do({ type: 'CreateWorkItem', interaction, subject: 'a claim', queue: 'support' })
    }
  }

  /** What a point is worth from now on. */
  configure(priorityStepMs: number): void {
    const { version: basedOn } = this.store.configuration
    const value = { ...this.store.configuration.queues.get('support')!, priorityStepMs } as Queue['value'] & object
    const changes = [{ kind: 'queue' as const, name: 'support', value }]
    this.do({ type: 'ChangeConfiguration', by: 'admin', basedOn, changes })
  }

  gives(priority: number, more: { interaction?: string; by?: string; note?: string } = {}): readonly CentreEvent[] {
    return this.do({ type: 'ChangePriority', interaction: 'ix-1', by: 'supervisor', priority, ...more })
  }

  works(): this {
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    this.do({ type: 'SetReachable', user: 'agent1', reachable: true })
    return this
  }

  one(id = 'ix-1') {
    return this.store.interactions.get(id)!
  }

  get order(): readonly string[] {
    return [...this.store.queues.get('support')!.waiting].map(({ interaction }) => interaction)
  }
}

describe('another priority of what waits', () => {
  it('is told with who, why and what it was, and is worth what the queue says a point is', () => {
    const scene = new Scene()
    const rankAt = waitingOf(scene.one('ix-2'))!.entry.rankAt
    const [changed, ...more] = scene.gives(60, { interaction: 'ix-2', note: 'called twice' })
    expect(changed).toEqual({
      ...{ type: 'PriorityChanged', interaction: 'ix-2', by: 'supervisor', note: 'called twice' },
      ...{ priority: 60, before: 50, rankAt: rankAt - 10 * STEP_MS },
    })
    expect(more).toEqual([])
    expect(scene.order).toEqual(['ix-2', 'ix-1'])
  })

  it('decides whom the next agent is given, and stands in why, with who gave it', () => {
    const scene = new Scene()
    scene.gives(51, { interaction: 'ix-2', by: 'supervisor' })
    scene.works()
    expect(scene.one('ix-2').phase.state).toBe('offered')
    const other = new Scene()
    other.gives(51, { interaction: 'ix-2' })
    const offers: CentreEvent[] = []
    offers.push(...other.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' }))
    offers.push(...other.do({ type: 'SetReachable', user: 'agent1', reachable: true }))
    const offer = offers.find((event) => event.type === 'Offered')
    expect(offer?.why).toMatchObject({ prioritised: { by: 'supervisor', from: 50, to: 51 } })
    expect(new Scene().works().one('ix-1').phase.state).toBe('offered')
  })

  it('is undone to the very place by the priority that it came with, whatever was in between', () => {
    const scene = new Scene()
    const before = scene.one()
    for (const [priority, by] of [
      [100, 'supervisor'],
      [0, 'admin'],
      [70, 'supervisor'],
    ] as const) {
      scene.gives(priority, { by })
      expect(scene.one().phase).toMatchObject({ priority, prioritised: { by, from: 50 } })
    }
    scene.configure(1)
    scene.gives(50)
    expect(scene.one()).toEqual(before)
    // Had it already.
    expect(scene.gives(50)).toEqual([])
  })

  it('takes nothing of what the wait has earned, also where points are worth more than when it came', () => {
    const scene = new Scene()
    scene.configure(86_400_000)
    scene.gives(0)
    const { enteredAt, rankAt } = waitingOf(scene.one())!.entry
    expect(rankAt).toBe(enteredAt)
  })

  it('counts once nobody takes what is being offered, and comes back with it when its agent is lost (ACD-12)', () => {
    const scene = new Scene().works()
    const { phase } = scene.one()
    expect(phase.state).toBe('offered')
    expect(scene.gives(20).map(({ type }) => type)).toEqual(['PriorityChanged'])
    expect(scene.one().phase).toMatchObject({ state: 'offered', user: 'agent1', priority: 20 })
    scene.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    expect(scene.one().phase.state).toBe('connected')
    scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    const back = { state: 'queued', priority: 20, prioritised: { by: 'supervisor', from: 50 } }
    expect(scene.one().phase).toMatchObject(back)
    expect(scene.order).toEqual(['ix-2', 'ix-1'])
    const declined = new Scene().works()
    declined.gives(20)
    declined.do({ type: 'Decline', interaction: 'ix-1', user: 'agent1' })
    expect(declined.one().phase).toMatchObject(back)
  })

  it('is the same through a takeover', () => {
    const scene = new Scene()
    scene.gives(80)
    const before = scene.one()
    scene.crash()
    expect(scene.one()).toEqual(before)
    expect(scene.order).toEqual(['ix-1', 'ix-2'])
  })

  it('is refused where nothing waits: somebody has it, or it is over; and decides nothing where there is nothing', () => {
    const scene = new Scene().works()
    scene.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    const before = scene.one()
    expect(refusal(() => scene.gives(90))).toBe('centre.not-waiting')
    expect(scene.one()).toBe(before)
    scene.do({ type: 'Complete', interaction: 'ix-1', user: 'agent1' })
    expect(scene.one().phase.state).toBe('wrapping-up')
    expect(refusal(() => scene.gives(90))).toBe('centre.not-waiting')
    expect(new Scene().gives(90, { interaction: 'ix-none' })).toEqual([])
  })

  it('of a work item is changed by its process with the rest, or with none of it', () => {
    const scene = new Scene()
    const change = { type: 'ChangeItem', interaction: 'ix-1', by: 'process', priority: 90 } as const
    expect(scene.do({ ...change, subject: 'claim 8' }).map(({ type }) => type)).toEqual([
      'PriorityChanged',
      'ItemChanged',
    ])
    expect(scene.one()).toMatchObject({ subject: 'claim 8', phase: { priority: 90, prioritised: { by: 'process' } } })
    expect(scene.do({ ...change, priority: 50 }).map(({ type }) => type)).toEqual(['PriorityChanged'])
    scene.works().do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    expect(() => scene.do({ ...change, subject: 'claim 9' })).toThrow('waits in no queue')
    expect(scene.one().subject).toBe('claim 8')
  })
})
