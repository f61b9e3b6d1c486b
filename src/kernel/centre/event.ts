import type { AlertEvent } from '#kernel/alert'
import type { ConfigurationEvent } from '#kernel/config'
import type { MailboxEvent } from '#kernel/mailbox'
import type { RoomEvent } from '#kernel/room'
import type { CallbackEvent } from './event-callback.ts'
import type { ConnectionEvent } from './event-connection.ts'
import type { DutyEvent } from './event-duty.ts'
import type { FlowEvent } from './event-flow.ts'
import type { ItemEvent } from './event-item.ts'
import type { LifeEvent } from './event-life.ts'
import type { MessageEvent } from './event-message.ts'
import type { OfferEvent } from './event-offer.ts'
import type { QueueEvent } from './event-queue.ts'
import type { RecordingEvent } from './event-recording.ts'
import type { TalkEvent } from './event-talk.ts'
import type { WrapUpEvent } from './event-wrap-up.ts'

/** What happened in the centre. The moment (`at`) and the number stand in the log's record. Every machine of the kernel folds the events that concern it. */
export type CentreEvent =
  | AlertEvent
  | CallbackEvent
  | ConfigurationEvent
  | ConnectionEvent
  | DutyEvent
  | FlowEvent
  | ItemEvent
  | LifeEvent
  | MailboxEvent
  | MessageEvent
  | OfferEvent
  | QueueEvent
  | RecordingEvent
  | RoomEvent
  | TalkEvent
  | WrapUpEvent

/** The event of that type, or those of several. */
export type EventOf<Type extends CentreEvent['type']> = Extract<CentreEvent, { type: Type }>
