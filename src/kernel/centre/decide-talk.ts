import { hasCapacity, isDiallable } from '#kernel/agent'
import { allowsVoicemailTransfers, type Dialled } from '#kernel/config'
import { voicemailFlow } from '#kernel/flow'
import {
  type Interaction,
  isByPhone,
  isConnected,
  isLive,
  type Participant,
  participantOf,
  queueOf,
  talkersOf,
} from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { clearParty, dismissSupervisors, finish } from './finish.ts'
import { TALKERS_MAX } from './limits.ts'
import { endOwnWrapUp } from './offer.ts'
import { dialledBy, enterDialled } from './outside.ts'
import { startRecording } from './record-talk.ts'

/** A conversation and those who lead it, seen from one of them. */
export interface Talk {
  readonly interaction: Interaction
  readonly party: Participant
  /** Whom it talks to; in a conference the first of them. */
  readonly other: Participant
  /** Whether there are more. */
  readonly conference: boolean
}

/** The conversation that a party leads, if it has reached somebody in it. */
export function talkOf(draft: Draft, id: string, participant: string): Talk | undefined {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'connected' && interaction?.phase.state !== 'held') return undefined
  if (!isByPhone(interaction.medium)) return undefined
  const talkers = talkersOf(interaction)
  const party = talkers.find((one) => one.id === participant)
  const other = talkers.find((one) => one.id !== participant && isConnected(one))
  if (!party || !isConnected(party) || !other) return undefined
  return { interaction, party, other, conference: talkers.length > 2 }
}

export function hold(draft: Draft, { interaction, participant }: CommandOf<'Hold'>): void {
  const talk = talkOf(draft, interaction, participant)
  if (talk?.interaction.phase.state !== 'connected' || talk.party.connection === 'held') return
  draft.emit({ type: 'Held', interaction, by: participant })
}

/** Only who holds can take back. One phone is heard in one conversation: another that it leads is held, or given up if it reached nobody. */
export function retrieve(draft: Draft, { interaction, participant }: CommandOf<'Retrieve'>): void {
  const talk = talkOf(draft, interaction, participant)
  if (talk?.party.connection !== 'held') return
  const twin = twinOf(draft, talk.interaction, talk.party)
  if (twin?.party.connection === 'connected') {
    if (talkOf(draft, twin.interaction.id, twin.party.id)) {
      draft.emit({ type: 'Held', interaction: twin.interaction.id, by: twin.party.id })
    } else finish(draft, twin.interaction.id, { closed: 'ended', told: 'ended' })
  }
  draft.emit({ type: 'Retrieved', interaction, by: participant })
}

/** The same person's part in another interaction, led by the same phone: the consultation of a call, or the call of a consultation. */
export function twinOf(
  draft: Draft,
  interaction: Interaction,
  party: Participant,
): Pick<Talk, 'interaction' | 'party'> | undefined {
  if (party.user === undefined) return undefined
  for (const { interaction: id, participant } of draft.agent(party.user)?.work ?? []) {
    const other = id === interaction.id ? undefined : draft.interaction(id)
    const found = other && participantOf(other, participant)
    if (!other || !found || !isLive(found)) continue
    if (found.via === party.id || party.via === found.id) return { interaction: other, party: found }
  }
  return undefined
}

/** Nobody shall hear the party, or again. */
export function mute(draft: Draft, { interaction, participant, muted }: CommandOf<'Mute'>): void {
  const talk = talkOf(draft, interaction, participant)
  if (!talk || (talk.party.muted ?? false) === muted) return
  draft.emit({ type: 'Muted', interaction, participant, muted })
}

/** That digits are sent; which, only the media process knows. */
export function sendDigits(draft: Draft, { interaction, participant, count }: CommandOf<'SendDigits'>): void {
  const talk = talkOf(draft, interaction, participant)
  if (talk?.interaction.phase.state !== 'connected' || talk.party.connection === 'held') return
  draft.emit({ type: 'DigitsSent', interaction, by: participant, count })
}

/**
 * Blind transfer: the party leaves, the other goes where the number leads; what needs no phone goes there by itself (ACD-15). A number
 * that leads nowhere, or to a person who could not take it now, decides nothing: all stays, and the adapter tells the phone so.
 */
export function transfer(draft: Draft, { interaction: id, participant, to, mailbox }: CommandOf<'Transfer'>): void {
  const held = handOf(draft, id, participant)
  const dialled = held && dialledBy(draft.configuration, held.party.user, to)
  const destination = dialled && mailbox ? mailboxAt(draft, dialled, to) : dialled
  if (!held || !destination || !canTake(draft, held, destination)) return
  const back = queueOf(held.interaction)
  const { user, kind } = held.party
  draft.emit({ type: 'Transferred', interaction: id, by: participant, to, ...(mailbox && { mailbox }) })
  dismissSupervisors(draft, id)
  clearParty(draft, id, participant, 'transferred')
  enterDialled(draft, id, destination, {
    ...(back === undefined ? undefined : { back }),
    ...(kind === 'agent' && user !== undefined && { returnTo: user }),
  })
}

/** The flow that takes a message for whom a number belongs to, where policy allows it (VML-02). */
function mailboxAt({ configuration }: Draft, dialled: Dialled, number: string): Dialled {
  if (!allowsVoicemailTransfers(configuration.parameters)) throw CENTRE_ERRORS['centre.mailbox-forbidden']()
  if (dialled.type === 'user') return { type: 'flow', flow: voicemailFlow(dialled.user) }
  if (dialled.type === 'queue') return { type: 'flow', flow: voicemailFlow(dialled.queue) }
  throw CENTRE_ERRORS['centre.no-mailbox']({ number })
}

type Hand = Pick<Talk, 'interaction' | 'party'> & Partial<Pick<Talk, 'other'>>

/** What a party can hand over: a conversation that it leads, or work that needs no phone. */
function handOf(draft: Draft, id: string, participant: string): Hand | undefined {
  const interaction = draft.interaction(id)
  if (!interaction || isByPhone(interaction.medium)) {
    const talk = talkOf(draft, id, participant)
    // Who leaves a conference leaves the others to each other: there is nobody to be sent elsewhere.
    return talk?.conference ? undefined : talk
  }
  const party = participantOf(interaction, participant)
  const others = talkersOf(interaction).some((one) => one.id !== participant && isConnected(one))
  return interaction.phase.state === 'connected' && party && isLive(party) && !others
    ? { interaction, party }
    : undefined
}

function canTake(draft: Draft, { party, other, interaction }: Hand, destination: Dialled): boolean {
  if (destination.type === 'flow' || destination.type === 'outside') return isByPhone(interaction.medium)
  if (destination.type === 'queue') return true
  if (destination.user === party.user || destination.user === other?.user) return false
  const agent = draft.agent(destination.user)
  if (!agent || isByPhone(interaction.medium)) return agent !== undefined && isDiallable(agent)
  return hasCapacity(agent, draft.configuration.users.get(destination.user), interaction.medium)
}

/** Attended transfer: who led both conversations leaves them, and those who remain talk to each other. */
export function join(draft: Draft, command: CommandOf<'Join'>): void {
  const { interaction: id, participant, consulted: consultedId, consultedParticipant } = command
  const pair = pairOf(draft, { first: id, participant, consultedId, consultedParticipant })
  if (!pair) return
  const { first, consulted } = pair
  draft.emit({ type: 'Transferred', interaction: id, by: participant, to: consulted.other.address })
  clearParty(draft, id, participant, 'transferred')
  merge(draft, id, consulted)
  const left = draft.interaction(id)
  const [one, other] = left ? talkersOf(left) : []
  if (one && other) startRecording(draft, id, [first.conference ? one.id : first.other.id, consulted.other.id])
}

/** Conference: the two conversations are one, and who led both stays. */
export function conference(draft: Draft, command: CommandOf<'Conference'>): void {
  const { interaction: id, participant, consulted: consultedId, consultedParticipant } = command
  const pair = pairOf(draft, { first: id, participant, consultedId, consultedParticipant })
  if (!pair) return
  const parties = talkersOf(pair.first.interaction).length + talkersOf(pair.consulted.interaction).length - 1
  if (parties > TALKERS_MAX) throw CENTRE_ERRORS['centre.talk-full']({ most: TALKERS_MAX })
  draft.emit({ type: 'Conferenced', interaction: id, by: participant, consulted: consultedId })
  if (pair.first.party.connection === 'held') draft.emit({ type: 'Retrieved', interaction: id, by: participant })
  merge(draft, id, pair.consulted)
}

interface Pair {
  readonly first: string
  readonly participant: string
  readonly consultedId: string
  readonly consultedParticipant: string
}

/** The two conversations of one person, where they may become one: whoever is in both would hear itself. */
function pairOf(
  draft: Draft,
  { first: id, participant, consultedId, consultedParticipant }: Pair,
): { readonly first: Talk; readonly consulted: Talk } | undefined {
  const first = talkOf(draft, id, participant)
  const consulted = talkOf(draft, consultedId, consultedParticipant)
  if (!first || !consulted || id === consultedId || first.party.user !== consulted.party.user) return undefined
  const users = new Set(talkersOf(first.interaction).map(({ user }) => user))
  const both = talkersOf(consulted.interaction).some(
    (one) => one.id !== consultedParticipant && one.user !== undefined && users.has(one.user),
  )
  return both ? undefined : { first, consulted }
}

/** Brings those of a consultation into the conversation that it was for, without the one who led it; so the consultation is over. */
function merge(draft: Draft, id: string, { interaction, party }: Talk): void {
  for (const recording of interaction.recordings) {
    if (recording.endedAt === undefined) {
      draft.emit({ type: 'RecordingEnded', interaction: interaction.id, recording: recording.id })
    }
  }
  dismissSupervisors(draft, interaction.id)
  clearParty(draft, interaction.id, party.id, 'transferred')
  // As it is now: who was only called into the consultation was sent away above.
  const left = draft.interaction(interaction.id)
  for (const one of left ? talkersOf(left) : []) {
    if (one.id === party.id) continue
    if (one.user !== undefined) endOwnWrapUp(draft, id, one.user)
    // On hold in the consultation is on hold no more, but for whose phone is in a consultation of its own.
    const isBack = isConnected(one) && (left === undefined || !twinOf(draft, left, one))
    const participant: Participant = isBack ? { ...one, connection: 'connected' } : one
    draft.emit({ type: 'Joined', interaction: id, consulted: interaction.id, participant })
  }
  draft.emit({ type: 'InteractionClosed', interaction: interaction.id, reason: 'joined' })
}
