import type { VoiceAdapter } from '#adapters/voice'
import { voiceMachine } from '#adapters/voice'
import type { Clock, Logger } from '#base'
import type { Sequencer } from '#engines/sequencer'
import { centreMachine } from '#kernel/centre'
import type { Log } from '#seams/log'
import type { Store } from '#seams/store'
import type { CoreOptions } from './role-options.ts'

/** The state that the core folds, by machine. */
export const CORE_MACHINES = { centre: centreMachine, voice: voiceMachine }

export type CoreMachines = typeof CORE_MACHINES

/** What the serving part of a core is made of. */
export interface ServingOptions {
  readonly options: CoreOptions
  readonly store: Store
  readonly log: Log
  readonly sequencer: Sequencer<CoreMachines>
  readonly voice: VoiceAdapter
  readonly term: number
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
}
