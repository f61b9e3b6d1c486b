import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import { BATCH_RECORDS_MAX, MemoryLog } from '#seams/log'
import type { SequencerLimits } from './limits.ts'
import { Sequencer } from './sequencer.ts'
import { FaultyLog } from './test-log.ts'
import { type CounterCommand, MACHINES } from './test-machines.ts'

const left = (command: CounterCommand) => ({ machine: 'left', command }) as const
const right = (command: CounterCommand) => ({ machine: 'right', command }) as const
const add = (name: string, amount = 1): CounterCommand => ({ type: 'Add', name, amount })

/** A store with a lease, and cores that may be started on it. */
function centre() {
  const clock = new VirtualClock()
  const lease = new MemoryLease(clock)
  const memory = new MemoryLog(lease)
  const faulty = new FaultyLog(memory)
  const start = async (limits?: Partial<SequencerLimits>) => {
    const { term } = (await lease.acquire('core', 1_000_000))!
    const stopped: unknown[] = []
    const options = { machines: MACHINES, log: faulty.log, clock, logger: silentLogger, term }
    const sequencer = await Sequencer.open({ ...options, limits, onStopped: (reason) => stopped.push(reason) })
    onTestFinished(async () => {
      const closing = sequencer.close()
      clock.advance(60_000)
      await closing
    })
    return { sequencer, stopped, term }
  }
  return { clock, lease, memory, faulty, start }
}

/** Lets everything run that waits for no time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a sequencer', () => {
  it('answers with durable events, and what was decided together lands together', async () => {
    const { start, memory, faulty, term, clock } = await opened()
    const { sequencer } = start
    const outcome = await sequencer.submit([left(add('a')), right(add('b', 2)), left(add('a'))])
    const at = clock.now()
    expect(outcome).toEqual({
      sequence: 3,
      events: [
        { sequence: 1, term, at, machine: 'left', event: { type: 'Added', name: 'a', amount: 1 } },
        { sequence: 2, term, at, machine: 'right', event: { type: 'Added', name: 'b', amount: 2 } },
        { sequence: 3, term, at, machine: 'left', event: { type: 'Added', name: 'a', amount: 1 } },
      ],
    })
    expect(faulty.landed).toEqual([3])
    expect(await memory.head()).toBe(3)
    expect(sequencer.committed.states.left.counts).toEqual({ a: 2 })
    expect(sequencer.committed.sequence).toBe(3)
  })

  it('shows nothing that is not in the log yet, but decides on it', async () => {
    const { start, faulty } = await opened()
    const { sequencer } = start
    const gate = Promise.withResolvers<void>()
    faulty.gate = gate.promise
    const seen: number[] = []
    sequencer.committed.onCommitted((batch) => seen.push(...batch.map(({ sequence }) => sequence)))
    const first = sequencer.submit([left({ type: 'Set alarm', name: 'x', inMs: 0 })])
    await settle()
    const second = sequencer.submit([left({ type: 'Ring' })])
    await settle()
    expect(sequencer.committed.states.left).toMatchObject({ counts: {}, alarms: {}, rung: [] })
    expect(seen).toEqual([])
    gate.resolve()
    expect((await second).events).toMatchObject([{ sequence: 2, event: { type: 'Rung', name: 'x' } }])
    expect((await first).sequence).toBe(1)
    expect(seen).toEqual([1, 2])
    expect(sequencer.committed.states.left.rung).toEqual(['x'])
  })

  it('puts all that became ready during an append into the next one', async () => {
    const { start, faulty } = await opened()
    const gate = Promise.withResolvers<void>()
    faulty.gate = gate.promise
    const submits = [start.sequencer.submit([left(add('a'))])]
    await settle()
    for (let i = 0; i < 10; i++) submits.push(start.sequencer.submit([left(add('a')), right(add('b'))]))
    gate.resolve()
    await Promise.all(submits)
    expect(faulty.landed).toEqual([1, 20])
  })

  it('never splits a submit between two appends', async () => {
    const { start, faulty } = await opened()
    const half = BATCH_RECORDS_MAX / 2 + 1
    const pour = left({ type: 'Pour', events: half, chars: 1 })
    await Promise.all([1, 2, 3].map(() => start.sequencer.submit([pour])))
    expect(faulty.landed).toEqual([half, half, half])
  })

  it('answers a command without events only when what it was decided on is durable', async () => {
    const { start, faulty } = await opened()
    const gate = Promise.withResolvers<void>()
    faulty.gate = gate.promise
    const order: string[] = []
    const first = start.sequencer.submit([left(add('a'))]).then(() => order.push('first'))
    const second = start.sequencer
      .submit([left({ type: 'Do nothing' })])
      .then(({ sequence }) => order.push(`second ${sequence}`))
    await settle()
    expect(order).toEqual([])
    gate.resolve()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second 1'])
    expect(await start.sequencer.submit([left({ type: 'Do nothing' })])).toEqual({ sequence: 1, events: [] })
  })

  it('lets a refused or failing command undo its own submit only', async () => {
    const { start, faulty } = await opened()
    const { sequencer } = start
    const gate = Promise.withResolvers<void>()
    faulty.gate = gate.promise
    const before = sequencer.submit([left(add('a', 5))])
    await settle()
    const waiting = sequencer.submit([left({ type: 'Set alarm', name: 'x', inMs: 0 })])
    await expect(sequencer.submit([left(add('a')), left({ type: 'Refuse' })])).rejects.toMatchObject({
      code: 'counter.refused',
    })
    await expect(sequencer.submit([left({ type: 'Ring' }), left({ type: 'Fail to decide' })])).rejects.toThrow(
      'unexpected value',
    )
    const after = sequencer.submit([left({ type: 'Ring' })])
    gate.resolve()
    await Promise.all([before, waiting])
    expect((await after).events).toHaveLength(1)
    expect(sequencer.committed.states.left).toEqual({ counts: { a: 5 }, alarms: {}, rung: ['x'], misjudged: 0 })
    expect(start.stopped).toEqual([])
  })

  it('refuses what no append could carry, and goes on', async () => {
    const { start } = await opened()
    const tooLarge = { code: 'sequencer.too-large' }
    const pour = (events: number, chars: number) =>
      start.sequencer.submit([left(add('a')), left({ type: 'Pour', events, chars })])
    await expect(pour(BATCH_RECORDS_MAX, 1)).rejects.toMatchObject(tooLarge)
    await expect(pour(1, 1024 * 1024)).rejects.toMatchObject(tooLarge)
    await expect(pour(10, 1024 * 1000)).rejects.toMatchObject(tooLarge)
    await start.sequencer.submit([left(add('a'))])
    expect(start.sequencer.committed.states.left.counts).toEqual({ a: 1 })
  })

  it('stops for good when a machine cannot fold what it decided', async () => {
    const { start } = await opened()
    const broken = { code: 'sequencer.broken' }
    await expect(start.sequencer.submit([left({ type: 'Fail to evolve' })])).rejects.toMatchObject(broken)
    await expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject(broken)
    expect(start.stopped).toMatchObject([broken])
  })

  it('tells the other listeners when one fails, and takes commands from within them', async () => {
    const { start } = await opened()
    const { sequencer } = start
    let inner: Promise<unknown> | undefined
    sequencer.committed.onCommitted(() => {
      throw new Error('a listener with a bug')
    })
    const stop = sequencer.committed.onCommitted(() => {
      // Refused, so the states are built anew while the batch that is told of counts as durable already.
      inner ??= sequencer
        .submit([left(add('a')), left({ type: 'Refuse' })])
        .catch(() => sequencer.submit([left({ type: 'Double', name: 'a' })]))
    })
    await sequencer.submit([left(add('a'))])
    await inner
    stop()
    expect(sequencer.committed.states.left).toMatchObject({ counts: { a: 2 }, misjudged: 0 })
    expect((await sequencer.submit([left(add('a'))])).sequence).toBe(3)
  })

  it('lets what is due happen at its time, also what fell due while nobody ran', async () => {
    const world = centre()
    const first = (await world.start()).sequencer
    await first.submit([
      left({ type: 'Set alarm', name: 'soon', inMs: 1000 }),
      right({ type: 'Set alarm', name: 'late', inMs: 5000 }),
    ])
    world.clock.advance(999)
    await settle()
    expect(first.committed.states.left.rung).toEqual([])
    world.clock.advance(1)
    await settle()
    expect(first.committed.states.left.rung).toEqual(['soon'])
    await first.close()
    world.clock.advance(10_000)
    const second = (await world.start()).sequencer
    world.clock.advance(1)
    await settle()
    expect(second.committed.states.right.rung).toEqual(['late'])
    expect(world.clock.pending).toBe(0)
  })

  it('finishes what it accepted when it is closed, and takes nothing more', async () => {
    const { start, memory } = await opened()
    const submitted = start.sequencer.submit([left(add('a'))])
    await start.sequencer.close()
    expect((await submitted).sequence).toBe(1)
    expect(await memory.head()).toBe(1)
    await expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject({ code: 'sequencer.closed' })
    expect(start.stopped).toEqual([])
  })
})

async function opened() {
  const world = centre()
  const start = await world.start()
  return { ...world, start, term: start.term }
}

describe('a sequencer whose store goes away', () => {
  it('writes everything exactly once when requests and answers get lost', async () => {
    const { start, faulty, memory, clock } = await opened()
    faulty.fates.push('request lost', 'request lost', 'answer lost', 'works', 'answer lost')
    const submits = [start.sequencer.submit([left(add('a'))])]
    await settle()
    submits.push(start.sequencer.submit([left(add('b')), left(add('c'))]))
    for (let i = 0; i < 10; i++) {
      clock.advance(1000)
      await settle()
    }
    const third = start.sequencer.submit([left(add('d'))])
    await settle()
    clock.advance(1000)
    await Promise.all([...submits, third])
    const names = (await memory.read(0, 100)).map((record) => JSON.parse(record.body).e.name)
    expect(names).toEqual(['a', 'b', 'c', 'd'])
    expect(start.sequencer.committed.states.left.counts).toEqual({ a: 1, b: 1, c: 1, d: 1 })
  })

  it('FS-43 is busy when too much waits, loses nothing of it, and is not busy afterwards', async () => {
    const world = centre()
    const { sequencer } = await world.start({ pendingEventsMax: 10 })
    world.faulty.away = true
    const accepted = Array.from({ length: 10 }, () => sequencer.submit([left(add('a'))]))
    await expect(sequencer.submit([left(add('a'))])).rejects.toMatchObject({ code: 'sequencer.busy', status: 503 })
    await settle()
    world.faulty.away = false
    world.clock.advance(1000)
    await Promise.all(accepted)
    await sequencer.submit([left(add('a'))])
    expect(sequencer.committed.states.left.counts).toEqual({ a: 11 })
  })

  it('stops waiting for it when it is closed, and says what was not written', async () => {
    const { start, faulty, clock } = await opened()
    faulty.gate = new Promise(() => {})
    const lost = expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject({ code: 'sequencer.closed' })
    await settle()
    const closing = start.sequencer.close()
    clock.advance(5000)
    await closing
    await lost
    expect(start.stopped).toEqual([])
  })
})

describe('a sequencer that is no longer the primary', () => {
  it('SW-07 stops at its next append and writes nothing', async () => {
    const { start, lease, memory } = await opened()
    await lease.handBack('core')
    const other = (await lease.acquire('other', 1000))!
    const fenced = { code: 'sequencer.fenced' }
    await expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject(fenced)
    await expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject(fenced)
    expect(start.stopped).toMatchObject([fenced])
    expect(await memory.append({ term: other.term, after: 0, records: [{ at: 0, body: '{}' }] })).toBe(1)
    expect(start.sequencer.committed.sequence).toBe(0)
  })

  it('stops when the log holds what it did not write', async () => {
    const { start, memory, term } = await opened()
    await memory.append({ term, after: 0, records: [{ at: 0, body: '{"m":"left","e":{"type":"Added"}}' }] })
    await expect(start.sequencer.submit([left(add('a'))])).rejects.toMatchObject({ code: 'sequencer.diverged' })
    expect(start.stopped).toHaveLength(1)
  })
})
