import type { MigrationList } from '#seams/store'
import { history } from './0001-history.ts'
import { figures } from './0002-figures.ts'
import { customers } from './0003-customers.ts'

/** The journal's own tables; give it to the store's `migrate`. */
export const JOURNAL_MIGRATIONS: MigrationList = {
  name: 'journal',
  migrations: { '0001-history': history, '0002-figures': figures, '0003-customers': customers },
}
