import { describe, expect, it } from 'vitest'
import type { Form } from '#kernel/config'
import type { WorkItem } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { CentreEvent } from './event.ts'
import { centreMachine } from './machine.ts'
import { CentreScene, refusal } from './scene.case.ts'

const claim: Form = {
  name: 'claim',
  title: 'A claim',
  fields: [
    { name: 'kind', title: 'Kind', type: 'choice', choices: ['fire', 'water'], required: true },
    { name: 'amount', title: 'Amount', type: 'number', least: 0, most: 1_000 },
    { name: 'on', title: 'Day', type: 'date' },
    { name: 'words', title: 'What happened', type: 'text' },
  ],
}

const document = { hash: 'a'.repeat(64), name: 'letter.pdf', type: 'application/pdf', bytes: 7 }

/** A centre of the demo with one agent for support, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super({ kind: 'form', name: 'claim', value: claim })
    this.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    this.do({ type: 'SetReachable', user: 'agent1', reachable: true })
  }

  create(item?: WorkItem, interaction = 'ix-1'): readonly CentreEvent[] {
    return this.do({
      ...{ type: 'CreateWorkItem', interaction, subject: 'claim 7', queue: 'support', by: 'admin' },
      ...(item && { item }),
    })
  }

  taken(item?: WorkItem): this {
    this.create(item)
    this.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    return this
  }

  change(change: Partial<CommandOf<'ChangeItem'>>): readonly CentreEvent[] {
    return this.do({ type: 'ChangeItem', interaction: 'ix-1', by: 'agent1', ...change })
  }

  complete(outcome?: string): readonly CentreEvent[] {
    const command = { type: 'Complete', interaction: 'ix-1', user: 'agent1' } as const
    return this.do({ ...command, ...(outcome !== undefined && { outcome }) })
  }

  get item(): WorkItem | undefined {
    return this.store.interactions.get('ix-1')?.item
  }

  get types(): readonly string[] {
    return this.log.map(({ event }) => event.type)
  }
}

describe('a work item', () => {
  it('is made with what a process gives, offered by skill, filled in and completed with an outcome (DIG-14)', () => {
    const scene = new Scene().taken({ form: 'claim', values: { amount: 20 }, documents: [document] })
    expect(scene.store.interactions.get('ix-1')?.phase.state).toBe('connected')
    scene.change({ values: { amount: 20, kind: 'fire' } })
    expect(scene.item).toEqual({ form: 'claim', values: { amount: 20, kind: 'fire' }, documents: [document] })
    expect(scene.complete('paid').map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ItemCompleted', 'WrapUpStarted']),
    )
    expect(scene.log.find(({ event }) => event.type === 'ItemCompleted')?.event).toMatchObject({
      user: 'agent1',
      outcome: 'paid',
    })
  })

  it('is not completed before what is required is there, and keeps what was filled in', () => {
    const scene = new Scene().taken({ form: 'claim' })
    expect(refusal(() => scene.complete())).toBe('centre.form')
    scene.change({ values: { words: 'half a' } })
    expect(refusal(() => scene.complete())).toBe('centre.form')
    expect(scene.item?.values).toEqual({ words: 'half a' })
    scene.change({ values: { words: 'all', kind: 'water' } })
    expect(refusal(() => scene.complete())).toBeUndefined()
  })

  it('takes nothing that its form does not', () => {
    const scene = new Scene()
    expect(refusal(() => scene.create({ form: 'none' }))).toBe('centre.no-such-form')
    expect(refusal(() => scene.create({ values: { kind: 'fire' } }))).toBe('centre.item-without-form')
    expect(refusal(() => scene.create({ form: 'claim', values: { kind: 'earth' } }))).toBe('centre.form')
    scene.taken({ form: 'claim' })
    const wrong: NonNullable<WorkItem['values']>[] = [
      { amount: 'many' },
      { amount: 1_001 },
      { on: '2026-02-30' },
      { other: 'x' },
    ]
    for (const values of wrong) {
      expect(
        refusal(() => scene.change({ values })),
        JSON.stringify(values),
      ).toBe('centre.form')
    }
    expect(scene.item).toEqual({ form: 'claim' })
  })

  it('is overdue when its time has come and it is not done, once, and no more when it gets another (DIG-14)', () => {
    const scene = new Scene()
    const dueAt = scene.now + 60_000
    scene.create({ dueAt })
    expect(centreMachine.nextDeadline(scene.store)).toBeLessThanOrEqual(dueAt)
    scene.do({ type: 'Accept', interaction: 'ix-1', user: 'agent1' })
    scene.now = dueAt
    scene.do({ type: 'Tick' })
    scene.do({ type: 'Tick' })
    expect(scene.types.filter((type) => type === 'ItemOverdue')).toHaveLength(1)
    expect(scene.item).toEqual({ dueAt, isOverdue: true })
    scene.change({ dueAt: dueAt + 3_600_000, by: 'process' })
    expect(scene.item).toEqual({ dueAt: dueAt + 3_600_000 })
    scene.change({ dueAt: 0 })
    expect(scene.item).toEqual({})
    expect(centreMachine.nextDeadline(scene.store)).toBeUndefined()
  })

  it('that is done in time is never overdue', () => {
    const scene = new Scene()
    const dueAt = scene.now + 60_000
    scene.taken({ dueAt }).complete()
    scene.now = dueAt + 1_000
    scene.do({ type: 'Tick' })
    expect(scene.types).not.toContain('ItemOverdue')
  })

  it('is changed by its process while it waits, and not any more when it is over', () => {
    const scene = new Scene().taken()
    scene.change({ by: 'process', subject: 'claim 8', documents: [document] })
    expect(scene.store.interactions.get('ix-1')).toMatchObject({ subject: 'claim 8', item: { documents: [document] } })
    expect(scene.change({})).toEqual([])
    scene.complete()
    expect(refusal(() => scene.change({ subject: 'late' }))).toBe('centre.no-item')
    expect(refusal(() => scene.do({ type: 'ChangeItem', interaction: 'none', by: 'a' }))).toBe('centre.no-item')
  })

  it('is the same through a takeover, half filled in as it is (IR-28, IR-29)', () => {
    const scene = new Scene()
    scene.taken({ form: 'claim', dueAt: scene.now + 60_000, documents: [document] })
    scene.change({ values: { words: 'half a sent' } })
    const before = scene.item
    scene.crash()
    expect(scene.item).toEqual(before)
    scene.now += 60_000
    scene.do({ type: 'Tick' })
    expect(scene.item?.isOverdue).toBe(true)
  })

  it('keeps its form, its documents and its time when it is handed on, and is filled in by the next', () => {
    const scene = new Scene()
    const dueAt = scene.now + 600_000
    scene.taken({ form: 'claim', values: { amount: 5 }, dueAt, documents: [document] })
    const participant = scene.store.interactions.get('ix-1')?.participants.at(-1)?.id ?? 'none'
    const before = scene.item
    scene.do({ type: 'Transfer', interaction: 'ix-1', participant, to: '1001' })
    expect(scene.item).toEqual(before)
    expect(['queued', 'offered']).toContain(scene.store.interactions.get('ix-1')?.phase.state)
    scene.change({ by: 'process', values: { amount: 6 } })
    expect(scene.item?.values).toEqual({ amount: 6 })
    // It is due wherever it is.
    scene.now = dueAt
    scene.do({ type: 'Tick' })
    expect(scene.item?.isOverdue).toBe(true)
  })

  it('is cancelled by its process, whoever has it, and asks for nothing then', () => {
    for (const isTaken of [true, false]) {
      const scene = new Scene()
      if (isTaken) scene.taken({ form: 'claim' })
      else scene.create({ form: 'claim' })
      scene.do({ type: 'End', interaction: 'ix-1', by: 'admin' })
      scene.do({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1' })
      expect(scene.store.interactions.has('ix-1')).toBe(false)
      expect(scene.types).not.toContain('ItemCompleted')
    }
  })

  it('without a form is completed as it always was', () => {
    const scene = new Scene().taken()
    expect(scene.complete().map(({ type }) => type)).not.toContain('ItemCompleted')
    // A form that was removed meanwhile asks for nothing.
    const other = new Scene().taken({ form: 'claim' })
    const basedOn = other.store.configuration.version
    other.do({ type: 'ChangeConfiguration', by: 'a', basedOn, changes: [{ kind: 'form', name: 'claim' }] })
    expect(refusal(() => other.complete())).toBeUndefined()
  })
})
