import { assertNever, type Millis } from '#base'
import type { AlertEvent } from '#kernel/alert'
import type { Configuration } from '#kernel/config'
import { flowOf, stepOf, stepWaitMs } from '#kernel/flow'
import {
  type Interaction,
  isConnected,
  isLive,
  isOfferedTo,
  type Participant,
  participantOf,
  queueOf,
  visitProgram,
} from '#kernel/interaction'
import type { MailboxEvent } from '#kernel/mailbox'
import type { RoomEvent } from '#kernel/room'
import type { CentreEvent } from './event.ts'
import { evolveItem } from './evolve-item.ts'
import { changeParty, placeOf, withPlace } from './evolve-party.ts'
import { evolveRecording } from './evolve-recording.ts'
import { evolveTalk, settleTalk, withoutRing } from './evolve-talk.ts'

/** The events of one interaction after its creation and before its end. */
export type InteractionEvent = Exclude<
  Exclude<CentreEvent, AlertEvent | MailboxEvent | RoomEvent>,
  {
    type:
      | 'InteractionCreated'
      | 'InteractionClosed'
      | 'Joined'
      | 'StatusChosen'
      | 'ReachableChanged'
      | 'StationChosen'
      | 'PresenceNoted'
      | 'RonaEnded'
      | 'QueueActivated'
      | 'ConfigurationChanged'
      | 'SessionsEnded'
  }
>

type EventOf<Type extends CentreEvent['type']> = Extract<CentreEvent, { type: Type }>

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
    case 'StepEntered':
      return stepEntered(interaction, event, at, configuration)
    case 'ProgramEnded':
      return programEnded(interaction, event, at, configuration)
    case 'Queued':
      return queued(interaction, event)
    case 'Moved':
      return moved(interaction, event, at)
    case 'PriorityChanged':
      return prioritised(interaction, event)
    case 'Announced':
      return announced(interaction, event, at)
    case 'CustomerIdentified':
      return { ...interaction, customer: event.customer }
    case 'Widened':
      return widened(interaction, event)
    case 'Offered':
      return offered(interaction, event, at)
    case 'OfferEnded':
      return offerEnded(interaction, event, at)
    case 'RecordingStarted':
    case 'RecordingContinued':
    case 'RecordingEnded':
    case 'RecordingPartSealed':
    case 'RecordingPartFailed':
    case 'RecordingSealed':
    case 'RecordingFailed':
      return evolveRecording(interaction, event, at)
    case 'DigitPressed':
    case 'MessageAdded':
    case 'MessageReported':
    case 'MessagesRead':
    case 'Overflowed':
    case 'Transferred':
    case 'TakenOver':
    case 'DigitsSent':
    case 'Conferenced':
      return interaction
    case 'ItemChanged':
    case 'ItemOverdue':
    case 'ItemCompleted':
      return evolveItem(interaction, event)
    case 'ParticipantInvited':
    case 'InvitationEnded':
    case 'SupervisionChanged':
    case 'Muted':
    case 'Held':
    case 'Retrieved':
    case 'Parked':
      return evolveTalk(interaction, event, at)
    default:
      return evolveParties(interaction, event, at)
  }
}

type PartyEvent = EventOf<
  | 'ParticipantAlerting'
  | 'ParticipantConnected'
  | 'ParticipantCleared'
  | 'CallbackAttempted'
  | 'CustomerDialled'
  | 'OutsideDialled'
  | 'WrapUpStarted'
  | 'WrapUpExtended'
  | 'WrapUpEnded'
  | 'Noted'
>

function evolveParties(interaction: Interaction, event: PartyEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'ParticipantAlerting':
      return changeParty(interaction, event.participant, { connection: 'alerting', since: at })
    case 'ParticipantConnected':
      return participantConnected(interaction, event, at)
    case 'ParticipantCleared':
      return participantCleared(interaction, event, at)
    case 'CustomerDialled':
      return dialled(interaction, event)
    case 'OutsideDialled': {
      const { phase } = interaction
      const talks = phase.state === 'connected' || phase.state === 'held'
      const next = { state: 'connected', since: at } as const
      return { ...dialled(interaction, event), phase: talks ? withPlace(next, interaction) : next }
    }
    case 'CallbackAttempted':
      return callbackAttempted(interaction, event, at)
    case 'WrapUpStarted':
      return changeParty(interaction, event.participant, { wrapUp: { since: at, until: event.until } })
    case 'WrapUpExtended': {
      const since = participantOf(interaction, event.participant)?.wrapUp?.since
      if (since === undefined) return interaction
      return changeParty(interaction, event.participant, { wrapUp: { since, until: event.until } })
    }
    case 'Noted': {
      const { code, text } = event
      const note = { ...(code === undefined ? undefined : { code }), ...(text === undefined ? undefined : { text }) }
      return changeParty(interaction, event.participant, { note })
    }
    case 'WrapUpEnded':
      return {
        ...interaction,
        participants: interaction.participants.map((participant) => {
          if (participant.id !== event.participant) return participant
          const { wrapUp: _, ...rest } = participant
          return rest
        }),
      }
    default:
      return assertNever(event)
  }
}

/** What an agent says of an attempt counts instead of what the phone told. Between two attempts nobody is left but who writes notes. */
function callbackAttempted(interaction: Interaction, event: EventOf<'CallbackAttempted'>, at: Millis): Interaction {
  const { attempt, outcome, user, queue, next: due } = event
  const before = (interaction.attempts ?? []).filter((one) => one.attempt !== attempt)
  const attempts = [...before, { attempt, at, outcome, ...(user === undefined ? undefined : { user }) }]
  const { phase, participants } = interaction
  if (due) {
    const writing = participants.filter((party) => party.wrapUp !== undefined)
    return { ...interaction, attempts, participants: writing, phase: { state: 'created', since: at, due } }
  }
  if (phase.state !== 'created') return { ...interaction, attempts }
  return {
    ...interaction,
    attempts,
    phase: { state: 'wrapping-up', queue, since: at },
  }
}

function withVisit(interaction: Interaction, visit: number): Interaction['counters'] {
  return { ...interaction.counters, visits: Math.max(interaction.counters.visits, visit) }
}

function dialled(
  interaction: Interaction,
  { participant }: EventOf<'ContactBegun' | 'CustomerDialled' | 'OutsideDialled'>,
): Interaction {
  const { participants, counters } = interaction
  return {
    ...interaction,
    participants: [...participants, participant],
    counters: { ...counters, participants: counters.participants + 1 },
  }
}

/** Its agent is there from the first moment. */
function begun(interaction: Interaction, event: EventOf<'ContactBegun'>, at: Millis): Interaction {
  const { queue, place } = event
  return { ...dialled(interaction, event), phase: { state: 'connected', queue, since: at, place: placeOf(place) } }
}

function stepEntered(
  interaction: Interaction,
  event: EventOf<'StepEntered'>,
  at: Millis,
  configuration: Configuration,
): Interaction {
  const { flow, step, visit, attempt, hearing } = event
  const recording = interaction.phase.state === 'in-flow' ? interaction.phase.recording : undefined
  const document = stepOf(flowOf(configuration, flow), step)
  const ready = document?.type === 'replay' && isSealed(interaction, recording)
  const waitMs = document && !ready ? stepWaitMs(document, false) : undefined
  return {
    ...interaction,
    counters: withVisit(interaction, visit),
    phase: {
      state: 'in-flow',
      flow,
      step,
      visit,
      since: at,
      attempt,
      programEnded: false,
      ...(waitMs === undefined ? undefined : { until: at + waitMs }),
      ...(recording === undefined ? undefined : { recording }),
      ...(hearing && { hearing }),
    },
  }
}

function isSealed(interaction: Interaction, recording: string | undefined): boolean {
  return interaction.recordings.some((one) => one.id === recording && one.sealed === true)
}

function programEnded(
  interaction: Interaction,
  event: EventOf<'ProgramEnded'>,
  at: Millis,
  configuration: Configuration,
): Interaction {
  const { phase } = interaction
  if (phase.state !== 'in-flow' || event.program !== visitProgram(interaction.id, phase.visit)) return interaction
  const { until: _, ...rest } = phase
  const step = stepOf(flowOf(configuration, phase.flow), phase.step)
  const waitMs = step && stepWaitMs(step, true)
  return {
    ...interaction,
    phase: { ...rest, programEnded: true, ...(waitMs === undefined ? undefined : { until: at + waitMs }) },
  }
}

function queued(interaction: Interaction, event: EventOf<'Queued'>): Interaction {
  const { queue, visit, prompts, nextAnnouncementAt, wants } = event
  return {
    ...interaction,
    ...(wants === undefined ? undefined : { wants }),
    counters: withVisit(interaction, visit),
    phase: {
      state: 'queued',
      queue,
      ...placeOf(event),
      visit,
      prompts,
      ...(nextAnnouncementAt === undefined ? undefined : { nextAnnouncementAt }),
    },
  }
}

/** It has left its queue for another: a stay there that somebody ended, not the queue's own rules. */
function moved(interaction: Interaction, { kind, to }: EventOf<'Moved'>, at: Millis): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued' || kind !== 'queue' || to === phase.queue) return interaction
  return { ...interaction, phase: { state: 'created', since: at } }
}

/** Its place is another one; who changed it, and the way back, are kept until it has what it came with. */
function prioritised(interaction: Interaction, { by, priority, rankAt }: EventOf<'PriorityChanged'>): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued' && phase.state !== 'offered') return interaction
  const { prioritised: before, ...rest } = phase
  const came = before ?? { from: phase.priority, rankAt: phase.rankAt ?? phase.enteredAt }
  const isBack = priority === came.from
  return {
    ...interaction,
    phase: { ...rest, priority, rankAt, ...(isBack ? undefined : { prioritised: { ...came, by } }) },
  }
}

/** Whom it may be offered to has changed; while it is offered, that counts for the way back. */
function widened(interaction: Interaction, { ring, only, routeAt }: EventOf<'Widened'>): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued') return interaction
  const { only: _, routeAt: __, ...rest } = phase
  return {
    ...interaction,
    phase: {
      ...rest,
      ring,
      ...(only === undefined ? undefined : { only }),
      ...(routeAt === undefined ? undefined : { routeAt }),
    },
  }
}

function announced(interaction: Interaction, event: EventOf<'Announced'>, at: Millis): Interaction {
  if (interaction.phase.state !== 'queued') return interaction
  const { visit, prompts, nextAnnouncementAt, expected } = event
  const told = interaction.phase.told ?? (expected && { at, ...expected })
  return {
    ...interaction,
    counters: withVisit(interaction, visit),
    phase: { ...interaction.phase, visit, prompts, nextAnnouncementAt, ...(told && { told }) },
  }
}

function offered(interaction: Interaction, event: EventOf<'Offered'>, at: Millis): Interaction {
  const { phase, counters } = interaction
  const { participant, user, queue, until, otherwise, back, returnTo, parked } = event
  const next = {
    ...interaction,
    participants: [...interaction.participants, participant],
    counters: { ...counters, participants: counters.participants + 1 },
  }
  if (phase.state === 'offered') {
    return { ...next, phase: { ...phase, others: [...(phase.others ?? []), { participant: participant.id, user }] } }
  }
  const place = phase.state === 'queued' ? phase : { priority: 0, enteredAt: at, visit: counters.visits, prompts: [] }
  const announcementAt = 'nextAnnouncementAt' in place ? place.nextAnnouncementAt : undefined
  return {
    ...next,
    phase: {
      state: 'offered',
      ...(queue === undefined ? undefined : { queue }),
      ...placeOf(place),
      visit: place.visit,
      prompts: place.prompts,
      participant: participant.id,
      user,
      since: at,
      until,
      ...(announcementAt === undefined ? undefined : { nextAnnouncementAt: announcementAt }),
      ...(otherwise === undefined ? undefined : { otherwise }),
      ...(back === undefined ? undefined : { back }),
      ...(returnTo === undefined ? undefined : { returnTo }),
      ...(parked === undefined ? undefined : { parked }),
    },
  }
}

/**
 * The party that did not come leaves the state. While others are rung they go on; when nobody is, who waits in a queue is back at its
 * old place, with its old moment of entering.
 */
function offerEnded(interaction: Interaction, event: EventOf<'OfferEnded'>, at: Millis): Interaction {
  const { phase } = interaction
  const participants = interaction.participants.filter((participant) => participant.id !== event.participant)
  if (!isOfferedTo(interaction, event.participant) || phase.state !== 'offered') return { ...interaction, participants }
  const { others: before = [], ...rest } = phase
  const [first, ...others] = [{ participant: phase.participant, user: phase.user }, ...before].filter(
    (one) => one.participant !== event.participant,
  )
  if (first) {
    return {
      ...interaction,
      participants,
      phase: { ...rest, ...first, ...(others.length === 0 ? undefined : { others }) },
    }
  }
  if (phase.queue === undefined) return { ...interaction, participants, phase: { state: 'created', since: at } }
  const { queue, visit, prompts, nextAnnouncementAt } = phase
  return {
    ...interaction,
    participants,
    phase: {
      state: 'queued',
      queue,
      ...placeOf(phase),
      visit,
      prompts,
      ...(nextAnnouncementAt === undefined ? undefined : { nextAnnouncementAt }),
    },
  }
}

function participantConnected(
  interaction: Interaction,
  event: EventOf<'ParticipantConnected'>,
  at: Millis,
): Interaction {
  const { phase } = interaction
  const next = withoutRing(changeParty(interaction, event.participant, { connection: 'connected', since: at }))
  if (phase.state === 'held') return settleTalk(next, at)
  if (phase.state !== 'offered' || !isOfferedTo(interaction, event.participant)) return next
  return settleTalk({ ...next, phase: withPlace({ state: 'connected', since: at }, interaction) }, at)
}

/** A party that never was connected and did not leave by itself has failed: its leg is still to be told why. */
function participantCleared(interaction: Interaction, event: EventOf<'ParticipantCleared'>, at: Millis): Interaction {
  const { reason } = event
  const participants = interaction.participants.map((participant): Participant => {
    if (participant.id !== event.participant) return participant
    const gone = isConnected(participant) || reason === 'hung-up' || reason === 'lost'
    return { ...participant, connection: gone ? 'cleared' : 'failed', since: at, reason }
  })
  const next = { ...interaction, participants }
  if (participants.some(isLive)) return settleTalk(next, at)
  const queue = queueOf(interaction)
  return {
    ...next,
    phase: { state: 'wrapping-up', ...(queue === undefined ? undefined : { queue }), since: at },
  }
}
