import type { Millis } from '#base'
import type { Agent } from '#kernel/agent'
import type { Interaction } from '#kernel/interaction'
import { CLEARING_MS, UNSEALED_MS_MAX } from './limits.ts'
import type { UnsealedRecording } from './state.ts'

/** When something of the interaction falls due next. */
export function interactionDeadline(interaction: Interaction | undefined): Millis | undefined {
  if (!interaction) return undefined
  let due = soonest(phaseDeadline(interaction), itemDeadline(interaction))
  for (const { wrapUp, ringUntil } of interaction.participants) {
    due = soonest(due, soonest(wrapUp?.until, ringUntil))
  }
  return due
}

/** When a work item becomes overdue. */
function itemDeadline({ item, phase }: Interaction): Millis | undefined {
  return item?.isOverdue || phase.state === 'wrapping-up' ? undefined : item?.dueAt
}

/** When the phase alone falls due. */
export function phaseDeadline({ phase, participants }: Interaction): Millis | undefined {
  switch (phase.state) {
    case 'created':
      return phase.due?.at
    case 'in-flow':
    case 'offered':
      return phase.until
    case 'queued':
      return soonest(phase.nextAnnouncementAt, phase.routeAt)
    case 'held':
      return phase.parked?.until
    case 'wrapping-up':
      return participants.some((participant) => participant.connection === 'failed')
        ? phase.since + CLEARING_MS
        : undefined
    default:
      return undefined
  }
}

function soonest(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}

export function agentDeadline(agent: Agent | undefined): Millis | undefined {
  return agent?.ronaUntil
}

export function unsealedDeadline(recording: UnsealedRecording | undefined): Millis | undefined {
  return recording && recording.endedAt + UNSEALED_MS_MAX
}
