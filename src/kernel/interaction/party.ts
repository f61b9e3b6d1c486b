import type { Interaction, Medium, Participant, ParticipantId } from './interaction.ts'

/** Whether its parties are reached by phone: offered by ringing, answered by taking off. All others are offered on the page and accepted there. */
export function isByPhone(medium: Medium): boolean {
  return medium === 'voice' || medium === 'callback'
}

/** Whether its parties write to each other. */
export function isWritten(medium: Medium): boolean {
  return medium === 'chat' || medium === 'sms' || medium === 'email' || medium === 'fax'
}

/** Whether the party still takes part: not failed, not cleared. */
export function isLive(participant: Participant): boolean {
  return participant.connection !== 'failed' && participant.connection !== 'cleared'
}

/** Whether the party was reached: its media flow, or did before its hold. */
export function isConnected(participant: Participant): boolean {
  return participant.connection === 'connected' || participant.connection === 'held'
}

/** The party with that id, live or not. */
export function participantOf(interaction: Interaction, id: ParticipantId): Participant | undefined {
  return interaction.participants.find((participant) => participant.id === id)
}

/** The live parties, in the order in which they came. */
export function liveParticipants(interaction: Interaction): readonly Participant[] {
  return interaction.participants.filter(isLive)
}

/** The party who hears the flow, the queue's music or the ringing: the first live one that is not itself being offered the interaction. */
export function waitingParticipant(interaction: Interaction): Participant | undefined {
  return interaction.participants.find(
    (participant) => isLive(participant) && !isOfferedTo(interaction, participant.id),
  )
}

/** Whether the party is one of those whom the interaction is offered to. */
export function isOfferedTo({ phase }: Interaction, participant: ParticipantId): boolean {
  if (phase.state !== 'offered') return false
  return phase.participant === participant || (phase.others?.some((one) => one.participant === participant) ?? false)
}

/** The live party whom this one talks to, the first of several. */
export function otherParticipant(interaction: Interaction, id: ParticipantId): Participant | undefined {
  return interaction.participants.find((participant) => isTalker(participant) && participant.id !== id)
}

/** Whether the party takes part in the conversation itself: who only listens or coaches does not. */
export function isTalker(participant: Participant): boolean {
  return isLive(participant) && participant.supervises === undefined
}

/** The parties of the conversation, those who ring or hold included. */
export function talkersOf(interaction: Interaction): readonly Participant[] {
  return interaction.participants.filter(isTalker)
}

/** How many can be heard: with fewer than two the conversation is on hold. */
export function speakingCount(interaction: Interaction): number {
  let count = 0
  for (const one of interaction.participants) if (isTalker(one) && one.connection === 'connected') count++
  return count
}

/** The queue that the interaction belongs to now, if any: whose wrap-up and recording rules count. */
export function queueOf(interaction: Interaction): string | undefined {
  return 'queue' in interaction.phase ? interaction.phase.queue : undefined
}
