import { type Kysely, type Selectable, sql } from 'kysely'
import type { Credential, Credentials } from './credentials.ts'
import { STORE_ERRORS } from './errors.ts'
import { reasonOf } from './store.ts'

interface CredentialTable {
  user: string
  password_hash: string | null
  realm: string
  ha1_md5: string | null
  ha1_sha256: string | null
  updated_at: number
  /** A list as JSON. */
  earlier_hashes: string | readonly string[] | null
}

interface Tables {
  'tandem.credential': CredentialTable
}

/** Credentials in the database. */
export class PostgresCredentials implements Credentials {
  readonly #db: Kysely<Tables>

  constructor(store: { tables<T>(): Kysely<T> }) {
    this.#db = store.tables<Tables>()
  }

  get(user: string): Promise<Credential | undefined> {
    return reached(async () => {
      const row = await this.#db.selectFrom('tandem.credential').selectAll().where('user', '=', user).executeTakeFirst()
      return row && credentialOf(row)
    })
  }

  set(credential: Credential): Promise<void> {
    const { user, ...row } = rowOf(credential)
    return reached(async () => {
      const insert = this.#db.insertInto('tandem.credential').values({ user, ...row })
      await insert.onConflict((conflict) => conflict.column('user').doUpdateSet(row)).execute()
    })
  }

  async demandChanges(): Promise<void> {
    const setting = sql<{ off: boolean }>`select current_setting('transaction_read_only') = 'off' as off`
    const { rows } = await reached(() => setting.execute(this.#db))
    if (!rows[0]?.off) throw STORE_ERRORS['store.unreachable']({ reason: 'it takes no changes' })
  }

  remove(user: string): Promise<boolean> {
    return reached(async () => {
      const result = await this.#db.deleteFrom('tandem.credential').where('user', '=', user).executeTakeFirst()
      return result.numDeletedRows > 0n
    })
  }

  list(): Promise<readonly Credential[]> {
    return reached(async () => {
      const rows = await this.#db.selectFrom('tandem.credential').selectAll().orderBy('user').execute()
      return rows.map(credentialOf)
    })
  }
}

/** Runs a query; a failure becomes `store.unreachable`. */
export async function reached<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    throw STORE_ERRORS['store.unreachable']({ reason: reasonOf(error) }, error)
  }
}

function rowOf(credential: Credential): CredentialTable {
  return {
    user: credential.user,
    password_hash: credential.passwordHash ?? null,
    realm: credential.realm,
    ha1_md5: credential.ha1Md5 ?? null,
    ha1_sha256: credential.ha1Sha256 ?? null,
    updated_at: credential.updatedAt,
    earlier_hashes: credential.earlierHashes ? JSON.stringify(credential.earlierHashes) : null,
  }
}

function credentialOf(row: Selectable<CredentialTable>): Credential {
  return {
    user: row.user,
    realm: row.realm,
    updatedAt: Number(row.updated_at),
    ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }),
    ...(row.ha1_md5 === null ? {} : { ha1Md5: row.ha1_md5 }),
    ...(row.ha1_sha256 === null ? {} : { ha1Sha256: row.ha1_sha256 }),
    ...(Array.isArray(row.earlier_hashes) ? { earlierHashes: row.earlier_hashes as readonly string[] } : {}),
  }
}
