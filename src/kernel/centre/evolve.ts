import type { Millis } from '#base'
import { type AgentEvent, evolveAgent } from '#kernel/agent'
import { customerOf, type Interaction, isOfferedTo, participantOf, queueOf } from '#kernel/interaction'
import type { CentreEvent, EventOf } from './event.ts'
import { createInteraction, evolveInteraction, type InteractionEvent } from './evolve-interaction.ts'
import { evolveConversation } from './evolve-message.ts'
import { withPart } from './evolve-recording.ts'
import { settleTalk } from './evolve-talk.ts'
import type { CentreTarget } from './target.ts'
import { mailboxOf } from './voice-message.ts'

/** Folds one event into the state, or into the draft over it. An event of something that is not there changes nothing. */
export function applyEvent(target: CentreTarget, event: CentreEvent, at: Millis): void {
  switch (event.type) {
    case 'ConfigurationChanged':
      return target.changeConfiguration(event, at)
    case 'SessionsEnded':
      return target.endSessions(event.user, at)
    case 'ThresholdCrossed':
    case 'ThresholdRestored':
    case 'AlertRaised':
    case 'AlertSeen':
    case 'AlertAcknowledged':
    case 'AlertEnded':
      return target.changeAlerts(event, at)
    case 'RoomOpened':
    case 'RoomWritten':
    case 'RoomRead':
    case 'RoomChanged':
      return target.changeRooms(event, at)
    case 'VoiceMessageLeft':
    case 'VoiceMessageSettled':
    case 'VoiceMessageMarked':
      return target.changeMailboxes(event, at)
    case 'StatusChosen':
    case 'ReachableChanged':
    case 'StationChosen':
    case 'PresenceNoted':
    case 'RonaEnded':
    case 'QueueActivated':
      return applyToAgent(target, event.user, event, at)
    case 'InteractionCreated':
      return applyCreated(target, event, at)
    case 'InteractionClosed':
      return applyClosed(target, event, at)
    case 'Joined':
      return applyJoined(target, event, at)
    default:
      return applyToInteraction(target, event, at)
  }
}

/** An agent whose user is configured no more stays until its work is over. */
function applyToAgent(target: CentreTarget, user: string | undefined, event: AgentEvent, at: Millis): void {
  const agent = user === undefined ? undefined : target.agent(user)
  if (!agent) return
  const next = evolveAgent(agent, event, at)
  const remains = next.work.length > 0 || target.configuration.users.has(agent.user)
  if (next !== agent || !remains) target.setAgent(agent.user, remains ? next : undefined)
}

function applyCreated(target: CentreTarget, event: EventOf<'InteractionCreated'>, at: Millis): void {
  const { interaction } = event
  if (target.interaction(interaction)) return
  target.setInteraction(interaction, createInteraction(event, at))
  for (const { id, user } of event.participants) {
    applyToAgent(target, user, { type: 'CalledIn', interaction, participant: id }, at)
  }
}

function applyClosed(target: CentreTarget, event: EventOf<'InteractionClosed'>, at: Millis): void {
  const interaction = target.interaction(event.interaction)
  if (!interaction) return
  for (const { user } of interaction.participants) applyToAgent(target, user, event, at)
  const lost = event.reason === 'abandoned' ? queueOf(interaction) : undefined
  if (lost !== undefined) target.noteLoss(lost)
  target.setInteraction(interaction.id, undefined)
}

function applyJoined(target: CentreTarget, event: EventOf<'Joined'>, at: Millis): void {
  const first = target.interaction(event.interaction)
  const consulted = target.interaction(event.consulted)
  if (!first || !consulted) return
  const { participant } = event
  const queue = queueOf(first) ?? queueOf(consulted)
  const joined: Interaction = {
    ...first,
    participants: [...first.participants, participant],
    phase: { state: 'connected', ...(queue === undefined ? undefined : { queue }), since: at },
  }
  target.setInteraction(first.id, settleTalk(joined, at))
  target.setInteraction(consulted.id, {
    ...consulted,
    participants: consulted.participants.filter((other) => other.id !== participant.id),
  })
  applyToAgent(target, participant.user, event, at)
}

function applyToInteraction(target: CentreTarget, event: InteractionEvent, at: Millis): void {
  const interaction = target.interaction(event.interaction)
  if (interaction) {
    const next = withConversation(evolveInteraction(interaction, event, at, target.configuration), event, at)
    if (next !== interaction) target.setInteraction(interaction.id, next)
    noteWaits(target, interaction, event, at)
  }
  switch (event.type) {
    case 'ContactBegun':
      if (interaction) noteServed(target, interaction, event.user, at)
      return applyToAgent(target, event.user, event, at)
    case 'ParticipantInvited':
    case 'InvitationEnded':
    case 'Offered':
    case 'OfferEnded':
    case 'WrapUpStarted':
    case 'WrapUpExtended':
    case 'WrapUpEnded':
      return applyToAgent(target, event.user, event, at)
    case 'ParticipantConnected':
      if (interaction) noteAnswer(target, interaction, event, at)
      return applyToAgent(target, userOf(interaction, event.participant), event, at)
    case 'ParticipantCleared':
      return applyToAgent(target, userOf(interaction, event.participant), event, at)
    case 'RecordingEnded':
      return applyEnded(target, interaction, event, at)
    case 'RecordingPartSealed':
    case 'RecordingPartFailed': {
      const unsealed = target.unsealedOf(event.recording)
      return unsealed && target.setUnsealed(event.recording, withPart(unsealed, event))
    }
    case 'RecordingSealed':
    case 'RecordingFailed':
      return target.setUnsealed(event.recording, undefined)
    default:
      return
  }
}

function withConversation(interaction: Interaction, event: InteractionEvent, at: Millis): Interaction {
  const conversation = evolveConversation(interaction, event, at)
  return conversation === interaction.conversation || !conversation ? interaction : { ...interaction, conversation }
}

function applyEnded(
  target: CentreTarget,
  interaction: Interaction | undefined,
  event: EventOf<'RecordingEnded'>,
  at: Millis,
): void {
  const recording = interaction?.recordings.find((one) => one.id === event.recording)
  const { parts, finished } = recording ?? {}
  const mailbox = recording && mailboxOf(recording, at)
  target.setUnsealed(event.recording, {
    interaction: event.interaction,
    endedAt: at,
    ...(parts !== undefined && { parts }),
    ...(finished !== undefined && { finished }),
    ...(mailbox !== undefined && { mailbox }),
  })
}

function userOf(interaction: Interaction | undefined, participant: string): string | undefined {
  return interaction && participantOf(interaction, participant)?.user
}

/** An agent of a queue has answered: the queue's level changes, and the customer's agent is remembered. */
function noteAnswer(
  target: CentreTarget,
  interaction: Interaction,
  event: EventOf<'ParticipantConnected'>,
  at: Millis,
): void {
  const { phase } = interaction
  if (phase.state !== 'offered' || phase.queue === undefined || !isOfferedTo(interaction, event.participant)) return
  const withinMs = target.configuration.queues.get(phase.queue)?.serviceLevel.withinMs ?? 0
  target.noteAnswer(phase.queue, at - phase.enteredAt <= withinMs)
  noteServed(target, interaction, userOf(interaction, event.participant), at)
}

function noteServed(target: CentreTarget, interaction: Interaction, user: string | undefined, at: Millis): void {
  const customer = customerOf(interaction)
  if (user !== undefined && customer !== undefined) target.noteServed(customer, user, at)
}

/** What an event means for the pace of a queue, and for what somebody was told of its wait. */
function noteWaits(target: CentreTarget, interaction: Interaction, event: InteractionEvent, at: Millis): void {
  const { phase } = interaction
  if ((phase.state !== 'queued' && phase.state !== 'offered') || phase.queue === undefined) return
  const { queue, enteredAt, told } = phase
  if (event.type === 'Offered' && phase.state === 'queued') target.noteWait(queue, { type: 'offered', enteredAt, at })
  if (event.type === 'ParticipantConnected' && isOfferedTo(interaction, event.participant)) {
    const since = phase.state === 'offered' ? phase.since : at
    target.noteWait(queue, { type: 'answered', enteredAt, at, rangMs: at - since, told })
  }
  if (event.type !== 'ParticipantCleared' || isOfferedTo(interaction, event.participant)) return
  if (event.reason === 'hung-up' || event.reason === 'lost')
    target.noteWait(queue, { type: 'lost', enteredAt, at, told })
}
