import { assert } from '#base'
import type { Agent } from '#kernel/agent'
import { type Crossing, restoreAlerts } from '#kernel/alert'
import { type ConfigurationDump, dumpConfiguration, restoreConfiguration } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import { setVoiceMessage, type VoiceMessage, voiceMessage } from '#kernel/mailbox'
import type { Pace, WaitAccuracy } from '#kernel/queue'
import { type Room, setRoom } from '#kernel/room'
import type { StatisticsDump } from '#kernel/statistics'
import type { LastServed, UnsealedRecording } from './state.ts'
import { CentreStore } from './store.ts'

/** The shape of a dump. Another shape is another version, and the log is read instead. */
export interface CentreDump {
  readonly format: 1
  readonly configuration: ConfigurationDump
  readonly interactions: readonly Interaction[]
  readonly agents: readonly Agent[]
  readonly unsealed: readonly (readonly [string, UnsealedRecording])[]
  /** The pace of each queue, how its announcements came out, and its level: all of a queue that does not follow from the rest. */
  readonly paces?: readonly (readonly [string, Pace, WaitAccuracy, number?])[]
  /** Oldest first. */
  readonly lastServed?: readonly (readonly [string, LastServed])[]
  /** What is worth attention, and how many alerts there were; a dump of before they were events has none. */
  readonly alerts?: { readonly crossings: readonly Crossing[]; readonly raised: number }
  /** Where colleagues write to each other; a dump of before there was that has none. */
  readonly rooms?: readonly Room[]
  /** What callers have left, oldest first; a dump of before it was kept has none. */
  readonly voiceMessages?: readonly VoiceMessage[]
  /** Live figures; a dump of before they were kept has none, and they begin anew. */
  readonly statistics?: StatisticsDump
}

export function dumpCentre(store: CentreStore): CentreDump {
  return {
    format: 1,
    configuration: dumpConfiguration(store.configurationState),
    interactions: [...store.interactions.values()],
    agents: [...store.agents.values()],
    unsealed: [...store.unsealed],
    paces: [...store.queues.values()].map(({ name, pace, accuracy, level }) =>
      level === undefined ? [name, pace, accuracy] : [name, pace, accuracy, level],
    ),
    lastServed: [...store.lastServed],
    alerts: { crossings: [...store.alerts.crossings.values()], raised: store.alerts.raised },
    rooms: [...store.rooms.rooms.values()],
    voiceMessages: [...store.mailboxes.places.keys()].flatMap((id) => voiceMessage(store.mailboxes, id) ?? []),
    statistics: store.statistics.dump(),
  }
}

export function restoreCentre(dump: CentreDump): CentreStore {
  assert(dump?.format === 1, 'a dump of the centre of another format')
  const store = new CentreStore(restoreConfiguration(dump.configuration))
  for (const agent of dump.agents) store.setAgent(agent.user, agent)
  for (const interaction of dump.interactions) store.setInteraction(interaction.id, interaction)
  for (const [id, unsealed] of dump.unsealed) store.setUnsealed(id, unsealed)
  for (const [name, pace, accuracy, level] of dump.paces ?? []) {
    const queue = store.queues.get(name)
    if (queue) Object.assign(queue, { pace, accuracy }, level === undefined ? undefined : { level })
  }
  restoreAlerts(store.alerts, dump.alerts)
  for (const room of dump.rooms ?? []) setRoom(store.rooms, room.id, room)
  for (const message of dump.voiceMessages ?? []) setVoiceMessage(store.mailboxes, message)
  store.statistics.restore(dump.statistics)
  for (const [customer, served] of dump.lastServed ?? []) store.lastServed.set(customer, served)
  return store
}
