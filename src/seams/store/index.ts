export { type Credential, type Credentials, MemoryCredentials } from './credentials.ts'
export { PostgresCredentials } from './credentials-postgres.ts'
export { type DatabaseCopy, type DatabaseState, DatabaseWatch } from './database-state.ts'
export {
  DRILL_TARGETS,
  type DrillRow,
  type DrillScore,
  type Drills,
  type DrillTarget,
  MemoryDrills,
} from './drills.ts'
export { PostgresDrills } from './drills-postgres.ts'
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './embedded.ts'
export { STORE_ERRORS } from './errors.ts'
export { type MigrationList, SCHEMA } from './migrate.ts'
export type { Notices } from './notices.ts'
export {
  HELD_PAGE,
  type HeldRecording,
  type LackingRecordings,
  MemoryRecordingHolders,
  type RecordingHolders,
  type TakingQuery,
} from './recording-holders.ts'
export { PostgresRecordingHolders } from './recording-holders-postgres.ts'
export {
  MemoryRecordings,
  RECORDINGS_PAGE_MAX,
  type RecordingEntry,
  type RecordingQuery,
  type Recordings,
} from './recordings.ts'
export { PostgresRecordings } from './recordings-postgres.ts'
export { MemorySeatPeaks, type SeatPeak, type SeatPeaks } from './seat-peaks.ts'
export { PostgresSeatPeaks } from './seat-peaks-postgres.ts'
export { sharedSecret } from './secrets.ts'
export { MemorySounds, type Sound, type Sounds, type StoredSound } from './sounds.ts'
export { PostgresSounds } from './sounds-postgres.ts'
export { openStore, type Store, type StoreOptions } from './store.ts'
export { MemoryWebhookPositions, type WebhookPosition, type WebhookPositions } from './webhooks.ts'
export { PostgresWebhookPositions } from './webhooks-postgres.ts'
