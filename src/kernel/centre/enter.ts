import { assertNever, type Millis } from '#base'
import { hasCapacity, isDiallable } from '#kernel/agent'
import { type Destination, type Overflow, type QueueKey, resolveNumber } from '#kernel/config'
import { flowOf, followStep, type Hearing, type StepInput, type StepOutcome, stepOf, voicemailFlow } from '#kernel/flow'
import {
  type Interaction,
  type InteractionId,
  isByPhone,
  isLive,
  type Medium,
  type ParkedAt,
  type Wants,
  type Way,
  type WorkItem,
  waitingParticipant,
} from '#kernel/interaction'
import { nextAnnouncementAt } from '#kernel/queue'
import type { Draft } from './draft.ts'
import { finish, withdrawOffer } from './finish.ts'
import { countMessages, moveAmongMessages } from './hear-messages.ts'
import {
  DIRECT_RING_MS,
  OVERFLOWS_AT_ONCE_MAX,
  PARK_MS,
  PRIORITY_MAX,
  PRIORITY_STEP_MS,
  STEPS_AT_ONCE_MAX,
} from './limits.ts'
import { type DirectOffer, offerDirect } from './offer.ts'
import { overflowOf } from './overflow.ts'
import { nextRouteAt, onlyOf } from './widen.ts'
import { type KeptPlace, replaceCallback } from './withdraw.ts'

/** Brings an interaction to where a number leads. */
export function enterDestination(draft: Draft, id: InteractionId, destination: Destination, way: Way = {}): void {
  switch (destination.type) {
    case 'flow':
      return enterFlow(draft, id, destination.flow)
    case 'queue':
      return enterQueue(draft, id, destination.queue)
    case 'user':
      return ringUser(draft, id, {
        user: destination.user,
        ringMs: DIRECT_RING_MS,
        ...way,
      })
    default:
      return assertNever(destination)
  }
}

/** How an interaction waits, where it is not as its queue says. */
interface QueuePlace {
  readonly priority?: number | undefined
  readonly prompts?: readonly string[]
  readonly wants?: Wants | undefined
  readonly kept?: KeptPlace | undefined
  /** Since when it has waited here, and how many rings it has come to, when it only changes its place. */
  readonly enteredAt?: Millis
  readonly ring?: number
  /** Since when it has waited in the queue that it comes from: its place is as if it had waited here. */
  readonly waitedSince?: Millis
}

/** Lets an interaction wait in a queue. */
export function enterQueue(draft: Draft, id: InteractionId, name: string, place: QueuePlace = {}): void {
  const queue = draft.configuration.queues.get(name)
  const interaction = draft.interaction(id)
  if (!interaction) return
  if (!queue) return turnAway(draft, id, 'unreachable')
  const speaks = interaction.medium === 'voice'
  const priority = place.kept?.priority ?? place.priority ?? queue.priority
  const enteredAt = place.kept?.enteredAt ?? place.enteredAt ?? draft.now
  const ring = place.kept?.ring ?? place.ring ?? 0
  const wants = place.wants ?? interaction.wants
  const only = onlyOf(draft, interaction, queue, wants)
  const routeAt = nextRouteAt(draft, queue, { enteredAt, ring, only })
  const announcementAt = speaks ? nextAnnouncementAt(queue, enteredAt, draft.now) : undefined
  draft.emit({
    type: 'Queued',
    interaction: id,
    queue: name,
    priority,
    enteredAt,
    visit: interaction.counters.visits + 1,
    prompts: speaks ? (place.prompts ?? queue.welcomePrompts) : [],
    rankAt:
      place.kept?.rankAt ?? (place.waitedSince ?? enteredAt) - priority * (queue.priorityStepMs ?? PRIORITY_STEP_MS),
    ...(ring === 0 ? undefined : { ring }),
    ...(place.kept === undefined ? undefined : { keeps: place.kept.of }),
    ...(place.kept?.prioritised === undefined ? undefined : { prioritised: place.kept.prioritised }),
    ...(announcementAt === undefined ? undefined : { nextAnnouncementAt: announcementAt }),
    ...(only === undefined ? undefined : { only }),
    ...(routeAt === undefined ? undefined : { routeAt }),
    ...(place.wants === undefined ? undefined : { wants: place.wants }),
  })
  overflow(draft, id)
}

/** Sends an interaction where its queue says, if it shall not wait there (any longer); says whether. */
export function overflow(draft: Draft, id: InteractionId): boolean {
  const interaction = draft.interaction(id)
  const rule = interaction && overflowOf(draft, interaction)
  // Queues that overflow into each other in a ring keep whom they have at some point.
  if (interaction?.phase.state !== 'queued' || !rule || draft.overflows >= OVERFLOWS_AT_ONCE_MAX) return false
  draft.overflows++
  const { queue, enteredAt } = interaction.phase
  draft.emit({ type: 'Overflowed', interaction: id, queue, reason: rule.when.type })
  followOverflow(draft, id, rule.to, { queue, enteredAt })
  return true
}

interface From {
  readonly queue: string
  readonly enteredAt: Millis
}

function followOverflow(draft: Draft, id: InteractionId, to: Overflow['to'], { queue, enteredAt }: From): void {
  switch (to.type) {
    case 'queue':
      return enterQueue(draft, id, to.queue, { waitedSince: enteredAt, prompts: [] })
    case 'flow':
      return enterFlow(draft, id, to.flow)
    case 'voicemail':
      return enterFlow(draft, id, voicemailFlow(to.mailbox))
    case 'number': {
      const destination = resolveNumber(draft.configuration, to.number)
      return destination
        ? enterDestination(draft, id, destination, { back: queue })
        : turnAway(draft, id, 'unreachable')
    }
    default:
      return assertNever(to)
  }
}

function enterFlow(draft: Draft, id: InteractionId, flow: string): void {
  const document = flowOf(draft.configuration, flow)
  if (!document) return turnAway(draft, id, 'unreachable')
  enterStep(draft, id, { flow, step: document.start })
}

/** Rings a person, or goes on at once as if nobody had answered. */
export function ringUser(draft: Draft, id: InteractionId, offer: DirectOffer): void {
  const agent = draft.agent(offer.user)
  const medium = draft.interaction(id)?.medium ?? 'voice'
  const user = draft.configuration.users.get(offer.user)
  // Who is configured no more is there only until its work is over: it gets nothing new.
  const takes = agent && user && (isByPhone(medium) ? isDiallable(agent) : hasCapacity(agent, user, medium))
  if (takes) return offerDirect(draft, id, offer)
  goOnUnanswered(draft, id, agent?.reachable ? 'busy' : 'unreachable', offer)
}

/** A caller leaves its queue into a flow, by a key. What rings for it is taken back first. */
export function leaveQueue(draft: Draft, id: InteractionId, { flow, callback = false }: QueueKey): void {
  withdrawOffer(draft, id)
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'queued') return
  if (callback) noteCallback(draft, interaction, interaction.phase.queue, { ...interaction.phase, of: id })
  enterFlow(draft, id, flow)
}

/**
 * A direct offer failed: the flow goes on, or who transferred the caller is rung, or the queue takes the caller back at its front, or it
 * is parked where it was, or told.
 */
export function goOnUnanswered(
  draft: Draft,
  id: InteractionId,
  reason: string,
  { otherwise, back, returnTo, parked }: Omit<DirectOffer, 'user' | 'ringMs'>,
): void {
  if (otherwise) return enterStep(draft, id, otherwise)
  if (returnTo !== undefined) {
    const agent = draft.configuration.users.has(returnTo) ? draft.agent(returnTo) : undefined
    if (agent && isByPhone(draft.interaction(id)?.medium ?? 'voice') && isDiallable(agent)) {
      return offerDirect(draft, id, {
        user: returnTo,
        ringMs: DIRECT_RING_MS,
        ...(back === undefined ? undefined : { back }),
      })
    }
  }
  if (back !== undefined && draft.configuration.queues.has(back)) {
    return enterQueue(draft, id, back, { priority: PRIORITY_MAX, prompts: ['transfer-failed'] })
  }
  if (parked) return park(draft, id, parked)
  turnAway(draft, id, reason)
}

/** Lets a call wait where anybody may take it. */
export function park(draft: Draft, id: InteractionId, { slot, user }: Omit<ParkedAt, 'until'>): void {
  const waiting = draft.interaction(id)?.participants.find(isLive)
  if (!waiting) return
  draft.emit({ type: 'Parked', interaction: id, by: `${id}.park`, slot, user, until: draft.now + PARK_MS })
}

/** Ends an interaction that found nobody. */
export function turnAway(draft: Draft, id: InteractionId, reason: string): void {
  finish(draft, id, { closed: 'failed', told: reason })
}

export interface StepPlace {
  readonly flow: string
  readonly step: string
  readonly attempt?: number
  /** What is said where the step says messages; when nothing is given, how many there are. */
  readonly hearing?: Hearing
}

/** Enters a step of a flow, and on through those that do not wait. A step that the flow has no more is taken for its beginning. */
export function enterStep(draft: Draft, id: InteractionId, { flow, step, attempt = 1, hearing }: StepPlace): void {
  const document = flowOf(draft.configuration, flow)
  const interaction = draft.interaction(id)
  if (!interaction) return
  draft.stepsEntered++
  if (!document || draft.stepsEntered > STEPS_AT_ONCE_MAX) return turnAway(draft, id, 'unreachable')
  const name = stepOf(document, step) ? step : document.start
  const entered = stepOf(document, name)
  const hears = hearing ?? (entered?.type === 'messages' ? countMessages(draft, entered.mailbox) : undefined)
  draft.emit({
    type: 'StepEntered',
    interaction: id,
    flow,
    step: name,
    visit: interaction.counters.visits + 1,
    attempt,
    ...(hears && { hearing: hears }),
  })
  followFlow(draft, id, { type: 'entered' })
}

/** What the flow makes of an input at the step where the interaction stands. */
export function followFlow(draft: Draft, id: InteractionId, input: StepInput): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'in-flow') return
  const { flow, step } = interaction.phase
  const document = stepOf(flowOf(draft.configuration, flow), step)
  if (!document) return enterStep(draft, id, { flow, step })
  act(draft, interaction, flow, followStep(document, interaction.phase, input))
}

function act(draft: Draft, interaction: Interaction, flow: string, outcome: StepOutcome): void {
  const { id, phase } = interaction
  if (outcome.type !== 'stay' && outcome.type !== 'record') endStepRecording(draft, interaction)
  switch (outcome.type) {
    case 'stay':
      return
    case 'go':
      return enterStep(draft, id, { flow, step: outcome.step })
    case 'ask-again':
      return enterStep(draft, id, {
        flow,
        step: phase.state === 'in-flow' ? phase.step : '',
        attempt: outcome.attempt,
      })
    case 'record':
      return startStepRecording(draft, interaction, outcome)
    case 'hear':
      return enterStep(draft, id, { flow, ...moveAmongMessages(draft, interaction, outcome) })
    case 'queue':
      return enterQueue(draft, id, outcome.queue, { priority: outcome.priority, wants: outcome.wants })
    case 'transfer':
      return transferInFlow(draft, id, flow, outcome)
    case 'callback':
      noteCallback(draft, interaction, outcome.queue)
      return enterStep(draft, id, { flow, step: outcome.next })
    case 'hang-up':
      return finish(draft, id, { closed: 'self-served', told: 'finished' })
    default:
      return assertNever(outcome)
  }
}

function transferInFlow(
  draft: Draft,
  id: InteractionId,
  flow: string,
  { to, ringTimeoutMs, otherwise }: StepOutcome & { type: 'transfer' },
): void {
  const destination = resolveNumber(draft.configuration, to)
  if (!destination) return enterStep(draft, id, { flow, step: otherwise })
  if (destination.type !== 'user') return enterDestination(draft, id, destination)
  ringUser(draft, id, { user: destination.user, ringMs: ringTimeoutMs, otherwise: { flow, step: otherwise } })
}

function startStepRecording(
  draft: Draft,
  interaction: Interaction,
  { durationMsMax, mailbox }: StepOutcome & { type: 'record' },
): void {
  const party = waitingParticipant(interaction)
  if (!party) return
  draft.emit({
    type: 'RecordingStarted',
    interaction: interaction.id,
    recording: `${interaction.id}.r${interaction.counters.recordings + 1}`,
    channels: [party.id],
    durationMsMax,
    ...(mailbox === undefined ? undefined : { mailbox }),
  })
}

function endStepRecording(draft: Draft, { id, recordings }: Interaction): void {
  for (const recording of recordings) {
    if (recording.endedAt === undefined) {
      draft.emit({ type: 'RecordingEnded', interaction: id, recording: recording.id })
    }
  }
}

/** A caller asks to be called back: an interaction of its own, whose id follows from the caller's. It waits on at the place that is given. */
export function noteCallback(draft: Draft, caller: Interaction, queue: string, kept?: KeptPlace): void {
  const { id, from, customer, wants, counters } = caller
  const interaction = `${id}.c${counters.visits}`
  createQueued(draft, { interaction, medium: 'callback', from, queue, customer, wants: kept && wants, kept })
}

export interface NewWork {
  readonly interaction: InteractionId
  readonly medium: Exclude<Medium, 'voice'>
  /** The number to call back, the address of a customer, or who made the work item. */
  readonly from: string
  readonly queue: string
  readonly subject?: string | undefined
  readonly item?: WorkItem | undefined
  readonly consent?: string | undefined
  readonly priority?: number | undefined
  readonly wants?: Wants | undefined
  readonly customer?: string | undefined
  readonly kept?: KeptPlace | undefined
  /** When it comes into the queue, if that is later than now. */
  readonly at?: Millis | undefined
}

/** Puts a contact that is no call into a queue, now or when its time has come. */
export function createQueued(draft: Draft, work: NewWork): void {
  const { interaction, medium, from, queue, subject, item, consent, priority, wants, customer, at } = work
  if (draft.interaction(interaction)) return
  const due =
    at === undefined || at <= draft.now ? undefined : { at, ...(priority === undefined ? undefined : { priority }) }
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium,
    direction: medium === 'callback' ? 'outbound' : medium === 'work-item' ? 'internal' : 'inbound',
    from,
    to: queue,
    ...(subject === undefined ? undefined : { subject }),
    ...(item === undefined ? undefined : { item }),
    ...(consent === undefined ? undefined : { consent }),
    ...(wants === undefined ? undefined : { wants }),
    ...(customer === undefined ? undefined : { customer }),
    ...(due === undefined ? undefined : { due }),
    participants: [],
  })
  if (due) return
  const kept = work.kept ?? (medium === 'callback' ? replaceCallback(draft, interaction) : undefined)
  enterQueue(draft, interaction, queue, { priority, kept })
}

/** The time has come that a customer asked to be called at. */
export function comeDue(draft: Draft, { id, medium, to, phase }: Interaction): void {
  const due = phase.state === 'created' ? phase.due : undefined
  if (!due) return
  const kept = medium === 'callback' ? replaceCallback(draft, id) : undefined
  const { priority, queue = to, waitedSince } = due
  enterQueue(draft, id, queue, { priority, kept, ...(waitedSince === undefined ? undefined : { waitedSince }) })
}
