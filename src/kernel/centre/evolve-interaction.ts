import type { Millis } from '#base'
import type { Configuration } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { CallbackEvent } from './event-callback.ts'
import type { ConnectionEvent } from './event-connection.ts'
import type { FlowEvent } from './event-flow.ts'
import type { ItemEvent } from './event-item.ts'
import type { LifeEvent } from './event-life.ts'
import type { MessageEvent } from './event-message.ts'
import type { OfferEvent } from './event-offer.ts'
import type { QueueEvent } from './event-queue.ts'
import type { RecordingEvent } from './event-recording.ts'
import type { TalkEvent } from './event-talk.ts'
import type { WrapUpEvent } from './event-wrap-up.ts'
import { evolveCallback } from './evolve-callback.ts'
import { evolveConnection } from './evolve-connection.ts'
import { evolveFlow } from './evolve-flow.ts'
import { evolveItem } from './evolve-item.ts'
import { evolveOffer } from './evolve-offer.ts'
import { addParty, placeOf } from './evolve-party.ts'
import { evolveQueue } from './evolve-queue.ts'
import { evolveRecording } from './evolve-recording.ts'
import { evolveTalk } from './evolve-talk.ts'
import { evolveWrapUp } from './evolve-wrap-up.ts'

/** The events of one interaction after its creation and before its end. */
export type InteractionEvent =
  | Exclude<LifeEvent, { type: 'InteractionCreated' | 'InteractionClosed' }>
  | Exclude<TalkEvent, { type: 'Joined' }>
  | CallbackEvent
  | ConnectionEvent
  | FlowEvent
  | ItemEvent
  | MessageEvent
  | OfferEvent
  | QueueEvent
  | RecordingEvent
  | WrapUpEvent

/** An interaction as it begins. */
export function createInteraction(event: EventOf<'InteractionCreated'>, at: Millis): Interaction {
  return {
    id: event.interaction,
    medium: event.medium,
    direction: event.direction,
    createdAt: at,
    from: event.from,
    to: event.to,
    ...(event.customer === undefined ? undefined : { customer: event.customer }),
    ...(event.subject === undefined ? undefined : { subject: event.subject }),
    ...(event.item === undefined ? undefined : { item: event.item }),
    ...(event.wants === undefined ? undefined : { wants: event.wants }),
    ...(event.consults === undefined ? undefined : { consults: event.consults }),
    phase: { state: 'created', since: at, ...(event.due === undefined ? undefined : { due: event.due }) },
    participants: event.participants,
    recordings: [],
    counters: { participants: event.participants.length, recordings: 0, visits: 0 },
  }
}

/** The interaction after the event; the one given is not touched. */
export function evolveInteraction(
  interaction: Interaction,
  event: InteractionEvent,
  at: Millis,
  configuration: Configuration,
): Interaction {
  switch (event.type) {
    case 'ContactBegun':
      return begun(interaction, event, at)
    case 'CustomerIdentified':
      return { ...interaction, customer: event.customer }
    case 'StepEntered':
    case 'DigitPressed':
    case 'ProgramEnded':
      return evolveFlow(interaction, event, at, configuration)
    case 'Queued':
    case 'Moved':
    case 'PriorityChanged':
    case 'Announced':
    case 'Widened':
    case 'Overflowed':
      return evolveQueue(interaction, event, at)
    case 'Offered':
    case 'OfferEnded':
      return evolveOffer(interaction, event, at)
    case 'CustomerDialled':
    case 'CallbackAttempted':
      return evolveCallback(interaction, event, at)
    case 'OutsideDialled':
    case 'ParticipantAlerting':
    case 'ParticipantConnected':
    case 'ParticipantCleared':
      return evolveConnection(interaction, event, at)
    case 'RecordingStarted':
    case 'RecordingContinued':
    case 'RecordingEnded':
    case 'RecordingPartSealed':
    case 'RecordingPartFailed':
    case 'RecordingSealed':
    case 'RecordingFailed':
      return evolveRecording(interaction, event, at)
    // What was written is folded by `evolveConversation`, for an interaction and for history alike.
    case 'MessageAdded':
    case 'MessageReported':
    case 'MessagesRead':
      return interaction
    case 'ItemChanged':
    case 'ItemOverdue':
    case 'ItemCompleted':
      return evolveItem(interaction, event)
    case 'WrapUpStarted':
    case 'WrapUpExtended':
    case 'WrapUpEnded':
    case 'Noted':
      return evolveWrapUp(interaction, event, at)
    // All others are of those who talk.
    default:
      return evolveTalk(interaction, event, at)
  }
}

/** Its agent is there from the first moment. */
function begun(interaction: Interaction, event: EventOf<'ContactBegun'>, at: Millis): Interaction {
  const { participant, queue, place } = event
  return {
    ...addParty(interaction, participant),
    phase: { state: 'connected', queue, since: at, place: placeOf(place) },
  }
}
