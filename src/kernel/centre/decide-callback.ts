import type { Millis } from '#base'
import { type CallbackRetries, isOpen, nextChange } from '#kernel/config'
import {
  type CallbackOutcome,
  type Due,
  type Interaction,
  isConnected,
  isLive,
  type Participant,
  participantOf,
  queueOf,
} from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { closeIfOver, type Ending, finish, letGo } from './finish.ts'
import { CALLBACK_ATTEMPTS_MAX, CALLBACK_RETRIES, SCHEDULE_CHANGES_MAX } from './limits.ts'

/** The customer of a callback who was dialled and has not answered yet. */
export function calledCustomer({ participants }: Interaction): Participant | undefined {
  return participants.find((one) => one.kind === 'customer' && isLive(one) && !isConnected(one))
}

/** The customer has answered the call. */
export function noteReached(draft: Draft, interaction: Interaction): void {
  noteAttempt(draft, interaction, { outcome: 'reached', user: agentOf(interaction)?.user })
}

/**
 * The customer was not reached, or its agent has left before: all parties are let go, the agent writes its notes, and the callback waits
 * for the next attempt where the rule of its queue has one.
 */
export function missCustomer(draft: Draft, interaction: Interaction, left: NonNullable<Ending['left']>): void {
  const outcome = outcomeOf(participantOf(interaction, left.participant), left.reason)
  const user = agentOf(interaction)?.user
  letGo(draft, interaction.id, { told: 'finished', left })
  noteAttempt(draft, interaction, { outcome, user, next: nextAttempt(draft, interaction, outcome) })
  closeIfOver(draft, interaction.id, 'failed')
}

/** What the phone of who left said means for the attempt. */
function outcomeOf(left: Participant | undefined, reason: string): CallbackOutcome {
  if (reason === 'lost') return 'interrupted'
  // An agent who puts the phone down has heard it ring long enough.
  if (left?.kind !== 'customer') return 'no-answer'
  switch (reason) {
    case 'busy':
    case 'declined':
      return 'busy'
    case 'unreachable':
    case 'error':
      return 'unreachable'
    default:
      return 'no-answer'
  }
}

/** The agent says how the attempt ended. While it talks the call ends with that, unless the customer is there. */
export function settleAttempt(draft: Draft, { interaction: id, user, outcome }: CommandOf<'SettleAttempt'>): void {
  const interaction = draft.interaction(id)
  const party = interaction?.participants.find((one) => one.user === user && one.kind === 'agent')
  const last = interaction?.attempts?.at(-1)
  if (!interaction || !party || last?.user !== user || last.outcome === outcome) return
  const { state } = interaction.phase
  const talks = (state === 'connected' || state === 'held') && isLive(party) && !calledCustomer(interaction)
  if (talks) letGo(draft, id, { told: 'finished' })
  else if (!party.wrapUp || state === 'connected' || state === 'held') return
  // It waits for its next attempt already, or is offered: what the agent says can only end that.
  const waits = state === 'created' || state === 'queued' || state === 'offered'
  if (waits && outcome === 'no-answer') return
  const { attempt } = last
  noteAttempt(draft, interaction, { attempt, outcome, user, next: nextAttempt(draft, interaction, outcome, attempt) })
  if (state === 'queued' || state === 'offered') return finish(draft, id, { closed: 'failed', told: 'finished' })
  if (talks) closeIfOver(draft, id, 'failed')
}

function agentOf({ participants }: Interaction): Participant | undefined {
  return participants.find((one) => one.kind === 'agent' && isLive(one))
}

interface Attempted {
  /** The next one when not said. */
  readonly attempt?: number
  readonly outcome: CallbackOutcome
  readonly user: string | undefined
  readonly next?: Due | undefined
}

function noteAttempt(draft: Draft, interaction: Interaction, attempted: Attempted): void {
  const { attempt = attemptNumber(interaction), outcome, user, next } = attempted
  draft.emit({
    type: 'CallbackAttempted',
    interaction: interaction.id,
    attempt,
    outcome,
    ...(user === undefined ? undefined : { user }),
    queue: queueNow(interaction),
    ...(next === undefined ? undefined : { next }),
  })
}

/** The queue whose agents call. */
function queueNow(interaction: Interaction): string {
  const { phase, to } = interaction
  return queueOf(interaction) ?? (phase.state === 'created' ? phase.due?.queue : undefined) ?? to
}

function attemptNumber({ attempts = [] }: Interaction): number {
  return (attempts.at(-1)?.attempt ?? 0) + 1
}

/** When it is tried again, by the rule of its queue; undefined when it is not. */
function nextAttempt(
  draft: Draft,
  interaction: Interaction,
  outcome: CallbackOutcome,
  attempt: number = attemptNumber(interaction),
): Due | undefined {
  const { phase, to } = interaction
  const name = queueNow(interaction)
  const queue = draft.configuration.queues.get(name)
  const rule = queue?.callbacks ?? CALLBACK_RETRIES
  const afterMs = retryAfter(rule, outcome)
  if (!queue || afterMs === undefined || attempt >= CALLBACK_ATTEMPTS_MAX) return undefined
  const lost = (interaction.attempts ?? []).filter((one) => one.outcome === 'interrupted' && one.attempt !== attempt)
  if (outcome !== 'interrupted' && attempt - lost.length >= rule.attempts) return undefined
  const { place } = 'place' in phase ? phase : { place: undefined }
  return {
    at: whenOpen(draft, name, draft.now + afterMs),
    ...(place === undefined ? undefined : { priority: place.priority, waitedSince: place.enteredAt }),
    ...(name === to ? undefined : { queue: name }),
  }
}

/** How long after an attempt the next one may be; undefined when nothing is left to try. */
function retryAfter({ busyMs, noAnswerMs }: CallbackRetries, outcome: CallbackOutcome): Millis | undefined {
  switch (outcome) {
    case 'interrupted':
      return 0
    case 'busy':
      return busyMs
    case 'no-answer':
    case 'unreachable':
      return noAnswerMs
    default:
      return undefined
  }
}

/** The first moment, from this one on, at which the queue's own hours let anybody work. */
function whenOpen({ configuration: { queues, schedules } }: Draft, name: string, at: Millis): Millis {
  const hours = (queues.get(name)?.overflow ?? []).flatMap(({ when }) => {
    const schedule = when.type === 'closed' ? schedules.get(when.schedule) : undefined
    return schedule ? [schedule] : []
  })
  let moment = at
  for (let changes = 0; changes < SCHEDULE_CHANGES_MAX; changes++) {
    const closed = hours.find((schedule) => !isOpen(schedule, moment))
    if (!closed) return moment
    moment = nextChange(closed, moment)
  }
  return at
}
