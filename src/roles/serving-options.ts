import type { VoiceAdapter } from '#adapters/voice'
import type { Clock, Logger, Millis } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import type { Log, Told } from '#seams/log'
import type { PoolRegisters, Registers } from '#seams/registers'
import type { Credentials, Store } from '#seams/store'
import type { CoreMachines } from './core-machines.ts'
import type { CoreMail } from './core-mail.ts'
import type { CoreSms } from './core-sms.ts'
import type { CoreSwitchover } from './core-switchover.ts'
import type { HandOver } from './hand-over.ts'
import type { PoolView } from './pool-view.ts'
import type { PrimarySpoolStatus } from './primary-log.ts'
import type { CoreOptions } from './role-options.ts'

/** What a core has from the moment on that it is primary. */
export interface Primacy {
  readonly term: number
  readonly sequencer: Sequencer<CoreMachines>
  readonly voice: VoiceAdapter
  readonly sms: Pick<CoreSms, 'receive' | 'status'>
  readonly mail: Pick<CoreMail, 'status'>
  /** What waits on this core's disk for the database; undefined where nothing may. */
  spool(): PrimarySpoolStatus | undefined
  readonly handOver: HandOver
  /** Whether the log takes what is decided now. */
  canWrite(): boolean
}

/** What the serving part of a core is made of. */
export interface ServingOptions {
  readonly options: CoreOptions
  readonly store: Store
  readonly log: Log
  readonly fold: Fold<CoreMachines>
  readonly pool: PoolView
  readonly part: CoreSwitchover
  /** What the primary tells this core, while that is a backup. */
  readonly told: Pick<Told, 'tells'>
  readonly registers: Registers & Pick<PoolRegisters, 'reach'>
  readonly credentials: Credentials
  readonly holder: string
  /** When this core, as a backup, last had all that was durable; by the monotonic clock. */
  heardAt(): Millis
  readonly clock: Clock
  readonly logger: Logger
}
