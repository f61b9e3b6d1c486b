import type { Kysely } from 'kysely'
import { reached } from './credentials-postgres.ts'

interface Tables {
  'tandem.secret': { name: string; value: string }
}

/**
 * A secret that all machines of a pool share. The first to ask brings its own and the others get that one: who may read the database
 * can do anything anyway. Fails with `store.unreachable`.
 */
export function sharedSecret(store: { tables<T>(): Kysely<T> }, name: string, own: string): Promise<string> {
  const db = store.tables<Tables>()
  return reached(async () => {
    await db
      .insertInto('tandem.secret')
      .values({ name, value: own })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await db.selectFrom('tandem.secret').select('value').where('name', '=', name).executeTakeFirstOrThrow()
    return row.value
  })
}
