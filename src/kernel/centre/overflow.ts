import { assertNever, type Millis } from '#base'
import { isOpen, nextChange, type Overflow, type Queue } from '#kernel/config'
import { type Interaction, type InteractionId, isByPhone } from '#kernel/interaction'
import { waitingOf } from '#kernel/routing'
import type { Draft } from './draft.ts'

/** How often it is asked whether still nobody is there for whom an overflow of that kind waits. */
const NOBODY_CHECK_MS: Millis = 30_000

/** The first rule of its queue by which an interaction shall not wait there (any longer); undefined when it shall. */
export function overflowOf(draft: Draft, interaction: Interaction): Overflow | undefined {
  const { phase } = interaction
  if (phase.state !== 'queued') return undefined
  const rules = draft.configuration.queues.get(phase.queue)?.overflow ?? []
  return rules.find(
    ({ to, when }) => (to.type === 'queue' || isByPhone(interaction.medium)) && holds(draft, interaction, when),
  )
}

function holds(draft: Draft, interaction: Interaction, when: Overflow['when']): boolean {
  const { phase } = interaction
  if (phase.state !== 'queued') return false
  switch (when.type) {
    case 'waited':
      return draft.now >= phase.enteredAt + when.afterMs
    case 'size':
      // Only who enters now finds the queue too long; who waited before keeps its place.
      return phase.enteredAt === draft.now && waitingIn(draft, phase.queue, interaction.id) >= when.waiting
    case 'closed': {
      const schedule = draft.configuration.schedules.get(when.schedule)
      return schedule !== undefined && !isOpen(schedule, draft.now)
    }
    case 'nobody':
      return isDeserted(draft, interaction)
    default:
      return assertNever(when)
  }
}

/** How many others wait. */
function waitingIn(draft: Draft, queue: string, but: InteractionId): number {
  let count = draft.store.queues.get(queue)?.waiting.size ?? 0
  for (const id of draft.touched()) {
    if (id !== but && waitingOf(draft.store.interaction(id))?.demand.queue === queue) count--
    if (id !== but && waitingOf(draft.interaction(id))?.demand.queue === queue) count++
  }
  return waitingOf(draft.store.interaction(but))?.demand.queue === queue ? count - 1 : count
}

/** Whether nobody who may serve it is logged on, whatever they do. */
function isDeserted(draft: Draft, interaction: Interaction): boolean {
  const waiting = waitingOf(interaction)
  const line = waiting && draft.line(waiting.key)
  if (!line) return true
  const { freeCount, passedOverCount } = draft.agentsOf(line)
  return freeCount + passedOverCount === 0
}

/** When a rule may hold that does not hold now. */
export function nextOverflowAt(draft: Draft, queue: Queue, enteredAt: Millis): Millis | undefined {
  let next: Millis | undefined
  for (const { when } of queue.overflow ?? []) {
    const at = momentOf(draft, when, enteredAt)
    if (at !== undefined && at > draft.now && (next === undefined || at < next)) next = at
  }
  return next
}

function momentOf(draft: Draft, when: Overflow['when'], enteredAt: Millis): Millis | undefined {
  switch (when.type) {
    case 'waited':
      return enteredAt + when.afterMs
    case 'size':
      return undefined
    case 'closed': {
      const schedule = draft.configuration.schedules.get(when.schedule)
      return schedule && nextChange(schedule, draft.now)
    }
    case 'nobody':
      return draft.now + NOBODY_CHECK_MS
    default:
      return assertNever(when)
  }
}
