import type { MigrationList } from '#seams/store'
import { history } from './0001-history.ts'

/** The journal's own tables; give it to the store's `migrate`. */
export const JOURNAL_MIGRATIONS: MigrationList = { name: 'journal', migrations: { '0001-history': history } }
