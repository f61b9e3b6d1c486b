import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { History, JOURNAL_MIGRATIONS, type JournalEvent, type JournalTables } from '#engines/journal'
import { centreMachine } from '#kernel/centre'
import {
  figuresOf,
  figureValue,
  MEASURES,
  OBJECT_KINDS,
  type ObjectKind,
  type Sum,
  sumKey,
  termsOf,
} from '#kernel/statistics'
import { configurations, type FigureTable, liveTable } from '../simulation/figure-tables.ts'
import { NaiveFigures } from '../simulation/naive-figures.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { emptyJournal, journalBrokenly, journalOnce } from './journal-kit.ts'
import { randomStream } from './journal-stream.ts'

let database: TestDatabase
let db: Kysely<JournalTables>

beforeAll(async () => {
  database = await testDatabase({ lists: [JOURNAL_MIGRATIONS] })
  db = database.store.tables<JournalTables>()
})
afterAll(() => database?.close())
beforeEach(() => emptyJournal(db))

const QUARTER_MS = 900_000

/** Small enough that lists have several pages. */
const PAGE = 25

function historyAt(now: number): History {
  return new History(db, { ...systemClock, now: () => now })
}

/** What the journal's rows say, with what runs at that moment, in the form of the others. */
async function rowsTable(events: readonly JournalEvent[], now: number): Promise<FigureTable> {
  const from = Math.floor(events[0]!.at / QUARTER_MS) * QUARTER_MS
  const bounds = Array.from({ length: Math.ceil((now + 1 - from) / QUARTER_MS) + 1 }, (_, i) => from + i * QUARTER_MS)
  const table: Record<string, readonly [number, number, number]> = {}
  for (const kind of OBJECT_KINDS) {
    for (const { name, startAt, sums } of await historyAt(now).figureIntervals({ kind, bounds })) {
      for (const [measure, sum] of sums)
        table[`${kind} ${name} ${startAt} ${measure}`] = [sum.count, sum.ms, sum.longestMs]
    }
  }
  return table
}

/** A state that folded the events, and was thrown away and read from its own dump again and again. */
function foldWithCrashes(events: readonly JournalEvent[], every: number) {
  let state = centreMachine.initial()
  for (const [index, { event, at }] of events.entries()) {
    centreMachine.evolve(state, event, at)
    if (index % every === every - 1)
      state = centreMachine.restore(JSON.parse(JSON.stringify(centreMachine.dump(state))))
  }
  return state
}

/** Live figures begin where their memory does; what is older is the rows' alone. */
function since(table: FigureTable, from: (kind: ObjectKind) => number): FigureTable {
  const isKept = (key: string): boolean => {
    const [, kind, start] = /^(\S+) .* (\d+) \S+$/.exec(key)!
    return Number(start) >= from(kind as ObjectKind)
  }
  return Object.fromEntries(Object.entries(table).filter(([key]) => isKept(key)))
}

describe('figures', () => {
  it.each([41, 42, 43, 44, 45])(
    'STA-01 STA-03 STA-04 STA-07 are the same live, in the rows of a journal that died again and again, and worked out anew (seed %i)',
    async (seed) => {
      // On the last day all that can wait in a queue comes, on the others calls alone.
      const events = randomStream(seed, 900, seed === 45 ? 'all media' : 'calls')
      const now = events.at(-1)!.at + 5000
      await journalBrokenly(db, events, seed)
      const rows = await rowsTable(events, now)
      expect(rows).toEqual(new NaiveFigures(events, configurations(events), now).table())
      const live = foldWithCrashes(events, 50)
      const { kept } = live.statistics
      expect(liveTable(live, now)).toEqual(since(rows, (kind) => kept.from(kind)))
      expect(Object.keys(rows).length).toBeGreaterThan(500)
    },
  )

  it('STA-07 DAT-10 cut time at the borders of intervals, so that the parts add up to the whole', async () => {
    const events = randomStream(5, 1500)
    await journalOnce(db, events)
    const now = events.at(-1)!.at
    const { rows } = await sql<{ kept: string; spent: string }>`
      select (select sum(ms) from tandem.figure_interval where kind = 'agent' and measure in ('talk', 'hold', 'wrap-up')) as kept,
        (select sum(round(extract(epoch from ended_at - started_at) * 1000)) from tandem.figure_fact
          where measure in ('talk', 'hold', 'wrap-up')) as spent`.execute(db)
    expect(Number(rows[0]!.kept)).toBe(Number(rows[0]!.spent))
    expect(Number(rows[0]!.kept)).toBeGreaterThan(0)
    const begun = events[0]!.at
    const bounds = [Math.floor(begun / QUARTER_MS) * QUARTER_MS, Math.ceil((now + 1) / QUARTER_MS) * QUARTER_MS]
    const agents = await historyAt(now).figureIntervals({ kind: 'agent', bounds })
    for (const user of ['agent1', 'agent2', 'agent200', 'admin']) {
      const sums = agents.find(({ name }) => name === user)!.sums
      const statuses = [...sums].filter(([key]) => key.startsWith('status-') && !key.includes(':'))
      // Nobody logs off on such a day: every millisecond is one of some status.
      expect(
        statuses.reduce((ms, [, sum]) => ms + sum.ms, 0),
        user,
      ).toBe(now - begun)
    }
  })

  it('promise 11: each is worked out again from the list of what it counts, for every figure, object and span', async () => {
    const events = randomStream(7, 800)
    await journalOnce(db, events)
    const now = events.at(-1)!.at + 1000
    const history = historyAt(now)
    const begun = Math.floor(events[0]!.at / QUARTER_MS) * QUARTER_MS
    const middle = begun + 8 * QUARTER_MS
    const bounds = [begun, middle, Math.ceil((now + 1) / QUARTER_MS) * QUARTER_MS]
    let compared = 0
    for (const kind of OBJECT_KINDS) {
      const objects = await history.figureIntervals({ kind, bounds })
      for (const { name, startAt, sums } of objects.filter(
        ({ name }) => kind !== 'agent' || /^agent[12]$/.test(name),
      )) {
        const to = bounds[bounds.indexOf(startAt) + 1]!
        for (const figure of figuresOf(kind)) {
          const listed = await allCounted(history, { kind, name, from: startAt, to, terms: termsOf(figure) })
          expect(figureValue(figure, listed), `${kind} ${name} ${figure.name}`).toBe(figureValue(figure, sums))
          compared += listed.size > 0 ? 1 : 0
        }
      }
    }
    expect(compared).toBeGreaterThan(150)
  })
})

/** Reads the list page by page, and adds up what is on it. */
async function allCounted(
  history: History,
  query: Omit<Parameters<History['figureFacts']>[0], 'limit' | 'after'> & { readonly kind: ObjectKind },
): Promise<Map<string, Sum>> {
  const sums = new Map<string, Sum>()
  const put = (key: string, more: Sum): void => {
    const { count, ms, longestMs } = sums.get(key) ?? { count: 0, ms: 0, longestMs: 0 }
    sums.set(key, { count: count + more.count, ms: ms + more.ms, longestMs: Math.max(longestMs, more.longestMs) })
  }
  let after: { sequence: number; ordinal: number } | undefined
  for (;;) {
    const page = await history.figureFacts({ ...query, limit: PAGE, after })
    for (const { fact } of page) {
      const isTime = MEASURES[fact.measure].form === 'time'
      const ms = isTime ? Math.min(fact.at, query.to) - Math.max(fact.at - fact.ms, query.from) : fact.ms
      const sum = isTime ? { count: 0, ms, longestMs: 0 } : { count: 1, ms, longestMs: ms }
      put(fact.measure, sum)
      if (fact.detail !== undefined) put(sumKey(fact.measure, fact.detail), sum)
    }
    const last = page.at(-1)?.place
    if (page.length < PAGE || !last) return sums
    after = last
  }
}
