import { type Interaction, isByPhone, isConnected, type ParticipantId, talkersOf } from '#kernel/interaction'
import { nextAnnouncementAt } from '#kernel/queue'
import type { Draft } from './draft.ts'
import { clearParty, dismissSupervisors, leaveToOthers } from './finish.ts'
import { nextRouteAt } from './widen.ts'

/**
 * Takes an interaction back whose agent can serve it no more, at the place where it was and with the moment when it first entered
 * (ACD-12); says whether that could be done: a customer is there, or none need be, and it came from a queue that there still is.
 */
export function rescue(draft: Draft, interaction: Interaction, lost: ParticipantId): boolean {
  const { id, phase, medium } = interaction
  if ((phase.state !== 'connected' && phase.state !== 'held') || phase.queue === undefined || !phase.place) return false
  const queue = draft.configuration.queues.get(phase.queue)
  const agent = interaction.participants.find((one) => one.id === lost)
  const waits = interaction.participants.some((one) => one.kind === 'customer' && isConnected(one))
  // Whoever is left in a conference has somebody to talk to.
  if (talkersOf(interaction).filter(isConnected).length > 2) return false
  if (!queue || agent?.kind !== 'agent' || (isByPhone(medium) && !waits)) return false
  const { priority, enteredAt, rankAt, ring = 0, prioritised } = phase.place
  const routeAt = nextRouteAt(draft, queue, { enteredAt, ring })
  const announcementAt = medium === 'voice' ? nextAnnouncementAt(queue, enteredAt, draft.now) : undefined
  dismissSupervisors(draft, id)
  clearParty(draft, id, lost, 'lost')
  draft.emit({
    type: 'Queued',
    interaction: id,
    queue: queue.name,
    priority,
    enteredAt,
    visit: interaction.counters.visits + 1,
    prompts: [],
    ...(rankAt === undefined ? undefined : { rankAt }),
    ...(ring === 0 ? undefined : { ring }),
    ...(prioritised === undefined ? undefined : { prioritised }),
    ...(announcementAt === undefined ? undefined : { nextAnnouncementAt: announcementAt }),
    ...(routeAt === undefined ? undefined : { routeAt }),
    rescued: true,
  })
  return true
}

/** An agent has logged off or is no more: what needs no phone is given to others. A call goes on as long as its phones do. */
export function rescueFrom(draft: Draft, user: string): void {
  for (const work of draft.agent(user)?.work ?? []) {
    const interaction = work.state === 'connected' ? draft.interaction(work.interaction) : undefined
    if (!interaction || isByPhone(interaction.medium)) continue
    // Colleagues who write too go on with it.
    if (!leaveToOthers(draft, interaction, work.participant, 'lost')) rescue(draft, interaction, work.participant)
  }
}
