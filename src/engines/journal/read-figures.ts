import { type Kysely, sql } from 'kysely'
import type { Millis } from '#base'
import {
  addSum,
  type Fact,
  MEASURES,
  type Measure,
  type ObjectKind,
  objectsOf,
  partsOf,
  partsOfTerm,
  runningOfAgent,
  runningOfContact,
  type Sum,
  sumKey,
  type Term,
} from '#kernel/statistics'
import type { JournalTables, KeptAgent, KeptInteraction } from './tables.ts'

/** Sums of one object from one bound to the next. */
export interface FigureInterval {
  readonly name: string
  readonly startAt: Millis
  readonly sums: Map<string, Sum>
}

/** Which sums are asked for: of the objects of a kind, or of one, from each bound to the next. Bounds begin kept intervals and rise. */
export interface FigureSpan {
  readonly kind: ObjectKind
  readonly name?: string | undefined
  readonly bounds: readonly Millis[]
}

/** A fact with its place: its event's number, then its own among those of the event; null for one that still goes on. */
export interface PlacedFact {
  readonly place: { readonly sequence: number; readonly ordinal: number } | null
  readonly fact: Fact
}

/** Which facts are asked for: those of one object that have one of the terms and count between the two moments. */
export interface FactQuery {
  readonly kind: ObjectKind
  readonly name: string
  readonly from: Millis
  readonly to: Millis
  readonly terms: readonly Term[]
  readonly limit: number
  readonly after?: { readonly sequence: number; readonly ordinal: number } | undefined
}

/** The kept sums, and what runs at this moment: a talk of an hour is seen while it lasts. The database adds up. */
export async function readIntervals(
  db: Kysely<JournalTables>,
  { kind, name, bounds }: FigureSpan,
  now: Millis,
): Promise<readonly FigureInterval[]> {
  const [from = 0, to = 0] = [bounds[0], bounds.at(-1)]
  const one = name === undefined ? sql`` : sql`and name = ${name}`
  const { rows } = await sql<KeptRow>`
    select name, width_bucket(started_at, ${bounds.map((bound) => new Date(bound))}::timestamptz[]) as bucket, measure,
      sum(count) as count, sum(ms) as ms, max(longest_ms) as longest_ms
    from tandem.figure_interval
    where kind = ${kind} and started_at >= ${new Date(from)} and started_at < ${new Date(to)} ${one}
    group by 1, 2, 3`.execute(db)
  const found = new Found()
  for (const row of rows) {
    const sum = { count: Number(row.count), ms: Number(row.ms), longestMs: Number(row.longest_ms) }
    found.add(row.name, bounds[row.bucket - 1]!, row.measure, sum)
  }
  for (const fact of now > from ? await runningFacts(db, now) : []) {
    for (const [, object] of objectsOf(fact).filter(([of, its]) => of === kind && (name ?? its) === its)) {
      for (const { startAt, sum } of partsOf(fact, from)) {
        if (startAt < from || startAt >= to) continue
        const bound = bounds[bounds.findLastIndex((start) => start <= startAt)]!
        found.add(object, bound, fact.measure, sum)
        if (fact.detail !== undefined) found.add(object, bound, sumKey(fact.measure, fact.detail), sum)
      }
    }
  }
  return found.sorted()
}

interface KeptRow {
  readonly name: string
  readonly bucket: number
  readonly measure: string
  readonly count: string
  readonly ms: string
  readonly longest_ms: string
}

/** Sums by bound and object. */
class Found {
  readonly #entries = new Map<string, FigureInterval>()

  add(name: string, startAt: Millis, measure: string, sum: Sum): void {
    const key = `${startAt} ${name}`
    let entry = this.#entries.get(key)
    if (!entry) this.#entries.set(key, (entry = { name, startAt, sums: new Map() }))
    entry.sums.set(measure, addSum(entry.sums.get(measure), sum))
  }

  sorted(): readonly FigureInterval[] {
    return [...this.#entries.values()].sort((a, b) => a.startAt - b.startAt || (a.name < b.name ? -1 : 1))
  }
}

const COLUMNS = { queue: 'queue', line: 'line', agent: 'agent' } as const

/** A page of facts in the order of the log; those that still go on follow after the last page, all at once. */
export async function readFacts(
  db: Kysely<JournalTables>,
  query: FactQuery,
  now: Millis,
): Promise<readonly PlacedFact[]> {
  const { kind, name, from, to, terms, limit, after } = query
  const own =
    kind === 'skill' ? sql<boolean>`skills @> array[${name}]` : sql<boolean>`${sql.ref(COLUMNS[kind])} = ${name}`
  const wanted = terms.map(partsOfTerm).map(({ measure, detail }) => {
    const part = detail === undefined ? sql<boolean>`true` : sql<boolean>`detail = ${detail}`
    const when =
      MEASURES[measure].form === 'time'
        ? sql<boolean>`ended_at > ${new Date(from)} and started_at < ${new Date(to)}`
        : sql<boolean>`ended_at >= ${new Date(from)} and ended_at < ${new Date(to)}`
    return sql<boolean>`(measure = ${measure} and ${part} and ${when})`
  })
  let select = db
    .selectFrom('tandem.figure_fact')
    .selectAll()
    .where(own)
    .where('ended_at', '>=', new Date(from))
    .where(sql<boolean>`(${sql.join(wanted, sql` or `)})`)
    .orderBy('sequence')
    .orderBy('ordinal')
    .limit(limit)
  if (after) select = select.where(sql<boolean>`(sequence, ordinal) > (${after.sequence}, ${after.ordinal})`)
  const placed = (await select.execute()).map(placedFact)
  if (placed.length === limit || now <= from) return placed
  const running = (await runningFacts(db, now)).filter((fact) => countsIn(fact, query))
  return [...placed, ...running.map((fact) => ({ place: null, fact }))]
}

function countsIn(fact: Fact, { kind, name, to, terms }: FactQuery): boolean {
  return (
    fact.at - fact.ms < to &&
    terms.some((term) => term === fact.measure || term === sumKey(fact.measure, fact.detail)) &&
    objectsOf(fact).some(([of, its]) => of === kind && its === name)
  )
}

function placedFact(row: JournalTables['tandem.figure_fact']): PlacedFact {
  const at = row.ended_at.getTime()
  const fact = {
    ...{ measure: row.measure as Measure, detail: row.detail ?? undefined, at, ms: at - row.started_at.getTime() },
    ...{ interaction: row.interaction_id_key ?? undefined, medium: (row.medium as Fact['medium']) ?? undefined },
    ...{ queue: row.queue ?? undefined, skills: row.skills ?? undefined },
    ...{ line: row.line ?? undefined, agent: row.agent ?? undefined },
  }
  return { place: { sequence: Number(row.sequence), ordinal: row.ordinal }, fact }
}

/** All that has begun and not ended, as if it ended now. */
async function runningFacts(db: Kysely<JournalTables>, now: Millis): Promise<readonly Fact[]> {
  const agents = await db.selectFrom('tandem.journal_agent').selectAll().execute()
  const open = await db.selectFrom('tandem.journal_open').selectAll().execute()
  return [
    ...agents.flatMap(({ agent, body }) => {
      const { figures } = body as KeptAgent
      return figures ? runningOfAgent(agent, figures, now) : []
    }),
    ...open.flatMap(({ interaction_id_key: id, body }) => {
      const { figures } = body as KeptInteraction
      return figures ? runningOfContact(id, figures, now) : []
    }),
  ]
}

/** What a queue aimed at from a moment on. */
export interface QueueAim {
  readonly queue: string
  readonly since: Millis
  readonly definition: string
  readonly percent: number
  readonly withinMs: Millis
  readonly shortAbandonMs: Millis
}

/** What queues have aimed at, each queue's in the order of time. */
export async function readAims(db: Kysely<JournalTables>): Promise<readonly QueueAim[]> {
  const rows = await db.selectFrom('tandem.queue_aim').selectAll().orderBy('queue').orderBy('sequence').execute()
  return rows.map((row) => ({
    queue: row.queue,
    since: row.since_at.getTime(),
    definition: row.definition,
    percent: row.percent,
    withinMs: Number(row.within_ms),
    shortAbandonMs: Number(row.short_abandon_ms),
  }))
}
