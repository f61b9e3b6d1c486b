import type { Millis } from '#base'
import type { Agent } from '#kernel/agent'
import type { AlertEvent } from '#kernel/alert'
import type { Configuration, ConfigurationChanged } from '#kernel/config'
import type { Interaction, InteractionId, RecordingId } from '#kernel/interaction'
import type { MailboxEvent } from '#kernel/mailbox'
import type { WaitNote } from '#kernel/queue'
import type { RoomEvent } from '#kernel/room'
import type { UnsealedRecording } from './state.ts'

/** Where an event is folded into: the state itself, or the draft of a decision that lies over it. */
export interface CentreTarget {
  readonly configuration: Configuration
  interaction(id: InteractionId): Interaction | undefined
  agent(user: string): Agent | undefined
  setInteraction(id: InteractionId, value: Interaction | undefined): void
  setAgent(user: string, value: Agent | undefined): void
  unsealedOf(id: RecordingId): UnsealedRecording | undefined
  setUnsealed(id: RecordingId, value: UnsealedRecording | undefined): void
  /** Something happened to what thresholds watch. */
  changeAlerts(event: AlertEvent, at: Millis): void
  /** Colleagues wrote to each other. */
  changeRooms(event: RoomEvent, at: Millis): void
  /** Somebody left a voice message, or did something with one. */
  changeMailboxes(event: MailboxEvent, at: Millis): void
  changeConfiguration(event: ConfigurationChanged, at: Millis): void
  /** The user's log-ins up to now are over. */
  endSessions(user: string, at: Millis): void
  /** A contact of the queue was answered, in time or not. */
  noteAnswer(queue: string, inTime: boolean): void
  /** Something happened to somebody who waited in the queue, as far as its pace is concerned. */
  noteWait(queue: string, note: WaitNote): void
  /** A contact of the queue was lost while it waited. */
  noteLoss(queue: string): void
  /** The agent served the customer with this address. */
  noteServed(customer: string, user: string, at: Millis): void
}
