import { type Interaction, isByPhone, type Participant } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { reportConnected } from './decide-call.ts'
import { completeItem } from './decide-item.ts'
import { askedOf, endOffer } from './decide-offer.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { endInvitation, finish, leaveToOthers } from './finish.ts'

/** An agent takes what it is offered on its page. A call is taken by answering the phone that rings. */
export function accept(draft: Draft, { interaction: id, user }: CommandOf<'Accept'>): void {
  const interaction = draft.interaction(id)
  const invited = invitedOf(interaction, user)
  const asked = askedOf(interaction).find((one) => one.user === user) ?? (invited && { participant: invited.id })
  if (!interaction || !asked) return
  if (isByPhone(interaction.medium)) throw CENTRE_ERRORS['centre.by-phone']({ interaction: id })
  reportConnected(draft, { type: 'ReportConnected', interaction: id, participant: asked.participant })
}

/** An agent refuses what it is offered, by whatever medium: it is offered to others, and this one is left alone for a while. */
export function decline(draft: Draft, { interaction: id, user }: CommandOf<'Decline'>): void {
  const interaction = draft.interaction(id)
  const invited = invitedOf(interaction, user)
  if (invited) return endInvitation(draft, id, invited, 'declined')
  const asked = askedOf(interaction).find((one) => one.user === user)
  if (asked) endOffer(draft, id, { participant: asked.participant, reason: 'declined' })
}

/** An agent has done what a work item or something written asks for: of several who write the last one ends it. A call is over when somebody hangs up. */
export function complete(draft: Draft, { interaction: id, user, outcome }: CommandOf<'Complete'>): void {
  const interaction = draft.interaction(id)
  const worker = interaction && workerOf(interaction, user)
  if (!interaction || !worker) return
  if (isByPhone(interaction.medium)) throw CENTRE_ERRORS['centre.by-phone']({ interaction: id })
  if (leaveToOthers(draft, interaction, worker.id, 'completed')) return
  completeItem(draft, interaction, user, outcome)
  finish(draft, id, { closed: 'answered', told: 'completed' })
}

function workerOf({ participants, phase }: Interaction, user: string): Participant | undefined {
  if (phase.state !== 'connected') return undefined
  return participants.find((one) => one.user === user && one.connection === 'connected')
}

/** The part of an agent who is asked into a conversation that goes on meanwhile. */
function invitedOf(interaction: Interaction | undefined, user: string): Participant | undefined {
  return interaction?.participants.find((one) => one.user === user && one.ringUntil !== undefined)
}
