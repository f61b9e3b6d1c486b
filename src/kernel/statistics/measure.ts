/** What a figure may be kept for. A line is a number that customers dial. */
export const OBJECT_KINDS = ['queue', 'skill', 'line', 'agent'] as const

/** A kind of object that figures are kept for. */
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** `count`: something happened at a moment; its time, if any, is that of a wait or of the whole work. `time`: a stretch, cut at the borders of intervals. */
export type MeasureForm = 'count' | 'time'

interface MeasureOf {
  readonly form: MeasureForm
  readonly of: readonly ObjectKind[]
}

const WAITS = ['queue', 'skill', 'line'] as const
const WORKS = ['queue', 'skill', 'line', 'agent'] as const

/**
 * What is counted, and for whom: each figure is a formula over these. Details (`answered:in-time`) part a measure; a detail
 * never counts twice.
 */
export const MEASURES = {
  // A contact's stay in a queue.
  offered: { form: 'count', of: WAITS },
  'overflowed-in': { form: 'count', of: WAITS },
  answered: { form: 'count', of: WAITS },
  abandoned: { form: 'count', of: WAITS },
  'short-abandoned': { form: 'count', of: WAITS },
  'overflowed-out': { form: 'count', of: WAITS },
  redirected: { form: 'count', of: WAITS },
  withdrawn: { form: 'count', of: WAITS },
  // A contact on a line.
  arrived: { form: 'count', of: ['line'] },
  unqueued: { form: 'count', of: ['line'] },
  'in-use': { form: 'time', of: ['line'] },
  // Work of an agent for a contact.
  handled: { form: 'count', of: WORKS },
  transferred: { form: 'count', of: WORKS },
  ring: { form: 'time', of: WORKS },
  talk: { form: 'time', of: WORKS },
  hold: { form: 'time', of: WORKS },
  'wrap-up': { form: 'time', of: WORKS },
  // Calls to customers who asked for one, and what their agents said of them afterwards.
  attempted: { form: 'count', of: WORKS },
  settled: { form: 'count', of: WORKS },
  // Offers of queues to an agent.
  offer: { form: 'count', of: ['agent'] },
  accepted: { form: 'count', of: ['agent'] },
  missed: { form: 'count', of: ['agent'] },
  'offer-withdrawn': { form: 'count', of: ['agent'] },
  // What an agent was.
  'status-ready': { form: 'time', of: ['agent'] },
  'status-not-ready': { form: 'time', of: ['agent'] },
  'status-unreachable': { form: 'time', of: ['agent'] },
  'status-ring-no-answer': { form: 'time', of: ['agent'] },
  'status-offered': { form: 'time', of: ['agent'] },
  'status-busy': { form: 'time', of: ['agent'] },
  'status-wrapping-up': { form: 'time', of: ['agent'] },
} as const satisfies Record<string, MeasureOf>

/** Something that is counted. */
export type Measure = keyof typeof MEASURES

/** Whether a measure is kept for objects of a kind. */
export function isMeasuredFor(measure: Measure, kind: ObjectKind): boolean {
  return (MEASURES[measure].of as readonly ObjectKind[]).includes(kind)
}
