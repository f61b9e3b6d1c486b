import { type Kysely, sql } from 'kysely'
import type { Millis } from '#base'
import { presencesOf, type ServedRow, type StatusRow } from './recorded-presence.ts'
import { type OffersOf, type TimelineRow, type WaitRow, waitsOf } from './recorded-waits.ts'
import type { JournalTables, KeptAgent } from './tables.ts'

/** A stretch of time as it was recorded: what a replay needs (promise 5). */
export interface RecordedDayRows {
  readonly from: Millis
  readonly to: Millis
  readonly waits: readonly WaitRow[]
  readonly presences: readonly { readonly user: string; readonly from: Millis; readonly to: Millis }[]
  readonly offers: Readonly<Record<string, Readonly<OffersOf>>>
}

/** No call lasts longer from its arrival to its place in a queue; what is older is not looked for. */
const BEFORE_MS = 12 * 3_600_000

/** Rows read at once; a timeline has some ten. */
const TIMELINES_AT_ONCE = 2_000

/** Reads what happened in queues from `from` (included) to `to` (not included), by the moment of entering; calls that still run are left out. */
export async function readDay(
  db: Kysely<JournalTables>,
  { from, to, now, contactsMax }: { from: Millis; to: Millis; now: Millis; contactsMax: number },
): Promise<RecordedDayRows> {
  const ids = await interactionsOf(db, { from, to, most: contactsMax + 1 })
  const offers = new Map<string, OffersOf>()
  const waits: WaitRow[] = []
  const served: ServedRow[] = []
  for (let at = 0; at < ids.length; at += TIMELINES_AT_ONCE) {
    const rows = await timelines(db, ids.slice(at, at + TIMELINES_AT_ONCE))
    for (const timeline of Map.groupBy(rows, ({ interaction }) => interaction).values()) {
      const found = waitsOf(timeline, offers)
      waits.push(...found.filter(({ enteredAt }) => enteredAt >= from && enteredAt < to))
      served.push(...found.flatMap(servedOf))
    }
  }
  const statuses = await readStatuses(db, { from, to: Math.min(to, now) })
  return {
    from,
    to,
    waits: waits.sort((a, b) => a.enteredAt - b.enteredAt),
    presences: presencesOf(statuses, served),
    offers: Object.fromEntries(offers),
  }
}

function servedOf({ agent, enteredAt, waitedMs, talkMs }: WaitRow): readonly ServedRow[] {
  if (agent === undefined) return []
  const from = enteredAt + waitedMs
  return [{ agent, from, to: from + (talkMs ?? 0) }]
}

async function interactionsOf(
  db: Kysely<JournalTables>,
  { from, to, most }: { from: Millis; to: Millis; most: number },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('tandem.interaction_summary')
    .select('interaction_id_key')
    .where('created_at', '>=', new Date(from - BEFORE_MS))
    .where('created_at', '<', new Date(to))
    .where('queued_at', 'is not', null)
    .where('medium', '=', 'voice')
    .where('closed_at', '>=', new Date(from))
    .orderBy('created_at')
    .limit(most)
    .execute()
  return rows.map((row) => row.interaction_id_key)
}

async function timelines(db: Kysely<JournalTables>, ids: readonly string[]): Promise<readonly TimelineRow[]> {
  const { rows } = await sql<Omit<TimelineRow, 'at'> & { at: Date }>`
    select interaction_id_key as interaction, at, type,
      case when type = 'Offered' then details->'participant'->>'id' else details->>'participant' end as participant,
      details->>'user' as "user", details->>'queue' as queue,
      (details->>'priority')::float8 as priority, (details->>'until')::float8 as until, details->>'reason' as reason
    from tandem.interaction_event
    where interaction_id_key = any(${ids}) and type = any(${TYPES})
    order by interaction_id_key, sequence`.execute(db)
  return rows.map((row) => ({ ...row, at: row.at.getTime() }))
}

/** What {@link waitsOf} reads. */
const TYPES = [
  'Queued',
  'StepEntered',
  'Offered',
  'OfferEnded',
  'ParticipantConnected',
  'ParticipantCleared',
  'WrapUpStarted',
  'WrapUpEnded',
  'InteractionClosed',
]

/** Stretches of status that overlap the time, cut to it; those that still last included. Who is logged off has none. */
async function readStatuses(
  db: Kysely<JournalTables>,
  { from, to }: { from: Millis; to: Millis },
): Promise<readonly StatusRow[]> {
  const rows = await db
    .selectFrom('tandem.figure_fact')
    .select(['agent', 'measure', 'started_at', 'ended_at'])
    .where('measure', 'like', `${STATUS}%`)
    .where('ended_at', '>', new Date(from))
    .where('started_at', '<', new Date(to))
    .execute()
  const lasting = await db.selectFrom('tandem.journal_agent').selectAll().execute()
  return [
    ...rows.map(({ agent, measure, started_at, ended_at }) => ({
      agent: agent ?? '',
      status: measure.slice(STATUS.length),
      from: Math.max(from, started_at.getTime()),
      to: Math.min(to, ended_at.getTime()),
    })),
    ...lasting.flatMap(({ agent, body }) => {
      const { figures } = body as KeptAgent
      if (!figures || figures.since >= to) return []
      return [{ agent, status: figures.status, from: Math.max(from, figures.since), to }]
    }),
  ]
}

/** How the measures of an agent's statuses begin. */
const STATUS = 'status-'
