export { type Credential, type Credentials, MemoryCredentials } from './credentials.ts'
export {
  MemoryRecordings,
  RECORDINGS_PAGE_MAX,
  type RecordingEntry,
  type RecordingQuery,
  type Recordings,
} from './recordings.ts'
