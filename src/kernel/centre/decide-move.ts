import { type Interaction, isByPhone, isConnected, isLive, type Participant, talkersOf } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { pickUp } from './decide-park.ts'
import { twinOf } from './decide-talk.ts'
import { demandTaker } from './demand-person.ts'
import type { Draft } from './draft.ts'
import { enterQueue, ringUser } from './enter.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { clearParty, dismissSupervisors, finish, withdrawOffer } from './finish.ts'
import { DIRECT_RING_MS, PRIORITY_MAX } from './limits.ts'

type Move = CommandOf<'Move'>
type ToQueue = Extract<Move['to'], { type: 'queue' }>

/**
 * Somebody who runs the shift brings what waits or talks to another queue or to a person. What can be refused is refused before anything
 * changes; and what was asked of something that waits decides nothing once it was answered, or the other way round.
 */
export function move(draft: Draft, command: Move): void {
  const interaction = draft.interaction(command.interaction)
  // A consultation goes where its call goes.
  if (!interaction || interaction.consults !== undefined) return
  const { state } = interaction.phase
  const stands = state === 'queued' || state === 'offered' ? 'waiting' : 'talking'
  if (stands === 'talking' && state !== 'connected' && state !== 'held') return
  if (command.expects !== undefined && command.expects !== stands) {
    throw CENTRE_ERRORS['centre.moved-on']({ interaction: interaction.id, state })
  }
  demandTarget(draft, interaction, command.to)
  if (stands === 'waiting') moveWaiting(draft, interaction, command)
  else moveTalking(draft, interaction, command)
}

function demandTarget(draft: Draft, interaction: Interaction, to: Move['to']): void {
  if (to.type === 'queue') {
    if (!draft.configuration.queues.has(to.queue)) throw CENTRE_ERRORS['centre.no-such-queue']({ queue: to.queue })
    return
  }
  const { user } = to
  if (interaction.participants.some((one) => one.user === user && isLive(one))) {
    throw CENTRE_ERRORS['centre.is-party']({ user, interaction: interaction.id })
  }
  demandTaker(draft, user, interaction)
}

/** Who waits keeps the place that the wait has earned, unless it is put first or last. */
function moveWaiting(draft: Draft, { id, phase }: Interaction, command: Move): void {
  const { to } = command
  if (phase.state !== 'queued' && phase.state !== 'offered') return
  if (to.type === 'user') {
    tell(draft, command)
    return pickUp(draft, { type: 'PickUp', interaction: id, user: to.user })
  }
  const isHere = phase.queue === to.queue
  if (isHere && to.place !== 'front') return
  withdrawOffer(draft, id)
  tell(draft, command)
  const { enteredAt, ring } = phase
  const place = isHere ? { enteredAt, ...(ring !== undefined && { ring }) } : { waitedSince: enteredAt }
  enterQueue(draft, id, to.queue, { prompts: [], ...priorityOf(to), ...(to.place === 'last' ? {} : place) })
}

/** The customer goes, whoever had it is free; nobody but the two may be in it. */
function moveTalking(draft: Draft, interaction: Interaction, command: Move): void {
  const { id, phase } = interaction
  const { to } = command
  if (phase.state !== 'connected' && phase.state !== 'held') return
  const from = leaverOf(interaction)
  if (from === undefined) return
  const consulted = from && twinOf(draft, interaction, from)
  if (consulted) finish(draft, consulted.interaction.id, { closed: 'ended', told: 'ended' })
  tell(draft, command, from ?? undefined)
  dismissSupervisors(draft, id)
  if (from) clearParty(draft, id, from.id, 'moved')
  if (to.type === 'user') {
    const back = phase.queue
    return ringUser(draft, id, {
      user: to.user,
      ringMs: DIRECT_RING_MS,
      ...(back === undefined ? undefined : { back }),
      ...(from?.user === undefined ? undefined : { returnTo: from.user }),
    })
  }
  const waitedSince = phase.place?.enteredAt
  enterQueue(draft, id, to.queue, {
    prompts: [],
    ...priorityOf(to),
    ...(to.place === 'last' || waitedSince === undefined ? {} : { waitedSince }),
  })
}

/** Whom the customer leaves: the one who talks to it; null where it is parked, undefined where it cannot be told who goes and who stays. */
function leaverOf(interaction: Interaction): Participant | null | undefined {
  const talkers = talkersOf(interaction).filter((one) => one.ringUntil === undefined)
  const leavers = talkers.filter((one) => one.user !== undefined && one.kind !== 'customer')
  const stays = talkers.filter((one) => !leavers.includes(one))
  if (leavers.length > 1 || (isByPhone(interaction.medium) && !(stays.length === 1 && isConnected(stays[0]!)))) {
    return undefined
  }
  return leavers[0] ?? (interaction.phase.state === 'held' && interaction.phase.parked ? null : undefined)
}

function priorityOf({ place }: ToQueue): { readonly priority?: number } {
  return place === 'front' ? { priority: PRIORITY_MAX } : {}
}

function tell(draft: Draft, { interaction, by, to, note }: Move, from?: Participant): void {
  draft.emit({
    type: 'Moved',
    interaction,
    by,
    kind: to.type,
    to: to.type === 'queue' ? to.queue : to.user,
    ...(to.type === 'queue' && { place: to.place }),
    ...(from?.user !== undefined && { from: from.user }),
    ...(note !== undefined && { note }),
  })
}
