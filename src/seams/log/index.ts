export { LOG_ERRORS } from './errors.ts'
export { type Feed, HeldSpool, type HeldSpoolOptions } from './held-spool.ts'
export { firstMessage } from './limits.ts'
export { FollowingLog, type Told } from './log-following.ts'
export { MemoryLog, type TermGuard } from './log-memory.ts'
export { type LogStore, PostgresLog } from './log-postgres.ts'
export { SpoolingLog, type SpoolingOptions, type SpoolStatus } from './log-spooling.ts'
export {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  BODY_BYTES_MAX,
  type Log,
  type LogBatch,
  type LogRecord,
  READ_RECORDS_MAX,
  type Snapshot,
} from './port.ts'
export { RecentRecords } from './recent-records.ts'
export { type PeersSay, SPOOL_DECISIONS, type SpoolAction, type StoreSeen } from './spool-decision.ts'
export { type SpoolFolder, type SpoolHandle, spoolFolder } from './spool-disk.ts'
export { SPOOL_BYTES_MAX, SpoolFile } from './spool-file.ts'
export { NO_PEERS, type SpoolFeed, type SpoolPeers } from './spool-peers.ts'
export { spoolName, type TailsOptions, type TailsOutcome, writeTails } from './spool-tails.ts'
export { APPEND_MS_MAX } from './timely-append.ts'
