import type { Kysely } from 'kysely'
import { type ConfigurationChange, evolveConfiguration } from '#kernel/config'
import { emptyContent, type FoldContent } from './fold.ts'
import type { JournalTables, KeptAgent, KeptInteraction } from './tables.ts'
import { readPosition } from './write.ts'

/** What the last transaction left, whoever wrote it; all of one moment. */
export async function loadFold(
  db: Kysely<JournalTables>,
): Promise<{ readonly sequence: number; readonly content: FoldContent }> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const { sequence } = await readPosition(transaction)
      const content = emptyContent()
      for (const row of await transaction.selectFrom('tandem.journal_open').selectAll().execute()) {
        const { figures, ...open } = row.body as KeptInteraction
        content.interactions.set(row.interaction_id_key, open)
        if (figures) content.figures.contacts.set(row.interaction_id_key, figures)
      }
      for (const row of await transaction.selectFrom('tandem.journal_agent').selectAll().execute()) {
        const { agent, figures } = row.body as KeptAgent
        content.agents.set(row.agent, agent)
        if (figures) content.figures.agents.set(row.agent, figures)
      }
      const objects = await transaction.selectFrom('tandem.journal_configuration').selectAll().execute()
      const changes = objects.map(({ kind, name, body }) => ({ kind, name, value: body }) as ConfigurationChange)
      // Whose change an object is matters to authors, not to history.
      content.configuration = evolveConfiguration(content.configuration, { version: 0, by: '', changes }, 0)
      return { sequence, content }
    })
}
