import { voiceMachine } from '#adapters/voice'
import { poolMachine } from '#engines/switchover'
import { centreMachine } from '#kernel/centre'

/** The state that the core folds, by machine. */
export const CORE_MACHINES = { centre: centreMachine, voice: voiceMachine, pool: poolMachine }

export type CoreMachines = typeof CORE_MACHINES
