import type { Millis } from '#base'

/** The figures of a queue that may be watched, and how far each can go: a value that it never reaches is a mistake. */
export const WATCHED_FIGURES = {
  /** How many wait now. */
  waiting: 100_000,
  /** How long the one has waited who waits longest, in ms: a day. */
  'longest-wait': 86_400_000,
  /** How many agents are ready now. */
  ready: 100_000,
  /** Service level of today, in percent; it is not watched while nothing was counted. */
  'service-level': 100,
  /** How many have hung up today, short abandons not included. */
  abandoned: 1_000_000,
  /** How many work items are not done that should be, those that agents are at included. */
  overdue: 100_000,
} as const

/** A figure of a queue that may be watched. */
export type WatchedFigure = keyof typeof WATCHED_FIGURES

/** When a figure of a queue is worth somebody's attention. */
export interface Threshold {
  readonly name: string
  /** Every queue when not said. */
  readonly queue?: string
  readonly figure: WatchedFigure
  readonly comparison: 'above' | 'below'
  /** Not included: above 5 is 6. From 0 to what the figure can be. */
  readonly value: number
  readonly level: 'warning' | 'critical'
  /** How long it must have been so, that a moment does not alarm: 0-3,600,000; 0 when not said. */
  readonly forMs?: Millis
}
