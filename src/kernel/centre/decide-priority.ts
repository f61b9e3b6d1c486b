import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { PRIORITY_STEP_MS } from './limits.ts'

/**
 * Somebody gives what waits in a queue another priority: it keeps what its wait has earned, and each point is worth what its queue says
 * now. What is being offered is offered on, and has the new priority when nobody takes it. The priority that it came with brings back
 * the very place that it came to.
 */
export function changePriority(draft: Draft, command: CommandOf<'ChangePriority'>): void {
  const { interaction: id, by, priority, note } = command
  const interaction = draft.interaction(id)
  if (!interaction) return
  const { phase } = interaction
  const isWaiting = phase.state === 'queued' || phase.state === 'offered'
  if (!isWaiting || phase.queue === undefined) {
    throw CENTRE_ERRORS['centre.not-waiting']({ interaction: id, state: phase.state })
  }
  const { priority: before, enteredAt, rankAt = enteredAt } = phase
  if (priority === before) return
  const came = phase.prioritised ?? { from: before, rankAt }
  const stepMs = draft.configuration.queues.get(phase.queue)?.priorityStepMs ?? PRIORITY_STEP_MS
  draft.emit({
    type: 'PriorityChanged',
    interaction: id,
    ...{ by, priority, before },
    // Nobody counts as having waited less than it has: points may have been worth less when it came.
    rankAt: Math.min(enteredAt, came.rankAt + (came.from - priority) * stepMs),
    ...(note !== undefined && { note }),
  })
}
