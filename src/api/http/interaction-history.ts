import { type InteractionDetail, type InteractionView, moment, momentOrNull, type TimelineEntry } from '#api/contract'
import { viewInteraction, viewParticipant, viewWhy } from '#api/live'
import { assertNever } from '#base'
import type { Interaction, InteractionSummary } from '#kernel/interaction'
import type { HistoryDetail, HistorySegment } from './ports.ts'

/** A closed interaction as lists show it. */
export function viewSummary(summary: InteractionSummary): InteractionView {
  return {
    id: summary.interactionIdKey,
    medium: summary.medium,
    direction: summary.direction,
    from: summary.from,
    to: summary.to,
    state: 'closed',
    since: moment(summary.closedAt),
    createdAt: moment(summary.createdAt),
    closedAt: moment(summary.closedAt),
    queue: summary.queue,
    queuedAt: momentOrNull(summary.queuedAt),
    agent: summary.lastAgent,
    offerUntil: null,
    flow: null,
    step: null,
    outcome: summary.outcome,
  }
}

/** Everything that is known of a closed interaction. */
export function viewClosed(detail: HistoryDetail, summary: InteractionSummary): InteractionDetail {
  return {
    ...viewSummary(summary),
    ...viewHistory(detail),
    interactionIdKey: summary.interactionIdKey,
    seqno: summary.seqno,
    durations: viewDurations(summary),
    participants: detail.participants.map(viewParticipant),
    segments: detail.segments.map(viewSegment),
  }
}

/** Everything that is known of an open interaction; `detail` is undefined while history is away. */
export function viewOpen(interaction: Interaction, detail: HistoryDetail | undefined): InteractionDetail {
  const view = viewInteraction(interaction)
  const ended = detail?.segments ?? []
  const startedAt = ended.at(-1)?.endedAt ?? interaction.createdAt
  return {
    ...view,
    ...viewHistory(detail),
    interactionIdKey: interaction.id,
    seqno: detail?.seqno ?? 0,
    durations: null,
    participants: interaction.participants.map(viewParticipant),
    segments: [
      ...ended.map(viewSegment),
      {
        kind: kindOf(interaction.phase.state),
        startedAt: moment(startedAt),
        endedAt: null,
        queue: view.queue,
        agent: view.agent,
      },
    ],
    recordings: interaction.recordings.map((recording) => recording.id),
  }
}

function viewHistory(detail: HistoryDetail | undefined) {
  return {
    recordings: [...(detail?.recordings ?? [])],
    wrapUpCodes: [...(detail?.wrapUpCodes ?? [])],
    timeline: (detail?.timeline ?? []).map(viewEntry),
    timelineComplete: detail !== undefined,
  }
}

function viewEntry({ sequence, at, event }: HistoryDetail['timeline'][number]): TimelineEntry {
  const { type, interaction: _, ...details } = event as typeof event & { interaction?: string }
  const why = event.type === 'Offered' ? viewWhy(event.why) : null
  const { why: __, ...rest } = details as { why?: unknown }
  return { sequence, at: moment(at), type, details: rest, why }
}

function viewDurations(summary: InteractionSummary): InteractionDetail['durations'] {
  const { flowMs, waitMs, ringMs, talkMs, holdMs, wrapUpMs, createdAt, closedAt } = summary
  return { totalMs: closedAt - createdAt, flowMs, waitMs, ringMs, talkMs, holdMs, wrapUpMs }
}

function viewSegment(segment: HistorySegment): InteractionDetail['segments'][number] {
  return { ...segment, startedAt: moment(segment.startedAt), endedAt: moment(segment.endedAt) }
}

function kindOf(state: Interaction['phase']['state']): HistorySegment['kind'] {
  switch (state) {
    case 'created':
    case 'in-flow':
      return 'menu'
    case 'queued':
      return 'queue'
    case 'offered':
      return 'ring'
    case 'connected':
      return 'talk'
    case 'held':
      return 'hold'
    case 'wrapping-up':
      return 'wrap-up'
    default:
      return assertNever(state)
  }
}
