import { type Interaction, isByPhone, isTalker, type Participant, type Supervision } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { demandDiallable } from './demand-person.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { clearParty } from './finish.ts'
import { DIRECT_RING_MS, SUPERVISORS_MAX } from './limits.ts'
import { endOwnWrapUp, partyOfUser } from './offer.ts'

/** Somebody listens to a conversation of others, coaches its agent, joins it or takes it over; who is with it already changes how. */
export function supervise(draft: Draft, { interaction: id, user, mode, announced }: CommandOf<'Supervise'>): void {
  const interaction = draft.interaction(id)
  if (!interaction || !isTalk(interaction) || !isByPhone(interaction.medium)) return
  const own = interaction.participants.find((one) => one.user === user && one.kind === 'supervisor' && isThere(one))
  const agent = agentOf(interaction, user, own?.supervises?.agent)
  if (!agent) return
  if (own && isTalker(own) && mode !== 'join' && !isTalkWithout(interaction, own)) return
  const supervises = mode === 'join' ? undefined : { mode, agent: agent.id, announced }
  if (own) return change(draft, interaction, { ...own, user }, supervises)
  if (interaction.participants.some((one) => one.user === user && isThere(one))) {
    throw CENTRE_ERRORS['centre.is-party']({ user, interaction: id })
  }
  const supervisors = interaction.participants.filter((one) => one.kind === 'supervisor' && isThere(one))
  if (supervisors.length >= SUPERVISORS_MAX) throw CENTRE_ERRORS['centre.supervisors-full']({ most: SUPERVISORS_MAX })
  demandDiallable(draft, user)
  endOwnWrapUp(draft, id, user)
  draft.emit({
    type: 'ParticipantInvited',
    interaction: id,
    participant: { ...partyOfUser(draft, id, user, 'supervisor'), ...(supervises && { supervises }) },
    user,
    until: draft.now + DIRECT_RING_MS,
    by: user,
  })
}

/** Where somebody is parked nobody talks. */
function isTalk({ phase }: Interaction): boolean {
  return phase.state === 'connected' || (phase.state === 'held' && phase.parked === undefined)
}

/** Whoever has joined may only listen again where others go on talking: who is rung has not come yet. */
function isTalkWithout({ participants }: Interaction, own: Participant): boolean {
  return participants.filter((one) => one.id !== own.id && isTalker(one) && one.ringUntil === undefined).length >= 2
}

function isThere({ connection }: Participant): boolean {
  return connection !== 'cleared' && connection !== 'failed'
}

/** Whose work it is: the agent of the conversation, the first of several. */
function agentOf({ participants }: Interaction, user: string, known: string | undefined): Participant | undefined {
  const may = (one: Participant): boolean =>
    isTalker(one) && one.ringUntil === undefined && one.user !== undefined && one.user !== user
  return (
    participants.find((one) => one.id === known && may(one)) ??
    participants.find((one) => one.kind === 'agent' && may(one))
  )
}

function change(
  draft: Draft,
  { id }: Interaction,
  own: Participant & { readonly user: string },
  supervises: Supervision | undefined,
): void {
  if (own.supervises?.mode === supervises?.mode) return
  // Who rings still comes in the way that was asked for last.
  const participant = own.id
  draft.emit({
    type: 'SupervisionChanged',
    interaction: id,
    participant,
    user: own.user,
    ...(supervises && { supervises }),
  })
  if (supervises?.mode === 'take-over' && own.connection === 'connected') takeOver(draft, id, participant)
}

/** A supervisor who is there has the place of the agent, whose work after the call begins. */
export function takeOver(draft: Draft, id: string, participant: string): void {
  const own = draft.interaction(id)?.participants.find((one) => one.id === participant)
  if (own?.supervises?.mode !== 'take-over' || own.user === undefined) return
  const from = own.supervises.agent
  draft.emit({ type: 'SupervisionChanged', interaction: id, participant, user: own.user })
  draft.emit({ type: 'TakenOver', interaction: id, by: participant, from })
  clearParty(draft, id, from, 'taken-over')
}
