import type { Millis } from '#base'
import { type Configuration, isShortAbandon, serviceLevelOf } from '#kernel/config'
import { type Interaction, participantOf } from '#kernel/interaction'
import type { FigureEvent } from './event.ts'
import type { Fact } from './fact.ts'
import type { OpenContact, Visit } from './open-figures.ts'

/** What is known while one contact is followed through one event. */
export interface ContactStep {
  readonly id: string
  readonly before: Interaction | undefined
  readonly after: Interaction | undefined
  readonly event: FigureEvent
  readonly at: Millis
  readonly configuration: Configuration
  readonly note: (fact: Fact) => void
}

type Outcome = 'answered' | 'abandoned' | 'short-abandoned' | 'overflowed-out' | 'redirected' | 'withdrawn'

/** Follows a contact into and out of queues: each stay is offered once and ends in one way, whatever rang in between. */
export function followVisit(open: OpenContact, step: ContactStep): OpenContact {
  const place = placeOf(step.after)
  const { visit } = open
  if (visit ? visit.queue === place?.queue && visit.enteredAt === place.enteredAt : !place) return open
  let next = open
  let overflowed = false
  if (visit) {
    const outcome = outcomeOf(visit, place?.queue, step)
    noteEnd(outcome, visit, open, step)
    const { visit: _, ...rest } = next
    next = { ...rest, waitEndedAt: step.at }
    overflowed = outcome === 'overflowed-out'
  }
  return place ? enter(next, place, overflowed, step) : next
}

function placeOf(interaction: Interaction | undefined): Pick<Visit, 'queue' | 'enteredAt'> | undefined {
  const phase = interaction?.phase
  if (phase?.state !== 'queued' && phase?.state !== 'offered') return undefined
  return phase.queue === undefined ? undefined : { queue: phase.queue, enteredAt: phase.enteredAt }
}

function enter(
  open: OpenContact,
  { queue, enteredAt }: Pick<Visit, 'queue' | 'enteredAt'>,
  overflowed: boolean,
  step: ContactStep,
): OpenContact {
  const { at, configuration, note } = step
  const skills = Object.keys(configuration.queues.get(queue)?.skills ?? {})
  // The place may be older than a conversation that came between; a wait that was overflowed from begins anew in the next queue.
  const startedAt = Math.max(enteredAt, open.waitEndedAt ?? enteredAt)
  const visit: Visit = { queue, enteredAt, startedAt, skills }
  note(factOf('offered', visit, open, { id: step.id, at }))
  if (overflowed) note(factOf('overflowed-in', visit, open, { id: step.id, at }))
  return { ...open, visit, served: true }
}

function outcomeOf(visit: Visit, queueNow: string | undefined, step: ContactStep): Outcome {
  const { before, after, event, at, configuration } = step
  if (queueNow !== undefined) return queueNow === visit.queue ? 'redirected' : 'overflowed-out'
  const state = after?.phase.state
  if ((state === 'connected' || state === 'held') && before?.phase.state === 'offered') return 'answered'
  if (state !== undefined && state !== 'wrapping-up') return 'redirected'
  const left = event.type === 'ParticipantCleared' && (event.reason === 'hung-up' || event.reason === 'lost')
  const gaveUp = event.type === 'InteractionClosed' && event.reason.endsWith('abandoned')
  if (!left && !gaveUp) return 'withdrawn'
  const isShort = isShortAbandon(configuration.queues.get(visit.queue), at - visit.startedAt)
  return isShort ? 'short-abandoned' : 'abandoned'
}

function noteEnd(outcome: Outcome, visit: Visit, open: OpenContact, step: ContactStep): void {
  const { id, at, after, event, configuration } = step
  const ms = at - visit.startedAt
  const queue = configuration.queues.get(visit.queue)
  const withinMs = queue ? serviceLevelOf(queue).withinMs : 0
  const answeredBy =
    outcome === 'answered' && event.type === 'ParticipantConnected' && after
      ? participantOf(after, event.participant)?.user
      : undefined
  step.note({
    ...factOf(outcome, visit, open, { id, at }),
    detail: ms <= withinMs ? 'in-time' : 'late',
    ms,
    agent: answeredBy,
  })
}

function factOf(
  measure: Fact['measure'],
  { queue, skills }: Visit,
  { medium, line }: OpenContact,
  { id, at }: { readonly id: string; readonly at: Millis },
): Fact {
  return { measure, at, ms: 0, interaction: id, medium, queue, line, skills }
}
