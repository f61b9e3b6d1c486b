import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { checkHistory, countHistory, History, JOURNAL_MIGRATIONS, type JournalTables } from '#engines/journal'
import { type TestDatabase, testDatabase } from './database.ts'
import {
  emptyJournal,
  journalBrokenly,
  journalContents,
  journalOnce,
  openJournal,
  Stream,
  until,
} from './journal-kit.ts'
import { randomStream, WRITTEN } from './journal-stream.ts'

let database: TestDatabase
let db: Kysely<JournalTables>

beforeAll(async () => {
  database = await testDatabase({ lists: [JOURNAL_MIGRATIONS] })
  db = database.store.tables<JournalTables>()
})
afterAll(() => database?.close())
beforeEach(() => emptyJournal(db))

/** How often each figure was counted for each medium. */
async function countsByMedium(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ what: string; count: number }>`
    select medium || ' ' || measure as what, count(*)::int as count from tandem.figure_fact where medium is not null group by 1`.execute(
    db,
  )
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]))
}

describe('the journal', () => {
  it('DAT-01 DAT-02 DAT-07 DAT-08 leaves rows that hold together, whatever the day was like', async () => {
    const events = randomStream(7, 1500)
    await journalOnce(db, events)
    expect(await checkHistory(db)).toEqual([])
    const closed = events.filter(({ event }) => event.type === 'InteractionClosed').length
    expect(closed).toBeGreaterThan(50)
    expect((await countHistory(db)).closed).toBe(closed)
  })

  it('is found out when a figure misses what it counts, or counts it twice', async () => {
    await journalOnce(db, randomStream(7, 600))
    await sql`delete from tandem.figure_fact where measure = 'answered' and ctid in (select ctid from tandem.figure_fact where measure = 'answered' limit 1)`.execute(
      db,
    )
    expect((await checkHistory(db)).join()).toMatch(
      /did not leave it in exactly one way.*support answered|sales answered/,
    )
    await emptyJournal(db)
    await journalOnce(db, randomStream(7, 600))
    const one = sql`ctid in (select ctid from tandem.figure_interval where kind = 'queue' and measure = 'offered' limit 1)`
    await sql`update tandem.figure_interval set count = count + 1 where ${one}`.execute(db)
    expect((await checkHistory(db)).join()).toMatch(/(support|sales) offered is a figure/)
  })

  it.each([11, 12, 13])(
    'DAT-11 STA-03 STA-04 promise 12: killed and retried at random, it leaves the same rows as one pass (seed %i)',
    async (seed) => {
      const events = randomStream(seed, 800)
      await journalOnce(db, events)
      const expected = await journalContents(db)
      await emptyJournal(db)
      await journalBrokenly(db, events, seed)
      expect(await journalContents(db)).toEqual(expected)
      expect(await checkHistory(db)).toEqual([])
    },
  )

  it('STA-04 counts chats, texts, mails, work items and callbacks through kills as it does calls: nothing is lost of any, or counted twice', async () => {
    const events = randomStream(14, 1200, 'all media')
    await journalOnce(db, events)
    const expected = await journalContents(db)
    const counted = await countsByMedium()
    for (const medium of ['voice', ...WRITTEN])
      for (const measure of medium === 'callback' ? ['offered', 'offer'] : ['offered', 'answered', 'handled'])
        expect(counted[`${medium} ${measure}`] ?? 0, `${medium} ${measure}`).toBeGreaterThan(0)
    await emptyJournal(db)
    await journalBrokenly(db, events, 14)
    expect(await countsByMedium()).toEqual(counted)
    expect(await journalContents(db)).toEqual(expected)
    expect(await checkHistory(db)).toEqual([])
  })

  it('DAT-11 counts each event once even when two journals of one term write at once', async () => {
    const events = randomStream(31, 600)
      .filter(({ event }) => !('interaction' in event))
      .map((entry, index) => ({ ...entry, sequence: index + 1 }))
    await journalOnce(db, events)
    const expected = await journalContents(db)
    await emptyJournal(db)
    const clock = { ...systemClock, after: (_: number, call: () => void) => systemClock.after(1, call) }
    const logs = [new Stream(events), new Stream(events)]
    const journals = logs.map((log) => openJournal(db, log, { batchEventsMax: 3, clock }))
    for (let shown = 2; shown < events.length; shown += 2) {
      for (const log of logs) log.grow(shown)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (const log of logs) log.grow()
    await until(() => journals.every((journal) => journal.position() === events.length))
    await Promise.all(journals.map((journal) => journal.close()))
    expect(await journalContents(db)).toEqual(expected)
  })

  it('refuses the journal of an older primary, and tells the log how far it may be cut (STA-17)', async () => {
    const log = new Stream(randomStream(3, 60))
    let fenced = false
    const older = openJournal(db, log, { term: 4, onFenced: () => (fenced = true) })
    log.grow(20)
    await until(() => older.position() === 20)
    const newer = openJournal(db, new Stream(log.events).grow(40), { term: 5 })
    await until(() => newer.position() === 40)
    log.grow(60)
    await until(() => fenced)
    expect(older.position()).toBe(20)
    expect(log.saved).toBe(20)
    await Promise.all([older.close(), newer.close()])
    expect(() => openJournal(db, log, { term: 4, onFenced: () => (fenced = true) })).not.toThrow()
  })

  it('DAT-05 STA-18 numbers what a new primary went on with, so that recovered ones are known', async () => {
    const events = randomStream(21, 200).map((entry) => ({ ...entry, term: 1 }))
    const middle = Math.floor(events.length / 2)
    await journalOnce(
      db,
      events.map((entry, index) => ({ ...entry, term: index < middle ? 1 : 2 })),
    )
    const { rows } = await sql<{ lived: boolean; seqno: number }>`
      select s.seqno, (select count(distinct term) > 1 from tandem.interaction_event e where e.interaction_id_key = s.interaction_id_key) as lived
      from tandem.interaction_summary s`.execute(db)
    expect(rows.some((row) => row.lived)).toBe(true)
    for (const row of rows) expect(row.seqno).toBe(row.lived ? 1 : 0)
    expect(await checkHistory(db)).toEqual([])
  })

  it('IR-20 promise 4: tells an interaction with its timeline, its segments and why (STA-13)', async () => {
    const events = randomStream(9, 600)
    await journalOnce(db, events)
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

  it('is held up by nothing that somebody typed or sent: what no column takes is replaced (STA-17)', async () => {
    const events = randomStream(9, 300).map((one) => {
      const { event } = one
      return event.type === 'InteractionCreated'
        ? { ...one, event: { ...event, from: `${event.from}\0\uD800 👩‍👩‍👧` } }
        : one
    })
    await journalOnce(db, events)
    expect(await checkHistory(db)).toEqual([])
    const history = new History(db, systemClock)
    const [first] = await history.list({ limit: 1 })
    const detail = await history.interaction(first!.interactionIdKey)
    expect(detail!.timeline[0]!.event).toMatchObject({ from: expect.stringMatching(/\uFFFD\uFFFD 👩‍👩‍👧$/) })
  })

  it('pages through closed interactions without leaving one out', async () => {
    await journalOnce(db, randomStream(17, 900))
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

  it('waits while the database is away and goes on when it is back (STA-17)', async () => {
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
    const journal = openJournal(failing, new Stream(events).grow(), { clock })
    await until(() => retries > 3)
    expect(journal.position()).toBe(0)
    away = false
    await until(() => journal.position() === events.length)
    await journal.close()
    expect(await checkHistory(db)).toEqual([])
  })
})
