import type { Millis } from '#base'
import { type Agent, agentStatus } from '#kernel/agent'
import type { Interaction } from '#kernel/interaction'
import type { MemberEntry, WaitingEntry } from '#kernel/queue'
import { CLEARING_MS, UNSEALED_MS_MAX } from './limits.ts'
import type { UnsealedRecording } from './state.ts'

/** Where an interaction waits, if it does and agents are rung for its medium. Callbacks and work items hold a place but are offered to nobody yet. */
export function waitingEntry(
  interaction: Interaction | undefined,
): { readonly queue: string; readonly entry: WaitingEntry } | undefined {
  if (interaction?.phase.state !== 'queued' || interaction.medium !== 'voice') return undefined
  const { queue, priority, enteredAt } = interaction.phase
  return { queue, entry: { interaction: interaction.id, priority, enteredAt } }
}

/** An agent's seat in the queues that it fits. Ring-no-answer counts until its end is an event, whatever the time. */
export function memberEntry(agent: Agent): MemberEntry {
  const status = agentStatus(agent, Number.NEGATIVE_INFINITY)
  const away = status === 'unreachable' || status === 'logged-off'
  return { user: agent.user, free: status === 'ready', away, idleSince: agent.idleSince }
}

/** When something of the interaction falls due next. */
export function interactionDeadline(interaction: Interaction | undefined): Millis | undefined {
  if (!interaction) return undefined
  let due = phaseDeadline(interaction)
  for (const { wrapUp } of interaction.participants) {
    if (wrapUp && (due === undefined || wrapUp.until < due)) due = wrapUp.until
  }
  return due
}

/** When the phase alone falls due. */
export function phaseDeadline({ phase, participants }: Interaction): Millis | undefined {
  switch (phase.state) {
    case 'in-flow':
    case 'offered':
      return phase.until
    case 'queued':
      return phase.nextAnnouncementAt
    case 'wrapping-up':
      return participants.some((participant) => participant.connection === 'failed')
        ? phase.since + CLEARING_MS
        : undefined
    default:
      return undefined
  }
}

export function agentDeadline(agent: Agent | undefined): Millis | undefined {
  return agent?.ronaUntil
}

export function unsealedDeadline(recording: UnsealedRecording | undefined): Millis | undefined {
  return recording && recording.endedAt + UNSEALED_MS_MAX
}
