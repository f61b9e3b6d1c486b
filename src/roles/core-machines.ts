import { voiceMachine } from '#adapters/voice'
import { poolMachine } from '#engines/switchover'
import { centreMachine } from '#kernel/centre'
import { mailMachine } from '#kernel/mail'
import { smsMachine } from '#kernel/sms'

/** The state that the core folds, by machine. */
export const CORE_MACHINES = {
  centre: centreMachine,
  voice: voiceMachine,
  pool: poolMachine,
  mail: mailMachine,
  sms: smsMachine,
}

export type CoreMachines = typeof CORE_MACHINES
