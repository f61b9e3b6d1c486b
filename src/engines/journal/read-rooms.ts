import { type Kysely, sql } from 'kysely'
import type { RoomLine } from '#kernel/room'
import type { JournalTables } from './tables.ts'

/** Which lines of a room to list, newest first: only those with a smaller number, or with these words in them. */
export interface RoomLinesQuery {
  readonly room: string
  readonly before?: number | undefined
  readonly contains?: string | undefined
  readonly limit: number
}

/** A page of the lines of a room, newest first. */
export async function readRoomLines(
  db: Kysely<JournalTables>,
  { room, before, contains, limit }: RoomLinesQuery,
): Promise<readonly RoomLine[]> {
  let query = db
    .selectFrom('tandem.room_event')
    .select(['at', 'details'])
    .where('room', '=', room)
    .where('type', '=', 'RoomWritten')
    .orderBy('sequence', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where(sql<number>`(details->>'number')::int`, '<', before)
  // Nothing in the words stands for anything else.
  if (contains !== undefined)
    query = query.where(sql<number>`position(lower(${contains}) in lower(details->>'text'))`, '>', 0)
  const rows = await query.execute()
  return rows.map(({ at, details }) => {
    const { line, number, from, text } = details as { line: string; number: number; from: string; text: string }
    return { id: line, number, at: at.getTime(), from, text }
  })
}
