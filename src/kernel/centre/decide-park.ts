import { isDiallable } from '#kernel/agent'
import { resolveNumber } from '#kernel/config'
import { type Interaction, type InteractionId, isByPhone, queueOf } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { talkOf } from './decide-talk.ts'
import { demandDiallable, demandTaker } from './demand-person.ts'
import type { Draft } from './draft.ts'
import { park as parkAt, ringUser } from './enter.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { dismissSupervisors, withdrawOffer } from './finish.ts'
import { DIRECT_RING_MS, PARK_MS, PARK_SLOTS } from './limits.ts'
import { endOwnWrapUp, offerDirect, partyOfUser } from './offer.ts'

/** The call waits on a numbered place; who parked it is free for other work, with no work after this call, which is not over. */
export function park(draft: Draft, { interaction: id, participant, slot }: CommandOf<'Park'>): void {
  const talk = talkOf(draft, id, participant)
  const { user } = talk?.party ?? {}
  if (!talk || user === undefined || talk.conference || !isByPhone(talk.interaction.medium)) return
  const free = freeSlot(draft, slot)
  if (free === undefined) throw CENTRE_ERRORS['centre.no-slot']({ slot: slot ?? 'any number' })
  dismissSupervisors(draft, id)
  for (const recording of talk.interaction.recordings) {
    if (recording.endedAt === undefined)
      draft.emit({ type: 'RecordingEnded', interaction: id, recording: recording.id })
  }
  draft.emit({ type: 'Parked', interaction: id, by: participant, slot: free, user, until: draft.now + PARK_MS })
  draft.emit({ type: 'ParticipantCleared', interaction: id, participant, reason: 'parked' })
}

/** A slot that is not configured for something else and where nobody is parked. */
function freeSlot(draft: Draft, wanted: string | undefined): string | undefined {
  const taken = new Set<string>()
  for (const { phase } of draft.store.interactions.values()) {
    if (phase.state === 'held' && phase.parked) taken.add(phase.parked.slot)
    if (phase.state === 'offered' && phase.parked) taken.add(phase.parked.slot)
  }
  const slots = wanted === undefined ? PARK_SLOTS : PARK_SLOTS.filter((slot) => slot === wanted)
  return slots.find((slot) => !taken.has(slot) && !resolveNumber(draft.configuration, slot))
}

/** A parked call is taken: the person's phone is rung, and the call stays where it is until the phone is answered. */
export function unpark(draft: Draft, { interaction: id, user }: CommandOf<'Unpark'>): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'held' || !interaction.phase.parked) return
  // One after the other: the first who answers has it, and the next would stand in its way.
  if (interaction.participants.some((one) => one.ringUntil !== undefined)) return
  demandDiallable(draft, user)
  const queue = queueOf(interaction)
  endOwnWrapUp(draft, id, user)
  draft.emit({
    type: 'ParticipantInvited',
    interaction: id,
    participant: partyOfUser(draft, id, user, 'agent'),
    user,
    ...(queue === undefined ? undefined : { queue }),
    until: draft.now + DIRECT_RING_MS,
    by: user,
  })
}

/** Nobody has taken a parked call: its parker is rung, or its queue takes it back at the front, or it is parked on. */
export function serveParked(draft: Draft, { id, phase, participants }: Interaction): void {
  if (phase.state !== 'held' || !phase.parked) return
  const { slot, user } = phase.parked
  const parked = { slot, user }
  // Somebody is about to take it.
  if (participants.some((one) => one.ringUntil !== undefined)) return parkAt(draft, id, parked)
  const agent = draft.agent(user)
  const back = phase.queue
  if (back === undefined && !(agent && isDiallable(agent))) return parkAt(draft, id, parked)
  ringUser(draft, id, { user, ringMs: DIRECT_RING_MS, parked, ...(back === undefined ? undefined : { back }) })
}

/** Somebody takes what rings at a colleague, or waits in a queue. */
export function pickUp(draft: Draft, { interaction: id, user }: CommandOf<'PickUp'>): void {
  const interaction = draft.interaction(id)
  const { phase } = interaction ?? {}
  if (!interaction || (phase?.state !== 'offered' && phase?.state !== 'queued')) return
  if (phase.state === 'offered' && asked(phase).includes(user)) return
  demandTaker(draft, user, interaction)
  withdrawOffer(draft, id)
  if (phase.queue === undefined) return pickUpDirect(draft, id, user, phase)
  const agent = draft.agent(user)
  const queue = draft.configuration.queues.get(phase.queue)
  if (!agent || !queue) return
  offerDirect(draft, id, { user, ringMs: queue.ringTimeoutMs, queue: phase.queue })
}

function asked({ user, others = [] }: { readonly user: string; readonly others?: readonly { user: string }[] }) {
  return [user, ...others.map((one) => one.user)]
}

function pickUpDirect(
  draft: Draft,
  id: InteractionId,
  user: string,
  {
    otherwise,
    back,
    returnTo,
    parked,
  }: Pick<Extract<Interaction['phase'], { state: 'offered' }>, 'otherwise' | 'back' | 'returnTo' | 'parked'> & object,
): void {
  offerDirect(draft, id, {
    user,
    ringMs: DIRECT_RING_MS,
    ...(otherwise === undefined ? undefined : { otherwise }),
    ...(back === undefined ? undefined : { back }),
    ...(returnTo === undefined ? undefined : { returnTo }),
    ...(parked === undefined ? undefined : { parked }),
  })
}
