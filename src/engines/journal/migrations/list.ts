import type { MigrationList } from '#seams/store'
import { history } from './0001-history.ts'
import { figures } from './0002-figures.ts'
import { versions } from './0003-versions.ts'
import { customers } from './0004-customers.ts'
import { alerts } from './0005-alerts.ts'
import { rooms } from './0006-rooms.ts'
import { threads } from './0007-threads.ts'

/** The journal's own tables; give it to the store's `migrate`. */
export const JOURNAL_MIGRATIONS: MigrationList = {
  name: 'journal',
  migrations: {
    '0001-history': history,
    '0002-figures': figures,
    '0003-versions': versions,
    '0004-customers': customers,
    '0005-alerts': alerts,
    '0006-rooms': rooms,
    '0007-threads': threads,
  },
}
