import type { Kysely } from 'kysely'
import type { Millis } from '#base'
import { reached } from './credentials-postgres.ts'
import type { Sound, Sounds, StoredSound } from './sounds.ts'

interface SoundTable {
  id: string
  stored_at: number
  size_bytes: number
  content: Buffer
}

interface Tables {
  'tandem.sound': SoundTable
}

/** The sounds in the database. */
export class PostgresSounds implements Sounds {
  readonly #db: Kysely<Tables>

  constructor(store: { tables<T>(): Kysely<T> }) {
    this.#db = store.tables<Tables>()
  }

  put({ id, content }: Sound, storedAt: Millis): Promise<void> {
    const row = { id, stored_at: storedAt, size_bytes: content.length, content: Buffer.from(content) }
    return reached(async () => {
      await this.#db
        .insertInto('tandem.sound')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ stored_at: storedAt }))
        .execute()
    })
  }

  get(id: string): Promise<Uint8Array | undefined> {
    return reached(async () => {
      const row = await this.#db.selectFrom('tandem.sound').select('content').where('id', '=', id).executeTakeFirst()
      return row?.content
    })
  }

  list(): Promise<readonly StoredSound[]> {
    return reached(async () => {
      const rows = await this.#db
        .selectFrom('tandem.sound')
        .select(['id', 'stored_at', 'size_bytes'])
        .orderBy('stored_at')
        .orderBy('id')
        .execute()
      return rows.map(({ id, stored_at, size_bytes }) => ({ id, sizeBytes: size_bytes, storedAt: Number(stored_at) }))
    })
  }

  remove(id: string): Promise<boolean> {
    return reached(async () => {
      const result = await this.#db.deleteFrom('tandem.sound').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows > 0n
    })
  }
}
