import type { Pool } from 'pg'
import type { Millis } from '#base'
import { MEMBER_ERRORS } from './errors.ts'
import { MEMBERS_MAX, type Member, type MemberRow, type Members } from './port.ts'

/** What this driver needs of the store. */
export interface MembersStore {
  readonly spine: Pick<Pool, 'query'>
  readonly notices: { listen(channel: string, wake: () => void): () => void }
}

/** The list is read every few seconds: an answer that takes longer than this is as good as none. */
const QUERY_MS_MAX = 2000

/** The members as rows beside the lease; the functions stand in the store's migrations. */
export class PostgresMembers implements Members {
  readonly #store: MembersStore

  constructor(store: MembersStore) {
    this.#store = store
  }

  async announce(members: readonly Member[]): Promise<void> {
    await this.#rows('select tandem.announce_members($1)', [JSON.stringify(members)])
  }

  async withdraw(names: readonly string[], silentMs: Millis): Promise<number> {
    const [row] = await this.#rows('select tandem.withdraw_members($1, $2)', [names, silentMs])
    return Number(row?.[0] ?? 0)
  }

  async list(): Promise<readonly MemberRow[]> {
    const rows = await this.#rows(
      `select details || jsonb_build_object('name', name, 'node', node, 'role', role, 'beat', beat)
       from tandem.member order by name limit $1`,
      [MEMBERS_MAX],
    )
    return rows.map((row) => row[0] as MemberRow)
  }

  watch(wake: () => void): () => void {
    return this.#store.notices.listen('tandem_member', wake)
  }

  async #rows(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    try {
      const query = { text, values: [...values], rowMode: 'array' as const, query_timeout: QUERY_MS_MAX }
      return (await this.#store.spine.query(query)).rows
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw MEMBER_ERRORS['members.unreachable']({ reason }, error)
    }
  }
}
