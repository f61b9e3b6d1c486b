import { acknowledgeAlert, lookAtThresholds, seeAlert } from '#kernel/alert'
import type { AlertCommand } from './command-alert.ts'
import type { Draft } from './draft.ts'

/** What is worth attention, who has seen it, and who takes care of it. */
export function obeyAlert(draft: Draft, command: AlertCommand): void {
  for (const event of eventsOf(draft, command)) draft.emit(event)
}

function eventsOf({ store, configuration, now }: Draft, command: AlertCommand) {
  switch (command.type) {
    case 'LookAtThresholds':
      return lookAtThresholds(store.alerts, configuration.thresholds, command.values, now)
    case 'SeeAlert':
      return seeAlert(store.alerts, command.alert, command.user)
    case 'AcknowledgeAlert':
      return acknowledgeAlert(store.alerts, command.alert, command.by, command.note)
  }
}
