import { type Kysely, sql } from 'kysely'
import { reached } from './credentials-postgres.ts'
import type { WebhookPosition, WebhookPositions } from './webhooks.ts'

interface WebhookTable {
  webhook: string
  term: number
  sequence: number
  failures: number
  delivered_at: number | null
  failing_since: number | null
  problem: string | null
  gone_version: number | null
}

interface Tables {
  'tandem.webhook_position': WebhookTable
}

/** The positions in the database. */
export class PostgresWebhookPositions implements WebhookPositions {
  readonly #db: Kysely<Tables>

  constructor(store: { tables<T>(): Kysely<T> }) {
    this.#db = store.tables<Tables>()
  }

  list(): Promise<readonly WebhookPosition[]> {
    return reached(async () => {
      const rows = await this.#db.selectFrom('tandem.webhook_position').selectAll().orderBy('webhook').execute()
      return rows.map(positionOf)
    })
  }

  claim(webhook: string, term: number, sequence: number): Promise<WebhookPosition | undefined> {
    return reached(async () => {
      const row = await this.#db
        .insertInto('tandem.webhook_position')
        .values(rowOf({ webhook, sequence, failures: 0 }, term))
        .onConflict((conflict) =>
          conflict.column('webhook').doUpdateSet({ term }).where(sql<boolean>`webhook_position.term <= excluded.term`),
        )
        .returningAll()
        .executeTakeFirst()
      return row && positionOf(row)
    })
  }

  save(position: WebhookPosition, term: number): Promise<boolean> {
    const { webhook, ...row } = rowOf(position, term)
    return reached(async () => {
      const update = this.#db.updateTable('tandem.webhook_position').set(row)
      const done = await update.where('webhook', '=', webhook).where('term', '<=', term).executeTakeFirst()
      return done.numUpdatedRows > 0n
    })
  }

  remove(webhook: string, term: number): Promise<void> {
    return reached(async () => {
      const gone = this.#db.deleteFrom('tandem.webhook_position')
      await gone.where('webhook', '=', webhook).where('term', '<=', term).execute()
    })
  }
}

function rowOf(position: WebhookPosition, term: number): WebhookTable {
  const { webhook, sequence, failures, deliveredAt, failingSince, problem, goneVersion } = position
  return {
    ...{ webhook, term, sequence, failures },
    delivered_at: deliveredAt ?? null,
    failing_since: failingSince ?? null,
    problem: problem ?? null,
    gone_version: goneVersion ?? null,
  }
}

/** Large whole numbers come as text. */
function positionOf(row: WebhookTable): WebhookPosition {
  return {
    ...{ webhook: row.webhook, sequence: Number(row.sequence), failures: Number(row.failures) },
    ...(row.delivered_at !== null && { deliveredAt: Number(row.delivered_at) }),
    ...(row.failing_since !== null && { failingSince: Number(row.failing_since) }),
    ...(row.problem !== null && { problem: row.problem }),
    ...(row.gone_version !== null && { goneVersion: Number(row.gone_version) }),
  }
}
