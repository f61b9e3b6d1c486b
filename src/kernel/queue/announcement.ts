import type { Millis } from '#base'
import type { Comfort, Queue } from '#kernel/config'
import type { QueueState } from './queue.ts'

/** Fewer answers say nothing about the next; then no wait is named. */
const SAMPLES_MIN = 5

/** A queue that answered nobody for so long is another queue than the one that was measured. */
const SILENT_MS_MAX = 15 * 60_000

/** A wait that may be this long is not worth a number: the prompts end at 99, and nobody plans by it. */
const MINUTES_MAX = 90

const MINUTE_MS = 60_000

/** An expected wait, as a range that the truth should lie in about two times of three. */
export interface ExpectedWait {
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * How long the caller at `position` (1 is next) may wait, from how often the queue has been answered lately; undefined when there is too
 * little to go by. Answers are taken to come at random at a steady rate, so the p-th next takes p mean pauses, with the spread of p
 * random pauses and that of the measured mean.
 */
export function expectedWait(answers: readonly Millis[], position: number, now: Millis): ExpectedWait | undefined {
  const first = answers[0]
  const last = answers.at(-1)
  if (first === undefined || last === undefined || answers.length < SAMPLES_MIN) return undefined
  if (now - last > SILENT_MS_MAX) return undefined
  const pauses = answers.length - 1
  // A pause that still goes on counts once it is longer than usual: a queue that has stopped must not promise its old pace.
  const measured = (last - first) / pauses
  const mean = now - last > measured ? (now - first) / (pauses + 1) : measured
  const spread = mean * Math.sqrt(position + (position * position) / pauses)
  return { leastMs: Math.max(0, position * mean - spread), mostMs: position * mean + spread }
}

/** The part of a queue that says when something is said to who waits. */
export type Announcing = Pick<Queue, 'positionEveryMs' | 'comfort'>

/**
 * When something is said next to who entered then: position and expected wait each time so much later, words of comfort at their times.
 * All of it counts from the entering, so a takeover or an offer that nobody answered shifts none of it. Undefined: nothing more.
 */
export function nextAnnouncementAt(
  { positionEveryMs, comfort = [] }: Announcing,
  enteredAt: Millis,
  after: Millis,
): Millis | undefined {
  const waited = after - enteredAt
  const times = comfort.flatMap((one) => nextTime(one, waited) ?? [])
  if (positionEveryMs > 0) times.push((Math.floor(Math.max(0, waited) / positionEveryMs) + 1) * positionEveryMs)
  return times.length === 0 ? undefined : enteredAt + Math.min(...times)
}

function nextTime({ afterMs, everyMs }: Comfort, waited: Millis): Millis | undefined {
  if (waited < afterMs) return afterMs
  return everyMs === undefined ? undefined : afterMs + (Math.floor((waited - afterMs) / everyMs) + 1) * everyMs
}

/** What falls due in the time after `from` up to `to`: whether the position is said, and which words of comfort. */
export function announcementsDue(
  { positionEveryMs, comfort = [] }: Announcing,
  enteredAt: Millis,
  span: { readonly from: Millis; readonly to: Millis },
): { readonly position: boolean; readonly comfort: readonly Comfort[] } {
  const isDue = (one: Announcing): boolean =>
    (nextAnnouncementAt(one, enteredAt, span.from) ?? Number.POSITIVE_INFINITY) <= span.to
  return {
    position: isDue({ positionEveryMs }),
    comfort: comfort.filter((one) => isDue({ positionEveryMs: 0, comfort: [one] })),
  }
}

/** What a waiting caller is told: its position and, if that can be said honestly, the range of its wait; nothing at all beyond position 99. */
export function positionPrompts(queue: QueueState, position: number, now: Millis): readonly string[] {
  const spoken = numberPrompts(position)
  if (!spoken) return []
  return ['position-is', ...spoken, ...waitPrompts(expectedWait(queue.answers, position, now))]
}

function waitPrompts(wait: ExpectedWait | undefined): readonly string[] {
  if (!wait) return []
  if (wait.mostMs < MINUTE_MS) return ['estimated-wait', 'less-than-a-minute']
  const least = Math.max(1, Math.floor(wait.leastMs / MINUTE_MS))
  const most = Math.ceil(wait.mostMs / MINUTE_MS)
  if (most > MINUTES_MAX) return []
  const to = numberPrompts(most)!
  if (most === 1) return ['estimated-wait', ...to, 'minute']
  if (least === most) return ['estimated-wait', ...to, 'minutes']
  return ['estimated-wait', ...numberPrompts(least)!, ...to, 'minutes']
}

/** The prompts that say a number from 0 to 99. */
export function numberPrompts(number: number): readonly string[] | undefined {
  if (!Number.isInteger(number) || number < 0 || number > 99) return undefined
  if (number <= 20 || number % 10 === 0) return [`numbers/${number}`]
  return [`numbers/${number - (number % 10)}`, `numbers/${number % 10}`]
}
