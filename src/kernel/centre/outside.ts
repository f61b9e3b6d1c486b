import { type Configuration, type Dialled, resolveDialled, resolveNumber, trunksFor } from '#kernel/config'
import { MESSAGES_NUMBER, messagesFlow, SOUND_FLOW, SOUND_NUMBER } from '#kernel/flow'
import {
  type Interaction,
  type InteractionId,
  isConnected,
  isLive,
  type Participant,
  type Way,
} from '#kernel/interaction'
import { mayDo, type Right } from '#kernel/permission'
import type { Draft } from './draft.ts'
import { enterDestination, goOnUnanswered, turnAway } from './enter.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { clearParty } from './finish.ts'

/** Where a number leads for a user who dials it: outside only who may call there; undefined when it leads nowhere. */
export function dialledBy(configuration: Configuration, user: string | undefined, number: string): Dialled | undefined {
  if (user === undefined) return resolveNumber(configuration, number)
  return mayCallOutside(configuration, user)
    ? resolveDialled(configuration, number)
    : resolveNumber(configuration, number)
}

/** Where a call leads that a user makes: as `dialledBy`, and to what the user alone comes to by a feature code: no call is handed on to there. */
export function calledBy(configuration: Configuration, user: string | undefined, number: string): Dialled | undefined {
  return (
    (user === undefined ? undefined : featureOf(configuration, user, number)) ?? dialledBy(configuration, user, number)
  )
}

function featureOf(configuration: Configuration, user: string, number: string): Dialled | undefined {
  const known = configuration.users.get(user)
  if (!known || known.disabled) return undefined
  if (number === MESSAGES_NUMBER) return { type: 'flow', flow: messagesFlow(user) }
  const isSound = number === SOUND_NUMBER && mayOf(configuration, user, 'change-configuration')
  return isSound ? { type: 'flow', flow: SOUND_FLOW } : undefined
}

/** Whether the user may call telephone numbers outside; which ones, the trunks say. */
export function mayCallOutside(configuration: Configuration, user: string): boolean {
  return mayOf(configuration, user, 'call-outside')
}

function mayOf(configuration: Configuration, user: string, right: Right): boolean {
  const known = configuration.users.get(user)
  return known !== undefined && !known.disabled && mayDo(configuration, known.role, right)
}

/** As `dialledBy`; fails for a number that leads nowhere, or where the user may not call. */
export function demandDialled({ configuration }: Draft, user: string, number: string): Dialled {
  const dialled = dialledBy(configuration, user, number)
  if (dialled) return dialled
  if (trunksFor(configuration, number).length > 0) throw CENTRE_ERRORS['centre.outside-forbidden']({ user })
  throw CENTRE_ERRORS['centre.no-such-number']({ number })
}

/** As `calledBy`, failing as `demandDialled`. */
export function demandCalled(draft: Draft, user: string, number: string): Dialled {
  return calledBy(draft.configuration, user, number) ?? demandDialled(draft, user, number)
}

/** Brings an interaction to where somebody has dialled: here, or to somebody outside, who is called for those who are there. */
export function enterDialled(draft: Draft, id: InteractionId, dialled: Dialled, way: Way = {}): void {
  if (dialled.type !== 'outside') return enterDestination(draft, id, dialled, way)
  const interaction = draft.interaction(id)
  if (!interaction) return
  const hasWay = Object.values(way).some((one) => one !== undefined)
  draft.emit({
    type: 'OutsideDialled',
    interaction: id,
    participant: { ...outsideParty(draft, interaction, dialled.number), ...(hasWay && { way }) },
  })
}

/** Somebody outside as a party that is to be called: the customer, where none is there yet. */
export function outsideParty({ now }: Draft, { id, participants, counters }: Interaction, number: string): Participant {
  const isCustomer = !participants.some((one) => one.kind === 'customer')
  return {
    id: `${id}.p${counters.participants + 1}`,
    kind: isCustomer ? 'customer' : 'external',
    address: number,
    outside: number,
    connection: 'initiated',
    since: now,
  }
}

/** Whether the party is somebody outside who has been called and has not answered. */
export function isCalledOutside({ outside, user, ringUntil, connection }: Participant): boolean {
  const waits = connection === 'initiated' || connection === 'alerting'
  return outside !== undefined && user === undefined && ringUntil === undefined && waits
}

/** Who was called outside does not come: others go on talking, who waits alone goes its way, and without one it is told why. */
export function outsideFailed(
  draft: Draft,
  id: InteractionId,
  { id: participant, way }: Participant,
  reason: string,
): void {
  clearParty(draft, id, participant, reason)
  const left = draft.interaction(id)?.participants.filter((one) => isLive(one)) ?? []
  if (left.filter(isConnected).length >= 2) return
  if (way) goOnUnanswered(draft, id, reason, way)
  else turnAway(draft, id, reason)
}
