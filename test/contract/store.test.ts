import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Credentials,
  type Drills,
  MemoryCredentials,
  MemoryDrills,
  MemoryRecordings,
  MemorySeatPeaks,
  MemorySounds,
  MemoryWebhookPositions,
  type MigrationList,
  PostgresCredentials,
  PostgresDrills,
  PostgresRecordings,
  PostgresSeatPeaks,
  PostgresSounds,
  PostgresWebhookPositions,
  type RecordingEntry,
  type Recordings,
  type SeatPeaks,
  type Sounds,
  type WebhookPositions,
} from '#seams/store'
import { type TestDatabase, testDatabase } from './database.ts'

const AT = 1_800_000_000_000

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const CREDENTIALS: Readonly<Record<string, () => Promise<Credentials>>> = {
  memory: async () => new MemoryCredentials(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.credential')
    return new PostgresCredentials(database.store)
  },
}

describe.each(Object.entries(CREDENTIALS))('credentials in %s', (_driver, open) => {
  let credentials: Credentials
  beforeEach(async () => {
    credentials = await open()
  })

  it('keeps what was set, replaced as a whole', async () => {
    const full = { user: 'ann', passwordHash: '$argon2', realm: 'tandem', ha1Md5: 'a', ha1Sha256: 'b', updatedAt: AT }
    await credentials.set({ ...full, earlierHashes: ['$argon1', '$argon0'] })
    expect((await credentials.get('ann'))?.earlierHashes).toEqual(['$argon1', '$argon0'])
    await credentials.set(full)
    expect(await credentials.get('ann')).toEqual(full)
    const bare = { user: 'ann', realm: 'other', updatedAt: AT + 1 }
    await credentials.set(bare)
    expect(await credentials.get('ann')).toEqual(bare)
  })

  it('takes changes while it can write', async () => {
    await expect(credentials.demandChanges()).resolves.toBeUndefined()
  })

  it('lists everybody by name and removes one', async () => {
    for (const user of ['bob', 'ann']) await credentials.set({ user, realm: 'tandem', updatedAt: AT })
    expect((await credentials.list()).map(({ user }) => user)).toEqual(['ann', 'bob'])
    expect(await credentials.remove('ann')).toBe(true)
    expect(await credentials.remove('ann')).toBe(false)
    expect(await credentials.get('ann')).toBeUndefined()
  })
})

const SOUNDS: Readonly<Record<string, () => Promise<Sounds>>> = {
  memory: async () => new MemorySounds(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.sound')
    return new PostgresSounds(database.store)
  },
}

describe.each(Object.entries(SOUNDS))('sounds of prompts in %s', (_driver, open) => {
  it('are kept byte by byte, listed from the oldest on, and removed', async () => {
    const sounds = await open()
    const content = Uint8Array.from({ length: 70_000 }, (_, at) => at & 0xff)
    await sounds.put({ id: 'b', content }, AT)
    await sounds.put({ id: 'a', content: Uint8Array.of(1) }, AT + 1)
    expect(Buffer.from((await sounds.get('b'))!).equals(Buffer.from(content))).toBe(true)
    expect(await sounds.get('c')).toBeUndefined()
    expect(await sounds.list()).toEqual([
      { id: 'b', sizeBytes: 70_000, storedAt: AT },
      { id: 'a', sizeBytes: 1, storedAt: AT + 1 },
    ])
    await sounds.put({ id: 'b', content }, AT + 2)
    expect((await sounds.list()).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(await sounds.remove('a')).toBe(true)
    expect(await sounds.remove('a')).toBe(false)
    expect((await sounds.list()).map(({ id }) => id)).toEqual(['b'])
  })
})

const PEAKS: Readonly<Record<string, () => Promise<SeatPeaks>>> = {
  memory: async () => new MemorySeatPeaks(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.seat_peak')
    return new PostgresSeatPeaks(database.store)
  },
}

describe.each(Object.entries(PEAKS))('peaks of seats in %s (LIC-15)', (_driver, open) => {
  it('keep the highest of each day and feature, whoever tells, and twice', async () => {
    const peaks = await open()
    const told = (day: string, peak: number, seats?: number) =>
      peaks.raise({ day, feature: 'agent', peak, at: AT + peak, ...(seats === undefined ? {} : { seats }) })
    await told('2026-03-01', 3, 10)
    await told('2026-03-01', 2, 10)
    await told('2026-03-01', 5)
    await told('2026-03-01', 5)
    await told('2026-03-02', 1, 10)
    await peaks.raise({ day: '2026-03-02', feature: 'supervisor', peak: 1, at: AT })
    expect(await peaks.list('2026-03-01', '2026-03-02')).toEqual([
      { day: '2026-03-01', feature: 'agent', peak: 5, at: AT + 5 },
      { day: '2026-03-02', feature: 'agent', peak: 1, seats: 10, at: AT + 1 },
      { day: '2026-03-02', feature: 'supervisor', peak: 1, at: AT },
    ])
    expect(await peaks.list('2026-03-03', '2026-03-09')).toEqual([])
  })
})

const WEBHOOKS: Readonly<Record<string, () => Promise<WebhookPositions>>> = {
  memory: async () => new MemoryWebhookPositions(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.webhook_position')
    return new PostgresWebhookPositions(database.store)
  },
}

describe.each(Object.entries(WEBHOOKS))('positions of webhooks in %s', (_driver, open) => {
  it('are moved by the newest term alone', async () => {
    const positions = await open()
    expect(await positions.claim('crm', 1, 7)).toEqual({ webhook: 'crm', sequence: 7, failures: 0 })
    const failing = { webhook: 'crm', sequence: 8, failures: 2, failingSince: AT, problem: 'no answer' }
    expect(await positions.save(failing, 1)).toBe(true)
    expect(await positions.claim('crm', 2, 99)).toEqual(failing)
    expect(await positions.save({ ...failing, sequence: 3 }, 1)).toBe(false)
    expect(await positions.claim('crm', 1, 1)).toBeUndefined()
    const well = { webhook: 'crm', sequence: 9, failures: 0, deliveredAt: AT, goneVersion: 4 }
    expect(await positions.save(well, 2)).toBe(true)
    await positions.remove('crm', 1)
    expect(await positions.list()).toEqual([well])
    await positions.remove('crm', 2)
    expect(await positions.list()).toEqual([])
    expect(await positions.save(well, 2)).toBe(false)
  })
})

const RECORDINGS: Readonly<Record<string, () => Promise<Recordings>>> = {
  memory: async () => new MemoryRecordings(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.recording')
    return new PostgresRecordings(database.store)
  },
}

describe.each(Object.entries(RECORDINGS))('the catalogue of recordings in %s', (_driver, open) => {
  let recordings: Recordings
  beforeEach(async () => {
    recordings = await open()
  })

  const entry = (n: number, more: Partial<RecordingEntry> = {}): RecordingEntry => ({
    id: `rec-${n}`,
    interaction: `ix-${n % 2}`,
    startedAt: AT + n,
    durationMs: 61_234,
    channels: 2,
    codec: 'pcma',
    state: 'recorded',
    attributes: { agent: 'Zoë "Z"' },
    ...more,
  })

  it('tells the same once, however often it is told', async () => {
    await recordings.upsert(entry(1))
    await recordings.upsert(entry(1))
    expect(await recordings.list()).toEqual([entry(1)])
    const stored = entry(1, { state: 'stored', blobKey: 'recordings/1.wav', sizeBytes: 5_000_000_000, sha256: 'ab' })
    await recordings.upsert(stored)
    expect(await recordings.get('rec-1')).toEqual(stored)
    expect(await recordings.get('rec-2')).toBeUndefined()
  })

  it('lists the newest first, by interaction, by state and in pages', async () => {
    for (const n of [1, 3, 2, 4]) await recordings.upsert(entry(n, n === 4 ? { state: 'stored' } : {}))
    const ids = async (query: Parameters<Recordings['list']>[0]) => (await recordings.list(query)).map(({ id }) => id)
    expect(await ids({})).toEqual(['rec-4', 'rec-3', 'rec-2', 'rec-1'])
    expect(await ids({ interaction: 'ix-0' })).toEqual(['rec-4', 'rec-2'])
    expect(await ids({ state: 'recorded', limit: 2 })).toEqual(['rec-3', 'rec-2'])
    expect(await ids({ startedBefore: AT + 3 })).toEqual(['rec-2', 'rec-1'])
  })
})

describe('migrations', () => {
  const list: MigrationList = {
    name: 'test',
    migrations: {
      '0001-first': { up: async (db) => void (await sql`create table tandem.first (n int)`.execute(db)) },
      '0002-second': { up: async (db) => void (await sql`create table tandem.second (n int)`.execute(db)) },
    },
  }

  it('run once when several processes start at the same time', async () => {
    const empty = await testDatabase({ lists: [] })
    const stores = await Promise.all([1, 2, 3].map(() => empty.connect()))
    await Promise.all(stores.map((store) => store.migrate([list])))
    const { rows } = await empty.store.pool.query('select name from tandem.migration_test order by name')
    expect(rows.map((row) => row.name)).toEqual(['0001-first', '0002-second'])
    await empty.close()
  })

  it('leave what a newer release has run as it is, and catch up on their own', async () => {
    const newer = await testDatabase({ lists: [list] })
    const older = await newer.connect()
    await older.migrate([{ name: 'test', migrations: { '0001-first': list.migrations['0001-first']! } }])
    await older.migrate([list])
    await newer.close()
  })

  it('say which one failed, and leave nothing of it', async () => {
    const broken: MigrationList = {
      name: 'broken',
      migrations: {
        '0001-halfway': {
          up: async (db) => {
            await sql`create table tandem.halfway (n int)`.execute(db)
            await sql`no such statement`.execute(db)
          },
        },
      },
    }
    await expect(database.store.migrate([broken])).rejects.toMatchObject({
      code: 'store.migration',
      fields: { list: 'broken/0001-halfway' },
    })
    const { rows } = await database.store.pool.query(`select to_regclass('tandem.halfway') as found`)
    expect(rows).toEqual([{ found: null }])
  })
})

describe('notices', () => {
  it('are heard again after the connection was cut, and the listener is woken for what it may have missed', async () => {
    const heard: string[] = []
    const ready = Promise.withResolvers<void>()
    const stop = database.store.notices.listen('tandem_test', () => {
      heard.push('woken')
      ready.resolve()
    })
    await ready.promise
    const before = heard.length
    await database.store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
    )
    await expect.poll(() => heard.length).toBeGreaterThan(before)
    const again = heard.length
    await database.store.pool.query(`select pg_notify('tandem_test', '')`)
    await expect.poll(() => heard.length).toBeGreaterThan(again)
    stop()
  })
})

const DRILLS: Readonly<Record<string, () => Promise<Drills>>> = {
  memory: async () => new MemoryDrills(),
  PostgreSQL: async () => {
    await database.store.pool.query('truncate tandem.drill')
    return new PostgresDrills(database.store)
  },
}

describe.each(Object.entries(DRILLS))('drills in %s', (_driver, open) => {
  let drills: Drills
  beforeEach(async () => {
    drills = await open()
  })
  const asked = {
    id: 'drill-1',
    askedAt: AT,
    askedBy: 'ann',
    node: 'node1',
    kill: 'core',
    calls: 2,
    number: '1',
  } as const
  const score = {
    ...{ standing: 3, waiting: 1, callsLost: 0, placesLost: 0, recordsLost: 0, testCalls: 2, testCallsLost: 0 },
    ...{ answeredMs: 120, secondsLost: 0.12, silenceMs: 9, terms: [1, 2] },
  }

  it('are given once, to the machine that is asked, one at a time', async () => {
    expect(await drills.ask(asked)).toBe(true)
    expect(await drills.ask({ ...asked, id: 'drill-2' })).toBe(false)
    expect(await drills.claim('node2')).toBeUndefined()
    expect(await drills.claim('node1')).toEqual({ ...asked, state: 'running' })
    expect(await drills.claim('node1')).toBeUndefined()
    expect(await drills.ask({ ...asked, id: 'drill-2' })).toBe(false)
  })

  it('keep their score, newest first', async () => {
    await drills.ask(asked)
    await drills.claim('node1')
    await drills.finish('drill-1', { score })
    await drills.ask({ ...asked, id: 'drill-2', askedAt: AT + 1 })
    await drills.finish('drill-2', { problem: 'no core' })
    expect(await drills.list(10)).toEqual([
      { ...asked, id: 'drill-2', askedAt: AT + 1, state: 'failed', problem: 'no core' },
      { ...asked, state: 'done', score },
    ])
    expect(await drills.list(1)).toHaveLength(1)
  })

  it('end when their supervisor died in them, so that the next can be made', async () => {
    await drills.ask(asked)
    await drills.claim('node1')
    await drills.abandon(AT)
    expect((await drills.list(1))[0]?.state).toBe('running')
    await drills.abandon(AT + 1)
    expect((await drills.list(1))[0]).toMatchObject({ state: 'failed' })
    expect(await drills.ask({ ...asked, id: 'drill-2' })).toBe(true)
  })
})
