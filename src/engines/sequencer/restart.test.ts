import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Logger, silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { Fold } from './fold.ts'
import { Follower } from './follower.ts'
import { Sequencer } from './sequencer.ts'
import { type Fate, FaultyLog } from './test-log.ts'
import { type CounterCommand, MACHINES } from './test-machines.ts'

type Step =
  | {
      readonly do: 'submit'
      readonly commands: readonly { readonly machine: 'left' | 'right'; readonly command: CounterCommand }[]
    }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'meet'; readonly fate: Fate }
  | { readonly do: 'settle' }
  | { readonly do: 'kill' }

const command: fc.Arbitrary<CounterCommand> = fc.oneof(
  fc.record({
    type: fc.constant('Add' as const),
    name: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ type: fc.constant('Double' as const), name: fc.constantFrom('a', 'b') }),
  fc.record({
    type: fc.constant('Set alarm' as const),
    name: fc.constantFrom('x', 'y'),
    inMs: fc.integer({ min: 0, max: 300 }),
  }),
  fc.constantFrom({ type: 'Ring' as const }, { type: 'Do nothing' as const }, { type: 'Refuse' as const }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      commands: fc.array(fc.record({ machine: fc.constantFrom('left' as const, 'right' as const), command }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 500 }) }), weight: 2 },
  {
    arbitrary: fc.record({
      do: fc.constant('meet' as const),
      fate: fc.constantFrom<Fate>('works', 'request lost', 'answer lost'),
    }),
    weight: 2,
  },
  { arbitrary: fc.constant({ do: 'settle' as const }), weight: 2 },
  { arbitrary: fc.constant({ do: 'kill' as const }), weight: 1 },
)

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** One centre with a primary that is killed now and then and a backup that takes its place, and all that was ever answered. */
class World {
  readonly clock = new VirtualClock()
  readonly lease = new MemoryLease(this.clock)
  readonly memory = new MemoryLog(this.lease)
  readonly answered = new Map<number, string>()
  readonly trouble: unknown[] = []
  faulty!: FaultyLog
  sequencer!: Sequencer<typeof MACHINES>
  follower!: Follower<typeof MACHINES>
  fold!: Fold<typeof MACHINES>

  async open(): Promise<void> {
    this.fold = this.newFold()
    this.follower = await this.follow()
    await this.takeOver()
  }

  newFold(): Fold<typeof MACHINES> {
    return new Fold(MACHINES, silentLogger)
  }

  follow(): Promise<Follower<typeof MACHINES>> {
    const onStopped = (reason: unknown) => this.trouble.push(reason)
    return Follower.open({ fold: this.fold, log: this.memory, clock: this.clock, logger: silentLogger, onStopped })
  }

  /** The backup becomes the primary on its own fold, and a new backup begins to follow. The old primary is simply no more. */
  async takeOver(): Promise<void> {
    const { term } = (await this.lease.acquire('core', 1e9))!
    await this.follower.close()
    this.faulty = new FaultyLog(this.memory)
    const options = { machines: MACHINES, log: this.faulty.log, clock: this.clock, logger: silentLogger, term }
    const limits = { snapshotEvery: 7, closeMsMax: 100_000 }
    this.sequencer = await Sequencer.open({ ...options, fold: this.fold, limits, onStopped: () => {} })
    this.fold = this.newFold()
    this.follower = await this.follow()
  }

  submit(commands: Extract<Step, { do: 'submit' }>['commands']): void {
    this.sequencer.submit(commands).then(
      ({ events }) => {
        for (const { sequence, machine, event } of events) this.answered.set(sequence, JSON.stringify([machine, event]))
      },
      () => {},
    )
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'submit') this.submit(step.commands)
    else if (step.do === 'pass') this.clock.advance(step.ms)
    else if (step.do === 'meet') this.faulty.fates.push(step.fate)
    else if (step.do === 'settle') await turns()
    else await this.takeOver()
  }

  async finish(): Promise<void> {
    const closing = this.sequencer.close()
    for (let i = 0; i < 30; i++) {
      await turns()
      this.clock.advance(1000)
    }
    await closing
    await turns()
    await this.follower.close()
    await this.fold.catchUp(this.memory)
  }
}

describe('whatever happens to primaries and their store', () => {
  it('RPL-11 answered events are in the log as they were answered, and every fold of it is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const world = new World()
        await world.open()
        for (const each of steps) await world.take(each)
        await world.finish()
        expect(world.trouble).toEqual([])

        const records = await world.memory.read(0, 100_000)
        const bodies = new Map(records.map(({ sequence, body }) => [sequence, JSON.parse(body)]))
        for (const [sequence, text] of world.answered) {
          const { m, e } = bodies.get(sequence)
          expect(JSON.stringify([m, e])).toBe(text)
        }
        const ats = records.map(({ at }) => at)
        expect(ats).toEqual([...ats].sort((a, b) => a - b))

        const whole = world.newFold()
        whole.apply(records)
        const restarted = world.newFold()
        await restarted.load(world.memory)
        expect(whole.states).toMatchObject({ left: { misjudged: 0 }, right: { misjudged: 0 } })
        expect(world.sequencer.committed.states).toEqual(whole.states)
        expect(world.fold.states).toEqual(whole.states)
        expect(restarted.states).toEqual(whole.states)
        expect(restarted.sequence).toBe(records.length)
      }),
      { numRuns: 150 },
    )
  })
})

const add = (name: string) => ({ machine: 'left' as const, command: { type: 'Add' as const, name, amount: 1 } })

describe('a follower', () => {
  it('SW-02 keeps up with the primary, and its listeners stay when it becomes the primary', async () => {
    const world = new World()
    await world.open()
    const heard: number[] = []
    world.fold.onCommitted((batch) => heard.push(...batch.map(({ sequence }) => sequence)))
    await world.sequencer.submit([add('a')])
    await expect.poll(() => world.fold.sequence).toBe(1)
    const kept = world.fold
    await world.takeOver()
    expect(world.sequencer.committed).toBe(kept)
    await world.sequencer.submit([add('a')])
    expect(heard).toEqual([1, 2])
    expect(kept.states.left.counts).toEqual({ a: 2 })
    await world.finish()
  })

  it('stops and says so when it meets what it cannot fold', async () => {
    const world = new World()
    await world.open()
    await world.memory.append({ term: 1, after: 0, records: [{ at: 0, body: 'no JSON' }] })
    await expect.poll(() => world.trouble.length).toBe(1)
    expect(world.trouble).toMatchObject([{ code: 'sequencer.broken' }])
    await world.sequencer.close()
  })
})

describe('a fold', () => {
  it('reads the log from its start when a snapshot is of a shape that it does not know', async () => {
    const world = new World()
    await world.open()
    await world.sequencer.submit([add('a')])
    for (const body of [
      'no JSON',
      '{"format":0}',
      '{"format":1,"at":0,"states":{"left":{}}}',
      '{"format":1,"at":0,"states":{}}',
    ]) {
      await world.memory.saveSnapshot({ sequence: 1, body })
      const warnings: string[] = []
      const logger: Logger = { ...silentLogger, warn: (_fields, message) => warnings.push(message) }
      const fold = new Fold(MACHINES, logger)
      await fold.load(world.memory)
      expect(fold.states.left.counts).toEqual({ a: 1 })
      expect(warnings).toHaveLength(1)
    }
    await world.finish()
  })

  it('SW-16 lifts events of older versions and leaves those of unknown machines alone', async () => {
    const world = new World()
    await world.open()
    const bodies = ['{"m":"left","e":{"type":"Increased","by":3}}', '{"m":"newer","e":{"type":"Whatever"}}']
    await world.memory.append({ term: 1, after: 0, records: bodies.map((body) => ({ at: 0, body })) })
    await world.follower.close()
    const fold = new Fold(MACHINES, silentLogger, (_machine, event) =>
      event.type === 'Increased' ? ({ type: 'Added', name: 'a', amount: 3 } as typeof event) : event,
    )
    await fold.load(world.memory)
    expect(fold.sequence).toBe(2)
    expect(fold.states.left.counts).toEqual({ a: 3 })
    await world.sequencer.close()
  })
})
