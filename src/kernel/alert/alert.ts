import type { Millis } from '#base'
import type { Threshold } from '#kernel/config'

/** What a figure that a threshold watches is now. A figure that is not told has nothing to go by, or is not watched any more. */
export interface WatchedValue {
  /** The name of the threshold. */
  readonly threshold: string
  readonly queue: string
  /** A count, ms or percent, as the figure is. */
  readonly value: number
}

/** Something that was worth attention for as long as its threshold says. */
export interface Alert {
  /** Names it for ever. */
  readonly id: string
  readonly raisedAt: Millis
  /** What the figure was then. */
  readonly value: number
  /** On whose page it was shown, in the order of the first times; the first of very many. */
  readonly seen: readonly { readonly user: string; readonly at: Millis }[]
  /** Who has said to take care of it. */
  readonly acknowledged?: { readonly by: string; readonly at: Millis; readonly note?: string }
}

/**
 * A threshold that is crossed at a queue.
 *
 *   (calm) ──ThresholdCrossed──▶ crossed ──AlertRaised──▶ raised ──AlertAcknowledged──▶ raised, acknowledged
 *      ▲           no time to wait: ──AlertRaised──────────▲ │
 *      ├──ThresholdRestored──┘                               │
 *      └──────────────────────────AlertEnded─────────────────┘
 */
export interface Crossing {
  /** As it was configured when it was crossed: one that is changed is crossed anew. */
  readonly threshold: Threshold
  readonly queue: string
  readonly since: Millis
  /** Absent until it has been so for long enough. */
  readonly alert?: Alert
}

/** All that is crossed now. The map is changed in place by `evolve` alone. */
export interface AlertState {
  /** By {@link crossingKey}. */
  readonly crossings: Map<string, Crossing>
  /** Alerts by their id. */
  readonly keys: Map<string, string>
  /** How many alerts there ever were: their ids are made of it. */
  raised: number
}

/** Crossed thresholds that are kept at once: more are one outage, which one alert tells as well as a thousand. */
export const CROSSINGS_MAX = 500

/** People whose first look is kept of one alert: more than any shift has supervisors. */
export const SEEN_MAX = 50

/** Nothing is crossed. */
export function newAlertState(): AlertState {
  return { crossings: new Map(), keys: new Map(), raised: 0 }
}

/** A threshold at a queue; names have no line breaks. */
export function crossingKey(threshold: string, queue: string): string {
  return `${threshold}\n${queue}`
}

/** The alert of that id, while it goes on. */
export function alertOf({ crossings, keys }: AlertState, id: string): Crossing | undefined {
  return crossings.get(keys.get(id) ?? '')
}

/** Fills the state with what a dump kept of it. */
export function restoreAlerts(
  state: AlertState,
  kept: { readonly crossings: readonly Crossing[]; readonly raised: number } | undefined,
): void {
  state.raised = kept?.raised ?? 0
  for (const crossing of kept?.crossings ?? []) {
    const key = crossingKey(crossing.threshold.name, crossing.queue)
    state.crossings.set(key, crossing)
    if (crossing.alert) state.keys.set(crossing.alert.id, key)
  }
}
