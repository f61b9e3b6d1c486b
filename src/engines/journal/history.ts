import { type Kysely, sql } from 'kysely'
import type { Clock, Millis } from '#base'
import type { CentreEvent } from '#kernel/centre'
import type { InteractionSummary, Participant, SummaryQuery } from '#kernel/interaction'
import type { RoomLine } from '#kernel/room'
import { JOURNAL_ERRORS } from './errors.ts'
import { type AlertQuery, type PastAlert, readAlerts } from './read-alerts.ts'
import { type RecordedDayRows, readDay } from './read-day.ts'
import { EXTRACTS, type ExtractQuery, type ExtractValue, readExtract } from './read-extract.ts'
import {
  type FactQuery,
  type FigureInterval,
  type FigureSpan,
  type PlacedFact,
  type QueueAim,
  readAims,
  readFacts,
  readIntervals,
} from './read-figures.ts'
import { type RoomLinesQuery, readRoomLines } from './read-rooms.ts'
import { readThread, type ThreadQuery } from './read-thread.ts'
import { type ConfigurationVersion, readChangesUpTo, readVersions, type VersionQuery } from './read-versions.ts'
import { summaryOf } from './summary.ts'
import type { JournalTables } from './tables.ts'
import { readPosition } from './write.ts'

/** How often the position is looked at while somebody waits for it. */
const REACHED_POLL_MS = 15
/** A work of days has a few thousand events; a page could not show more. */
const TIMELINE_MAX = 5000

/** Reads history, on the primary and on backups alike. Fails with `journal.unreachable` while the database is away. */
export class History {
  readonly #db: Kysely<JournalTables>
  readonly #clock: Clock

  constructor(db: Kysely<JournalTables>, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Waits until history holds the event, at most this long; false when it does not yet. */
  reached(sequence: number, waitMs: Millis): Promise<boolean> {
    const end = this.#clock.monotonic() + waitMs
    return reading(async () => {
      while ((await readPosition(this.#db)).sequence < sequence) {
        if (this.#clock.monotonic() >= end) return false
        await new Promise<void>((resolve) => this.#clock.after(REACHED_POLL_MS, resolve))
      }
      return true
    })
  }

  /** All that is known of an interaction; undefined when it never was, or nothing of it is written yet. */
  interaction(id: string) {
    return reading(async () => {
      const timeline = await this.#timeline(id)
      if (timeline.length === 0) return undefined
      const [summary, segments, participants, recordings, wrapUpCodes] = await Promise.all([
        this.#summaries().where('interaction_id_key', '=', id).executeTakeFirst(),
        this.#segments(id),
        this.#participants(id),
        this.#recordings(id),
        this.#wrapUpCodes(id),
      ])
      // A new primary's events have a new term: how many there are says how many takeovers it lived through (DAT-05).
      const seqno = new Set(timeline.map(({ term }) => term)).size - 1
      return {
        seqno,
        summary: summary && summaryOf(summary),
        segments,
        participants,
        recordings,
        wrapUpCodes,
        timeline,
      }
    })
  }

  /** A page of closed interactions, newest first. */
  list({ queue, agent, number, from, to, limit, after }: SummaryQuery): Promise<readonly InteractionSummary[]> {
    let select = this.#summaries().orderBy('created_at', 'desc').orderBy('interaction_id_key', 'desc').limit(limit)
    if (queue !== undefined) select = select.where('queue', '=', queue)
    if (agent !== undefined) {
      select = select.where(
        sql<boolean>`exists (select from tandem.interaction_participant p where p.agent = ${agent} and p.interaction_id_key = interaction_summary.interaction_id_key)`,
      )
    }
    if (number !== undefined) {
      const pattern = `%${number}%`
      select = select.where((row) => row.or([row('from_address', 'like', pattern), row('to_address', 'like', pattern)]))
    }
    if (from !== undefined) select = select.where('created_at', '>=', new Date(from))
    if (to !== undefined) select = select.where('created_at', '<', new Date(to))
    if (after) {
      select = select.where(
        sql<boolean>`(created_at, interaction_id_key) < (${new Date(after.createdAt)}, ${after.id})`,
      )
    }
    return reading(async () => (await select.execute()).map(summaryOf))
  }

  /** Closed contacts of whoever has one of these addresses, newest first, with what was said and written down. */
  thread(query: ThreadQuery) {
    return reading(() => readThread(this.#db, query))
  }

  /** Sums by interval and object, running stretches counted up to now. */
  figureIntervals(span: FigureSpan): Promise<readonly FigureInterval[]> {
    return reading(() => readIntervals(this.#db, span, this.#clock.now()))
  }

  /** The facts that a figure counts, a page of them. */
  figureFacts(query: FactQuery): Promise<readonly PlacedFact[]> {
    return reading(() => readFacts(this.#db, query, this.#clock.now()))
  }

  /** The flat tables that there are. */
  readonly extracts = EXTRACTS

  /** All rows of a flat table in a stretch of time, in pages. */
  async *extract(query: ExtractQuery): AsyncGenerator<readonly (readonly ExtractValue[])[], void, undefined> {
    const pages = readExtract(this.#db, query)
    for (;;) {
      const page = await reading(() => pages.next())
      if (page.done) return
      yield page.value
    }
  }

  /** What queues have aimed at, each queue's in the order of time. */
  queueAims(): Promise<readonly QueueAim[]> {
    return reading(() => readAims(this.#db))
  }

  /** What happened in queues in a stretch of time, as a replay needs it; calls that still run are left out. `most`: at most so many, and one more. */
  recordedDay(from: Millis, to: Millis, most: number): Promise<RecordedDayRows> {
    return reading(() => readDay(this.#db, { from, to, now: this.#clock.now(), contactsMax: most }))
  }

  /** A page of the configuration's versions, newest first. */
  configurationVersions(query: VersionQuery): Promise<readonly ConfigurationVersion[]> {
    return reading(() => readVersions(this.#db, query))
  }

  /** Every version of the configuration up to one, oldest first. */
  configurationUpTo(version: number): Promise<readonly ConfigurationVersion[]> {
    return reading(() => readChangesUpTo(this.#db, version))
  }

  /** A page of alerts, newest first, each with what happened to it. */
  alerts(query: AlertQuery): Promise<readonly PastAlert[]> {
    return reading(() => readAlerts(this.#db, query))
  }

  /** A page of what was written in a room, newest first. */
  roomLines(query: RoomLinesQuery): Promise<readonly RoomLine[]> {
    return reading(() => readRoomLines(this.#db, query))
  }

  #summaries() {
    return this.#db.selectFrom('tandem.interaction_summary').selectAll()
  }

  async #timeline(id: string) {
    const rows = await this.#db
      .selectFrom('tandem.interaction_event')
      .select(['sequence', 'term', 'at', 'type', 'details', 'why'])
      .where('interaction_id_key', '=', id)
      .orderBy('sequence')
      .limit(TIMELINE_MAX)
      .execute()
    return rows.map(({ sequence, term, at, type, details, why }) => ({
      sequence: Number(sequence),
      term: Number(term),
      at: at.getTime(),
      event: { type, interaction: id, ...details, ...(why === null ? {} : { why }) } as unknown as CentreEvent,
    }))
  }

  async #segments(id: string) {
    const rows = await this.#db
      .selectFrom('tandem.interaction_segment')
      .selectAll()
      .where('interaction_id_key', '=', id)
      .orderBy('ordinal')
      .execute()
    return rows.map(({ kind, started_at, ended_at, queue, agent }) => ({
      ...{ kind, queue, agent },
      startedAt: started_at.getTime(),
      endedAt: ended_at.getTime(),
    }))
  }

  async #participants(id: string): Promise<readonly Participant[]> {
    const rows = await this.#db
      .selectFrom('tandem.interaction_participant')
      .selectAll()
      .where('interaction_id_key', '=', id)
      .orderBy('joined_at')
      .orderBy('participant')
      .execute()
    return rows.map((row) => ({
      id: row.participant,
      kind: row.kind,
      ...(row.agent === null ? {} : { user: row.agent }),
      address: row.address,
      ...(row.display_name === null ? {} : { displayName: row.display_name }),
      connection: row.connection,
      since: row.left_at.getTime(),
    }))
  }

  async #recordings(id: string): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('tandem.interaction_recording')
      .select('recording')
      .where('interaction_id_key', '=', id)
      .orderBy('started_at')
      .execute()
    return rows.map((row) => row.recording)
  }

  async #wrapUpCodes(id: string): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('tandem.interaction_wrapup')
      .select('code')
      .where('interaction_id_key', '=', id)
      .where('code', 'is not', null)
      .orderBy('ended_at')
      .execute()
    return rows.flatMap((row) => row.code ?? [])
  }
}

/** What the driver throws says nothing to a caller: the database is away, as far as they are concerned. */
async function reading<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    throw JOURNAL_ERRORS['journal.unreachable'](
      { reason: error instanceof Error ? error.message : String(error) },
      error,
    )
  }
}
