/** Two releases next to each other write one log in turn: while the pool is at the older one's level, nothing stands in it that the older one does not write. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { Fold, type Machine, Sequencer } from '#engines/sequencer'
import { type Format, formatsOf, type LoggedEvent } from '#engines/switchover'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'

type Opened = LoggedEvent & { readonly type: 'Opened'; readonly number: number; readonly by?: string }

interface Doors {
  readonly opened: { readonly number: number; readonly by: string | undefined }[]
}

/** Level 1 says what was opened; level 2 says by whom as well. */
const same = (_: string, event: LoggedEvent) => event
const FIRST: Format = { level: 1, lift: same, lower: same }
const SECOND: Format = {
  level: 2,
  lift: (_, event) => ('by' in event ? event : ({ ...event, by: 'nobody' } as LoggedEvent)),
  lower: (_, { by: _by, ...event }: LoggedEvent & { by?: string }) => event,
}

/** What a release decides: the newer one says who, the older one knows of no such thing. */
function doors(release: 1 | 2): Machine<Doors, { number: number }, Opened> {
  return {
    initial: () => ({ opened: [] }),
    decide: (_, { number }) => [{ type: 'Opened', number, ...(release === 2 && { by: `agent${number}` }) }],
    evolve: (state, { number, by }) => void state.opened.push({ number, by }),
    dump: (state) => structuredClone(state),
    restore: (dump) => structuredClone(dump) as Doors,
  }
}

const RELEASES = {
  1: { machines: { doors: doors(1) }, formats: formatsOf([FIRST]) },
  2: { machines: { doors: doors(2) }, formats: formatsOf([FIRST, SECOND]) },
}

/** A pool whose primaries are of either release, one after the other. */
class MixedPool {
  readonly clock = new VirtualClock()
  readonly lease = new MemoryLease(this.clock)
  readonly log = new MemoryLog(this.lease)
  level = 1
  count = 0

  /** A core of that release takes over, writes so many events and dies. */
  async leads(release: 1 | 2, events: number): Promise<void> {
    const { machines, formats } = RELEASES[release]
    const { term } = (await this.lease.acquire(`release ${release}`, 1e9))!
    const options = { machines, term, log: this.log, clock: this.clock, logger: silentLogger, onStopped: () => {} }
    const sequencer = await Sequencer.open({ ...options, lift: formats.lift, lower: formats.lowerTo(() => this.level) })
    for (let written = 0; written < events; written++)
      await sequencer.submit([{ machine: 'doors', command: { number: ++this.count } }])
    // It acts on what the others read of it, not on what it would have written.
    expect(sequencer.committed.states.doors.opened).toEqual(await this.seenBy(release))
    await sequencer.close()
    await this.lease.release(term)
  }

  async written(): Promise<readonly Opened[]> {
    return (await this.log.read(0, 10_000)).map(({ body }) => JSON.parse(body).e as Opened)
  }

  /** The state as a core of that release has it. */
  async seenBy(release: 1 | 2): Promise<Doors['opened']> {
    const { machines, formats } = RELEASES[release]
    const fold = new Fold(machines, silentLogger, formats.lift)
    await fold.catchUp(this.log)
    return fold.states.doors.opened
  }
}

const turns = fc.array(
  fc.record({ release: fc.constantFrom(1 as const, 2 as const), events: fc.integer({ min: 1, max: 6 }) }),
  {
    minLength: 1,
    maxLength: 12,
  },
)

describe('a log that two releases write in turn', () => {
  it('has the older level alone, whoever was primary, and both fold all of it alike (SW-16)', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (primaries) => {
        const pool = new MixedPool()
        for (const { release, events } of primaries) await pool.leads(release, events)
        const written = await pool.written()
        expect(written).toEqual(written.map((_, at) => ({ type: 'Opened', number: at + 1 })))
        const numbers = written.map(({ number }) => number)
        expect((await pool.seenBy(1)).map(({ number }) => number)).toEqual(numbers)
        expect(await pool.seenBy(2)).toEqual(numbers.map((number) => ({ number, by: 'nobody' })))
      }),
    )
  })

  it('has what the newer one adds from the moment that the level is raised, and not before (SW-16)', async () => {
    const pool = new MixedPool()
    await pool.leads(1, 1)
    await pool.leads(2, 2)
    pool.level = 2
    await pool.leads(2, 1)
    expect(await pool.written()).toEqual([
      ...[1, 2, 3].map((number) => ({ type: 'Opened', number })),
      { type: 'Opened', number: 4, by: 'agent4' },
    ])
    expect((await pool.seenBy(2)).map(({ by }) => by)).toEqual(['nobody', 'nobody', 'nobody', 'agent4'])
  })
})
