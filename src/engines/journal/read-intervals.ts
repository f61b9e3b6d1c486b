import type { Kysely } from 'kysely'
import type { Millis } from '#base'
import type { AgentRecord } from './fold.ts'
import { splitByInterval } from './intervals.ts'
import type { OpenInteraction } from './open-interaction.ts'
import { AGENT_INTERVAL_COLUMNS, type JournalTables } from './tables.ts'

/** What a queue saw in one interval. */
export interface QueueInterval {
  readonly queue: string
  readonly startAt: Millis
  readonly offered: number
  readonly answered: number
  readonly answeredInTime: number
  readonly abandoned: number
  readonly shortAbandoned: number
  readonly redirected: number
  readonly waitAnsweredMs: Millis
  readonly waitMsMax: Millis
  readonly talkMs: Millis
  readonly holdMs: Millis
  readonly wrapUpMs: Millis
}

/** What an agent did in one interval. */
export interface AgentInterval {
  readonly agent: string
  readonly startAt: Millis
  readonly offered: number
  readonly answered: number
  readonly notAnswered: number
  /** Time in each status, by its name. */
  readonly statusMs: Readonly<Record<string, Millis>>
}

/** Which intervals are asked for. */
export interface IntervalSpan {
  readonly from: Millis
  readonly to: Millis
  readonly now: Millis
  readonly intervalMs: Millis
}

/** The kept rows, and what runs at this moment: a talk of an hour is seen while it lasts. */
export async function readQueueIntervals(
  db: Kysely<JournalTables>,
  span: IntervalSpan,
): Promise<readonly QueueInterval[]> {
  const rows = await db
    .selectFrom('tandem.queue_interval')
    .selectAll()
    .where('started_at', '>=', new Date(span.from))
    .where('started_at', '<', new Date(span.to))
    .execute()
  const found = new Map<string, QueueInterval>()
  for (const row of rows) {
    const entry = queueRow(row.queue, row.started_at.getTime(), row)
    found.set(`${entry.startAt} ${entry.queue}`, entry)
  }
  const columns = { talk: 'talkMs', hold: 'holdMs', 'wrap-up': 'wrapUpMs' } as const
  for (const { segment } of await openInteractions(db)) {
    const { kind, queue, startedAt } = segment
    if (queue === undefined || !(kind in columns)) continue
    const column = columns[kind as keyof typeof columns]
    for (const { startAt, ms } of within(span, startedAt)) {
      const key = `${startAt} ${queue}`
      const entry = found.get(key) ?? queueRow(queue, startAt, {})
      found.set(key, { ...entry, [column]: entry[column] + ms })
    }
  }
  return [...found.values()].sort((a, b) => a.startAt - b.startAt || (a.queue < b.queue ? -1 : 1))
}

/** The same for agents: who has been ready since the morning is seen to be. */
export async function readAgentIntervals(
  db: Kysely<JournalTables>,
  span: IntervalSpan,
): Promise<readonly AgentInterval[]> {
  const rows = await db
    .selectFrom('tandem.agent_interval')
    .selectAll()
    .where('started_at', '>=', new Date(span.from))
    .where('started_at', '<', new Date(span.to))
    .execute()
  const found = new Map<string, AgentInterval>()
  for (const row of rows) {
    const entry = agentRow(row.agent, row.started_at.getTime(), row)
    found.set(`${entry.startAt} ${entry.agent}`, entry)
  }
  for (const { agent, body } of await db.selectFrom('tandem.journal_agent').selectAll().execute()) {
    const { status, since } = body as AgentRecord
    for (const { startAt, ms } of within(span, since)) {
      const key = `${startAt} ${agent}`
      const entry = found.get(key) ?? agentRow(agent, startAt, {})
      found.set(key, { ...entry, statusMs: { ...entry.statusMs, [status]: (entry.statusMs[status] ?? 0) + ms } })
    }
  }
  return [...found.values()].sort((a, b) => a.startAt - b.startAt || (a.agent < b.agent ? -1 : 1))
}

function within({ from, to, now, intervalMs }: IntervalSpan, since: Millis) {
  return splitByInterval(since, now, intervalMs).filter(({ startAt }) => startAt >= from && startAt < to)
}

async function openInteractions(db: Kysely<JournalTables>): Promise<readonly OpenInteraction[]> {
  const rows = await db.selectFrom('tandem.journal_open').select('body').execute()
  return rows.map((row) => row.body as OpenInteraction)
}

function queueRow(queue: string, startAt: Millis, row: Readonly<Record<string, unknown>>): QueueInterval {
  const number = (column: string): number => Number(row[column] ?? 0)
  return {
    queue,
    startAt,
    offered: number('offered'),
    answered: number('answered'),
    answeredInTime: number('answered_in_time'),
    abandoned: number('abandoned'),
    shortAbandoned: number('short_abandoned'),
    redirected: number('redirected'),
    waitAnsweredMs: number('wait_answered_ms'),
    waitMsMax: number('wait_ms_max'),
    talkMs: number('talk_ms'),
    holdMs: number('hold_ms'),
    wrapUpMs: number('wrap_up_ms'),
  }
}

function agentRow(agent: string, startAt: Millis, row: Readonly<Record<string, unknown>>): AgentInterval {
  const statuses = AGENT_INTERVAL_COLUMNS.filter((column) => column.endsWith('_ms'))
  return {
    agent,
    startAt,
    offered: Number(row['offered'] ?? 0),
    answered: Number(row['answered'] ?? 0),
    notAnswered: Number(row['not_answered'] ?? 0),
    statusMs: Object.fromEntries(
      statuses.map((column) => [column.slice(0, -3).replaceAll('_', '-'), Number(row[column] ?? 0)]),
    ),
  }
}
