import type { Millis } from '#base'
import type { Agent } from '#kernel/agent'
import type { AlertState } from '#kernel/alert'
import type { Configuration, ConfigurationState } from '#kernel/config'
import type { Interaction, InteractionId, PartsOf, RecordingId } from '#kernel/interaction'
import type { MailboxState } from '#kernel/mailbox'
import type { QueueState } from '#kernel/queue'
import type { RoomState } from '#kernel/room'
import type { Statistics } from '#kernel/statistics'

/** The fold of every centre event. Maps are changed in place by `evolve` alone; what they hold is never changed, only replaced. */
export interface CentreState {
  readonly configuration: Configuration
  /** With who changed what last. */
  readonly configurationState: ConfigurationState
  readonly interactions: ReadonlyMap<InteractionId, Interaction>
  readonly agents: ReadonlyMap<string, Agent>
  /** Who waits in which order, and how fast each queue moves. */
  readonly queues: ReadonlyMap<string, QueueState>
  /** Recordings that have ended and are not sealed yet. They stay here when their interaction is closed, so that each is sealed or said to have failed. */
  readonly unsealed: ReadonlyMap<RecordingId, UnsealedRecording>
  /** What is worth attention now. */
  readonly alerts: Readonly<AlertState>
  /** Where colleagues write to each other. */
  readonly rooms: RoomState
  /** What callers have said for users and queues. */
  readonly mailboxes: MailboxState
  /** Live figures. */
  readonly statistics: Statistics
  /** Who served a customer last, by the customer's address; the oldest are forgotten first (ACD-03). */
  readonly lastServed: ReadonlyMap<string, LastServed>
}

/** The agent who was connected with a customer last. */
export interface LastServed {
  readonly user: string
  readonly at: Millis
}

/** A recording that its media process has still to finish, or to give up; after an hour it is said to have failed. */
export interface UnsealedRecording extends PartsOf {
  readonly interaction: InteractionId
  readonly endedAt: Millis
  /** Where it is a message, when it is one. */
  readonly mailbox?: string
}
