import { type AlertView, moment, momentOrNull } from '#api/contract'
import type { Millis } from '#base'
import { type AlertEvent, type Crossing, evolveAlerts, newAlertState } from '#kernel/alert'
import type { CentreState } from '#kernel/centre'

/** What goes on, the critical first, then who began first. */
export function viewAlerts({ alerts }: Pick<CentreState, 'alerts'>): readonly AlertView[] {
  return [...alerts.crossings.values()]
    .flatMap((crossing) => viewCrossing(crossing) ?? [])
    .sort((a, b) => rank(a) - rank(b) || a.raisedAt.localeCompare(b.raisedAt) || a.id.localeCompare(b.id))
}

function rank({ threshold }: AlertView): number {
  return threshold.level === 'critical' ? 0 : 1
}

/** One alert; undefined while its threshold is crossed, but not for long enough. */
export function viewCrossing({ threshold, queue, since, alert }: Crossing): AlertView | undefined {
  if (!alert) return undefined
  const { id, raisedAt, value, seen, acknowledged } = alert
  return {
    ...{ id, queue, value, threshold: { ...threshold } },
    since: moment(since),
    raisedAt: moment(raisedAt),
    endedAt: null,
    endReason: null,
    seen: seen.map(({ user, at }) => ({ user, at: moment(at) })),
    acknowledged: acknowledged
      ? { by: acknowledged.by, at: moment(acknowledged.at), note: acknowledged.note ?? null }
      : null,
  }
}

/** An alert of the past from its events, by the same fold as that of the present. */
export function viewPastAlert(
  events: readonly { readonly at: Millis; readonly event: AlertEvent }[],
): AlertView | undefined {
  const state = newAlertState()
  let view: AlertView | undefined
  for (const { at, event } of events) {
    if (event.type === 'AlertEnded') return view && { ...view, endedAt: momentOrNull(at), endReason: event.reason }
    evolveAlerts(state, event, at)
    const [crossing] = state.crossings.values()
    view = crossing && viewCrossing(crossing)
  }
  return view
}
