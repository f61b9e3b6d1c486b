import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  HELD_PAGE,
  MemoryRecordingHolders,
  MemoryRecordings,
  PostgresRecordingHolders,
  PostgresRecordings,
  type RecordingHolders,
  type Recordings,
} from '#seams/store'
import { type TestDatabase, testDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

interface Pair {
  readonly recordings: Recordings
  readonly holders: RecordingHolders
}

const DRIVERS: Readonly<Record<string, () => Promise<Pair>>> = {
  memory: async () => {
    const recordings = new MemoryRecordings()
    return { recordings, holders: new MemoryRecordingHolders(recordings) }
  },
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.recording, tandem.recording_machine')
    return { recordings: new PostgresRecordings(database.store), holders: new PostgresRecordingHolders(database.store) }
  },
}

describe.each(Object.entries(DRIVERS))('who holds which recordings, in %s', (_driver, open) => {
  let recordings: Recordings
  let holders: RecordingHolders
  beforeEach(async () => {
    ;({ recordings, holders } = await open())
  })

  /** A recording of one second that began then, on those machines. */
  const store = async (id: string, startedAt: number, ...on: readonly string[]) => {
    await recordings.upsert({
      ...{ id, interaction: 'ix-1', startedAt, durationMs: 1_000, channels: 2, codec: 'PCMU', state: 'stored' },
      ...{ blobKey: `recordings/${id}.wav`, sizeBytes: 5_000_000_000, sha256: 'ab', attributes: {} },
    })
    for (const node of on) await holders.hold(node, [id])
  }
  const idsOf = (page: readonly { readonly id: string }[]) => page.map(({ id }) => id)

  it('is what each said last, however often it says so, and also when the recording is told of again', async () => {
    await store('r1', 1, 'a', 'a', 'b')
    await store('r1', 1)
    const [found] = await holders.stored('')
    expect({ ...found, heldBy: [...found!.heldBy].sort() }).toEqual({
      ...{ id: 'r1', blobKey: 'recordings/r1.wav', sizeBytes: 5_000_000_000, sha256: 'ab', startedAt: 1 },
      ...{ endedAt: 1_001, heldBy: ['a', 'b'] },
    })
    await holders.miss('a', ['r1'])
    await holders.miss('a', ['r1', 'r2'])
    expect((await holders.lacking({ node: 'a', sources: ['b'], gone: [] }))[0]?.heldBy).toEqual(['b'])
  })

  it('says what lies on fewer than two, the oldest first, of what another one has', async () => {
    await store('newer', 20, 'a')
    await store('older', 10, 'a')
    await store('both', 5, 'a', 'b')
    await store('mine', 5, 'c')
    await store('nobody', 5)
    await store('elsewhere', 5, 'd')
    expect(idsOf(await holders.lacking({ node: 'c', sources: ['a', 'b'], gone: [] }))).toEqual(['older', 'newer'])
    const after = { id: 'older', startedAt: 10 }
    expect(idsOf(await holders.lacking({ node: 'c', sources: ['a', 'b'], gone: [], after }))).toEqual(['newer'])
    expect(await holders.count([])).toEqual({ count: 5, oldestEndedAt: 1_005 })
  })

  it('counts what a machine has that is gone as not there', async () => {
    await store('pair', 7, 'a', 'b')
    await store('three', 3, 'a', 'b', 'c')
    await store('whole', 5, 'a', 'c')
    expect(await holders.count([])).toEqual({ count: 0, oldestEndedAt: undefined })
    expect(await holders.count(['b'])).toEqual({ count: 1, oldestEndedAt: 1_007 })
    expect(await holders.count(['a', 'b'])).toEqual({ count: 3, oldestEndedAt: 1_003 })
    expect(idsOf(await holders.lacking({ node: 'c', sources: ['a'], gone: ['b'] }))).toEqual(['pair'])
  })

  it('gives pages, and passes over what is not stored', async () => {
    await recordings.upsert({
      ...{ id: 'under-way', interaction: 'ix-1', startedAt: 1, durationMs: 1, channels: 2, codec: 'PCMU' },
      ...{ state: 'recorded', attributes: {} },
    })
    await Promise.all(Array.from({ length: HELD_PAGE + 5 }, (_, n) => store(`r${1000 + n}`, 1, 'a')))
    const first = await holders.lacking({ node: 'b', sources: ['a'], gone: [] })
    expect(first).toHaveLength(HELD_PAGE)
    const after = first.at(-1)!
    expect(await holders.lacking({ node: 'b', sources: ['a'], gone: [], after })).toHaveLength(5)
    const stored = await holders.stored('')
    expect(stored).toHaveLength(HELD_PAGE)
    expect(await holders.stored(stored.at(-1)!.id)).toHaveLength(5)
  })

  it('knows every machine that ever joined', async () => {
    for (const node of ['b', 'a', 'b']) await holders.join(node)
    expect(await holders.machines()).toEqual(['a', 'b'])
  })
})

describe('what lacks a copy', () => {
  it('is found by an index, however many have their copies', async () => {
    await database.store.pool.query(
      `insert into tandem.recording select 'x' || n, 'ix', n, 1, 2, 'PCMU', 'stored', 'k' || n, 1, 'ab', '{}', '{a,b}'
       from generate_series(1, 20000) as n`,
    )
    await database.store.pool.query('analyze tandem.recording')
    const { rows } = await database.store.pool.query<{ 'QUERY PLAN': string }>(
      `explain select id from tandem.recording where state = 'stored' and cardinality(held_by) < 2
       and held_by && array['a'] and (started_at, id) > (0, '') order by started_at, id limit 200`,
    )
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('recording_lacks_copy')
  })
})
