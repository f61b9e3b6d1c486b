export { LEASE_ERRORS } from './errors.ts'
export { MemoryLease } from './lease-memory.ts'
export { type LeaseStore, PostgresLease, type Succession } from './lease-postgres.ts'
export type { Lease, LeaseState } from './port.ts'
