import type { Kysely } from 'kysely'
import type { Millis } from '#base'
import { type AlertEvent, SEEN_MAX } from '#kernel/alert'
import type { JournalTables } from './tables.ts'

/** Which alerts to list, newest first: only those raised before this place in the log. */
export interface AlertQuery {
  readonly before?: number | undefined
  readonly limit: number
}

/** An alert with everything that happened to it. */
export interface PastAlert {
  /** The place of its raising in the log. */
  readonly sequence: number
  readonly events: readonly { readonly at: Millis; readonly event: AlertEvent }[]
}

/** Raised, acknowledged, ended, and each who saw it. */
const EVENTS_MAX = SEEN_MAX + 3

/** A page of alerts, newest first. */
export async function readAlerts(
  db: Kysely<JournalTables>,
  { before, limit }: AlertQuery,
): Promise<readonly PastAlert[]> {
  let raised = db
    .selectFrom('tandem.alert_event')
    .select(['sequence', 'alert'])
    .where('type', '=', 'AlertRaised')
    .orderBy('sequence', 'desc')
    .limit(limit)
  if (before !== undefined) raised = raised.where('sequence', '<', String(before))
  const found = await raised.execute()
  if (found.length === 0) return []
  const names = found.map(({ alert }) => alert)
  const rows = await db
    .selectFrom('tandem.alert_event')
    .selectAll()
    .where('alert', 'in', names)
    .orderBy('sequence')
    .limit(EVENTS_MAX * limit)
    .execute()
  return found.map(({ sequence, alert }) => ({
    sequence: Number(sequence),
    events: rows
      .filter((row) => row.alert === alert)
      .map(({ at, type, details }) => ({ at: at.getTime(), event: { type, alert, ...details } as AlertEvent })),
  }))
}
