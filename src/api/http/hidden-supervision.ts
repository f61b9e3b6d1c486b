import type { FastifyRequest } from 'fastify'
import type { InteractionDetail, TimelineEntry } from '#api/contract'
import { askerOf, has } from './who.ts'

/**
 * An interaction for the asking user: who may not listen is not told who listened or coached unannounced, neither among the parties nor in
 * the timeline. Who joined or took over was heard by all, and is told of.
 */
export function withoutHiddenSupervision(request: FastifyRequest, detail: InteractionDetail): InteractionDetail {
  if (has(request, 'monitor')) return detail
  const hidden = hiddenIn(detail.timeline, askerOf(request).user.name)
  // While history is away there is no timeline to tell by: then whoever supervises is left out.
  const isHidden = (one: InteractionDetail['participants'][number]): boolean =>
    hidden.has(one.id) || (one.supervises != null && !one.supervises.announced)
  return {
    ...detail,
    participants: detail.participants.filter((one) => !isHidden(one)),
    timeline: detail.timeline.filter((entry) => !hidden.has(participantOf(entry) ?? '')),
  }
}

function hiddenIn(timeline: readonly TimelineEntry[], viewer: string): ReadonlySet<string> {
  const hidden = new Set<string>()
  for (const entry of timeline) {
    const participant = participantOf(entry)
    if (participant === undefined) continue
    if (entry.type === 'ParticipantInvited') {
      const { supervises, user } = entry.details['participant'] as Invited
      if (supervises?.announced === false && user !== viewer) hidden.add(participant)
    }
    if (entry.type === 'SupervisionChanged') {
      const supervises = entry.details['supervises'] as Invited['supervises']
      if (supervises === undefined) hidden.delete(participant)
    }
  }
  return hidden
}

interface Invited {
  readonly user?: string
  readonly supervises?: { readonly announced: boolean }
}

function participantOf({ details }: TimelineEntry): string | undefined {
  const { participant } = details
  if (typeof participant === 'string') return participant
  return typeof participant === 'object' && participant !== null && 'id' in participant
    ? String(participant.id)
    : undefined
}
