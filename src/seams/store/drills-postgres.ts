import { type Kysely, sql } from 'kysely'
import type { Millis } from '#base'
import { reached } from './credentials-postgres.ts'
import type { DrillRow, DrillScore, Drills, DrillTarget } from './drills.ts'
import type { Notices } from './notices.ts'

interface DrillTable {
  id: string
  asked_at: number
  asked_by: string
  node: string
  kill: string
  calls: number
  number: string
  state: string
  problem: string | null
  score: unknown
}

interface Tables {
  'tandem.drill': DrillTable
}

/** Whom the database wakes when a drill is asked for. */
const CHANNEL = 'tandem_drill'

/** The drills as rows in the database. */
export class PostgresDrills implements Drills {
  readonly #db: Kysely<Tables>
  readonly #notices: Notices

  constructor(store: { tables<T>(): Kysely<T>; readonly notices: Notices }) {
    this.#db = store.tables<Tables>()
    this.#notices = store.notices
  }

  ask({ askedAt, askedBy, ...drill }: Omit<DrillRow, 'state' | 'problem' | 'score'>): Promise<boolean> {
    return reached(async () => {
      const row = { ...drill, asked_at: askedAt, asked_by: askedBy, state: 'asked' }
      const { numInsertedOrUpdatedRows } = await this.#db
        .insertInto('tandem.drill')
        .values({ ...row, problem: null, score: null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      await sql`select pg_notify(${CHANNEL}, '')`.execute(this.#db)
      return numInsertedOrUpdatedRows === 1n
    })
  }

  claim(node: string): Promise<DrillRow | undefined> {
    return reached(async () => {
      const row = await this.#db
        .updateTable('tandem.drill')
        .set({ state: 'running' })
        .where('node', '=', node)
        .where('state', '=', 'asked')
        .returningAll()
        .executeTakeFirst()
      return row && rowOf(row)
    })
  }

  finish(id: string, result: { readonly score: DrillScore } | { readonly problem: string }): Promise<void> {
    const end =
      'score' in result
        ? { state: 'done', score: JSON.stringify(result.score) }
        : { state: 'failed', problem: result.problem }
    return reached(async () => {
      await this.#db.updateTable('tandem.drill').set(end).where('id', '=', id).execute()
    })
  }

  abandon(before: Millis): Promise<void> {
    return reached(async () => {
      await this.#db
        .updateTable('tandem.drill')
        .set({ state: 'failed', problem: 'it never came to an end' })
        .where('state', 'in', ['asked', 'running'])
        .where('asked_at', '<', before)
        .execute()
    })
  }

  list(limit: number): Promise<readonly DrillRow[]> {
    return reached(async () => {
      const rows = await this.#db
        .selectFrom('tandem.drill')
        .selectAll()
        .orderBy('asked_at', 'desc')
        .limit(limit)
        .execute()
      return rows.map(rowOf)
    })
  }

  watch(wake: () => void): () => void {
    return this.#notices.listen(CHANNEL, wake)
  }
}

function rowOf({ id, asked_at, asked_by, problem, score, ...row }: DrillTable): DrillRow {
  return {
    id,
    askedAt: Number(asked_at),
    askedBy: asked_by,
    node: row.node,
    kill: row.kill as DrillTarget,
    calls: row.calls,
    number: row.number,
    state: row.state as DrillRow['state'],
    ...(problem === null ? {} : { problem }),
    ...(score === null ? {} : { score: score as DrillScore }),
  }
}
