import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import {
  checkHistory,
  countHistory,
  History,
  JOURNAL_MIGRATIONS,
  Journal,
  type JournalEvent,
  type JournalOptions,
  type JournalTables,
} from '#engines/journal'
import type { CentreEvent } from '#kernel/centre'
import type { LogRecord } from '#seams/log'
import { type TestDatabase, testDatabase } from './database.ts'
import { random, randomStream } from './journal-stream.ts'

const TABLES = [
  'interaction_summary',
  'interaction_segment',
  'interaction_participant',
  'interaction_event',
  'interaction_wrapup',
  'interaction_recording',
  'queue_interval',
  'agent_interval',
  'journal_open',
  'journal_agent',
  'journal_configuration',
  'journal_position',
]

/** A log of its own for each test; `grow` shows more of it to the journal. */
class Stream {
  readonly events: readonly JournalEvent[]
  #shown = 0
  #wake: () => void = () => {}
  saved = 0

  constructor(events: readonly JournalEvent[]) {
    this.events = events
  }

  grow(to = this.events.length): this {
    this.#shown = to
    this.#wake()
    return this
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const shown = this.events.slice(after, Math.min(this.#shown, after + limit))
    return shown.map(({ event, ...record }) => ({ ...record, body: JSON.stringify(event) }))
  }

  follow(wake: () => void): () => void {
    this.#wake = wake
    return () => {}
  }

  async savePosition(_: string, sequence: number): Promise<void> {
    this.saved = sequence
  }
}

let database: TestDatabase
let db: Kysely<JournalTables>

beforeAll(async () => {
  database = await testDatabase({ lists: [JOURNAL_MIGRATIONS] })
  db = database.store.tables<JournalTables>()
})
afterAll(() => database?.close())
beforeEach(() => empty())

async function empty(): Promise<void> {
  for (const table of TABLES.slice(0, -1)) await sql.raw(`truncate tandem.${table}`).execute(db)
  await sql`update tandem.journal_position set sequence = 0, term = 0`.execute(db)
}

function open(log: Stream, options: Partial<JournalOptions> = {}): Journal {
  return new Journal({
    db,
    log,
    decode: (record) => JSON.parse(record.body) as CentreEvent,
    term: 1,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function contents(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const table of TABLES) {
    const { rows } = await sql<{
      row: unknown
    }>`select to_jsonb(t) as row from ${sql.raw(`tandem.${table}`)} t`.execute(db)
    all[table] = rows.map(({ row }) => JSON.stringify({ ...(row as object), term: undefined })).sort()
  }
  return all
}

async function onePass(events: readonly JournalEvent[]): Promise<void> {
  const journal = open(new Stream(events).grow(), { term: 1_000_000 })
  await until(() => journal.position() === events.length)
  await journal.close()
}

/** A connection that fails at random: before a transaction, or after its commit, when the answer is lost. */
function unreliable(next: () => number, share: number): Kysely<JournalTables> {
  const fail = (): void => {
    if (next() < share) throw new Error('the connection is gone')
  }
  const guard = <B extends { execute<T>(work: (t: never) => Promise<T>): Promise<T> }>(builder: B) => ({
    execute: async <T>(work: (t: never) => Promise<T>): Promise<T> => {
      fail()
      const result = await builder.execute(work)
      fail()
      return result
    },
    setIsolationLevel: () => builder,
  })
  return new Proxy(db, {
    get: (target, name) => {
      if (name === 'transaction') return () => guard(target.transaction() as never)
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('the journal', () => {
  it('DAT-01 DAT-02 DAT-07 DAT-08 leaves rows that hold together, whatever the day was like', async () => {
    const events = randomStream(7, 1500)
    await onePass(events)
    expect(await checkHistory(db)).toEqual([])
    const closed = events.filter(({ event }) => event.type === 'InteractionClosed').length
    expect(closed).toBeGreaterThan(50)
    expect((await countHistory(db)).closed).toBe(closed)
  })

  it.each([11, 12, 13])(
    'DAT-11 STA-03 STA-04 promise 12: killed and retried at random, it leaves the same rows as one pass (seed %i)',
    async (seed) => {
      const events = randomStream(seed, 800)
      await onePass(events)
      const expected = await contents()
      for (const table of TABLES.slice(0, -1)) await sql.raw(`truncate tandem.${table}`).execute(db)
      await sql`update tandem.journal_position set sequence = 0, term = 0`.execute(db)

      const next = random(seed)
      const log = new Stream(events)
      let position = 0
      for (let term = 1; position < events.length; term++) {
        log.grow(Math.min(events.length, position + 1 + Math.floor(next() * 300)))
        const journal = open(log, {
          db: unreliable(next, 0.2),
          term,
          batchEventsMax: 1 + Math.floor(next() * 60),
          clock: { ...systemClock, after: (_, call) => systemClock.after(0, call) },
        })
        const steps = Math.floor(next() * 12)
        for (let step = 0; step < steps; step++) await new Promise((resolve) => setTimeout(resolve, 1))
        await journal.close()
        position = Number(
          (await sql<{ sequence: string }>`select sequence from tandem.journal_position`.execute(db)).rows[0]!.sequence,
        )
      }
      expect(await contents()).toEqual(expected)
      expect(await checkHistory(db)).toEqual([])
    },
  )

  it('DAT-11 counts each event once even when two journals of one term write at once', async () => {
    const events = randomStream(31, 600)
      .filter(({ event }) => !('interaction' in event))
      .map((entry, index) => ({ ...entry, sequence: index + 1 }))
    await onePass(events)
    const expected = await contents()
    await empty()
    const clock = { ...systemClock, after: (_: number, call: () => void) => systemClock.after(1, call) }
    const logs = [new Stream(events), new Stream(events)]
    const journals = logs.map((log) => open(log, { batchEventsMax: 3, clock }))
    for (let shown = 2; shown < events.length; shown += 2) {
      for (const log of logs) log.grow(shown)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (const log of logs) log.grow()
    await until(() => journals.every((journal) => journal.position() === events.length))
    await Promise.all(journals.map((journal) => journal.close()))
    expect(await contents()).toEqual(expected)
  })

  it('refuses the journal of an older primary, and tells the log how far it may be cut', async () => {
    const log = new Stream(randomStream(3, 60))
    let fenced = false
    const older = open(log, { term: 4, onFenced: () => (fenced = true) })
    log.grow(20)
    await until(() => older.position() === 20)
    const newer = open(new Stream(log.events).grow(40), { term: 5 })
    await until(() => newer.position() === 40)
    log.grow(60)
    await until(() => fenced)
    expect(older.position()).toBe(20)
    expect(log.saved).toBe(20)
    await Promise.all([older.close(), newer.close()])
    expect(() => open(log, { term: 4, onFenced: () => (fenced = true) })).not.toThrow()
  })

  it('DAT-05 STA-18 numbers what a new primary went on with, so that recovered ones are known', async () => {
    const events = randomStream(21, 200).map((entry) => ({ ...entry, term: 1 }))
    const middle = Math.floor(events.length / 2)
    await onePass(events.map((entry, index) => ({ ...entry, term: index < middle ? 1 : 2 })))
    const { rows } = await sql<{ lived: boolean; seqno: number }>`
      select s.seqno, (select count(distinct term) > 1 from tandem.interaction_event e where e.interaction_id_key = s.interaction_id_key) as lived
      from tandem.interaction_summary s`.execute(db)
    expect(rows.some((row) => row.lived)).toBe(true)
    for (const row of rows) expect(row.seqno).toBe(row.lived ? 1 : 0)
    expect(await checkHistory(db)).toEqual([])
  })

  it('DAT-10 STA-07 cuts time at the borders of intervals, so that the parts add up to the whole', async () => {
    const events = randomStream(5, 1500)
    await onePass(events)
    const { rows } = await sql<{ kept: string; spent: string }>`
      select (select coalesce(sum(talk_ms + hold_ms), 0) from tandem.queue_interval) as kept,
        (select coalesce(sum(round(extract(epoch from ended_at - started_at) * 1000)), 0) from tandem.interaction_segment
          where queue is not null and kind in ('talk', 'hold')) as spent`.execute(db)
    expect(Number(rows[0]!.kept)).toBe(Number(rows[0]!.spent))
    const now = events.at(-1)!.at
    const history = new History(db, { ...systemClock, now: () => now })
    const agents = await history.agentIntervals(0, now + 1)
    const begun = events[0]!.at
    const total = new Map<string, number>()
    for (const { agent, statusMs } of agents) {
      for (const ms of Object.values(statusMs)) total.set(agent, (total.get(agent) ?? 0) + ms)
    }
    for (const user of ['agent1', 'agent2', 'agent200', 'admin']) expect(total.get(user)).toBe(now - begun)
  })

  it('IR-20 promise 4: tells an interaction with its timeline, its segments and why', async () => {
    const events = randomStream(9, 600)
    await onePass(events)
    const history = new History(db, systemClock)
    const answered = (await history.list({ limit: 200 })).filter((one) => one.talkMs > 0)
    expect(answered.length).toBeGreaterThan(0)
    for (const { interactionIdKey: id } of answered) {
      const detail = await history.interaction(id)
      const own = events.filter(({ event }) => 'interaction' in event && event.interaction === id)
      expect(detail!.timeline.map(({ sequence, at }) => [sequence, at])).toEqual(
        own.map(({ sequence, at }) => [sequence, at]),
      )
      expect(detail!.timeline.map(({ event }) => event)).toEqual(own.map(({ event }) => event))
    }
  })

  it('pages through closed interactions without leaving one out', async () => {
    await onePass(randomStream(17, 900))
    const history = new History(db, systemClock)
    const all = await history.list({ limit: 1000 })
    const paged: (typeof all)[number][] = []
    for (;;) {
      const last = paged.at(-1)
      const page = await history.list({
        limit: 7,
        ...(last ? { after: { createdAt: last.createdAt, id: last.interactionIdKey } } : {}),
      })
      paged.push(...page)
      if (page.length < 7) break
    }
    expect(paged).toEqual(all)
    const sales = await history.list({ limit: 1000, queue: 'sales' })
    expect(sales).toEqual(all.filter((one) => one.queue === 'sales'))
    const own = await history.list({ limit: 1000, agent: 'agent1' })
    expect(own.length).toBeGreaterThan(0)
    expect(own.length).toBeLessThan(all.length)
  })

  it('waits while the database is away and goes on when it is back', async () => {
    const events = randomStream(2, 200)
    let away = true
    const failing = new Proxy(db, {
      get: (target, name) => {
        if (away) throw new Error('away')
        const value = Reflect.get(target, name, target) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    let retries = 0
    const clock = {
      ...systemClock,
      after: (delayMs: number, call: () => void) => {
        retries += delayMs < 1000 ? 1 : 0
        return systemClock.after(1, call)
      },
    }
    const journal = open(new Stream(events).grow(), { db: failing, clock })
    await until(() => retries > 3)
    expect(journal.position()).toBe(0)
    away = false
    await until(() => journal.position() === events.length)
    await journal.close()
    expect(await checkHistory(db)).toEqual([])
  })
})
