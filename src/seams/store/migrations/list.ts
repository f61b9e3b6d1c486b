import type { MigrationList } from '../migrate.ts'
import { log } from './0001-log.ts'
import { lease } from './0002-lease.ts'
import { catalogue } from './0003-catalogue.ts'
import { pool } from './0004-pool.ts'
import { seats } from './0005-seats.ts'
import { drills } from './0006-drills.ts'
import { handOver } from './0007-hand-over.ts'
import { consent } from './0008-consent.ts'
import { earlierPasswords } from './0009-earlier-passwords.ts'
import { webhooks } from './0010-webhooks.ts'
import { sounds } from './0011-sounds.ts'
import { recordingHolders } from './0012-recording-holders.ts'

/** The tables of the seams. A migration that was released is never changed; a new one is added. */
export const SEAM_MIGRATIONS: MigrationList = {
  name: 'seams',
  migrations: {
    '0001-log': log,
    '0002-lease': lease,
    '0003-catalogue': catalogue,
    '0004-pool': pool,
    '0005-seats': seats,
    '0006-drills': drills,
    '0007-hand-over': handOver,
    '0008-consent': consent,
    '0009-earlier-passwords': earlierPasswords,
    '0010-webhooks': webhooks,
    '0011-sounds': sounds,
    '0012-recording-holders': recordingHolders,
  },
}
