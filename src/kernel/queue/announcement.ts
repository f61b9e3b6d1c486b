import type { Millis } from '#base'
import type { Comfort, Queue } from '#kernel/config'
import { type ExpectedWait, expectedWait } from './pace.ts'
import type { QueueState } from './queue.ts'

/** A wait that may be this long is not worth a number: the prompts end at 99, and nobody plans by it. */
const MINUTES_MAX = 90

const MINUTE_MS = 60_000

/** What a waiting caller is told, and the range of its wait that this says. */
export interface Announcement {
  readonly prompts: readonly string[]
  readonly expected?: ExpectedWait
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
export function announcementOf(queue: QueueState, position: number, now: Millis): Announcement {
  const spoken = numberPrompts(position)
  if (!spoken) return { prompts: [] }
  const wait = expectedWaitAt(queue, position, now)
  const said = wait && sayWait(wait)
  return { prompts: ['position-is', ...spoken, ...(said?.prompts ?? [])], ...(said && { expected: said.expected }) }
}

/** How long somebody at that position (1 is next) may wait until an agent speaks. */
export function expectedWaitAt(queue: QueueState, position: number, now: Millis): ExpectedWait | undefined {
  const frontEnteredAt = queue.waiting.first()?.enteredAt ?? now
  return expectedWait(queue.pace, { position, frontEnteredAt, now })
}

/**
 * The range in words, and what the words say: whole minutes, which is wider. What is announced is what is judged. One is the least number of minutes
 * that is said; where the wait may be shorter than that, nothing is claimed of its beginning.
 */
function sayWait(wait: ExpectedWait): Required<Announcement> | undefined {
  if (wait.mostMs < MINUTE_MS) {
    return { prompts: ['estimated-wait', 'less-than-a-minute'], expected: { leastMs: 0, mostMs: MINUTE_MS } }
  }
  const least = Math.max(1, Math.floor(wait.leastMs / MINUTE_MS))
  const most = Math.ceil(wait.mostMs / MINUTE_MS)
  const to = most > MINUTES_MAX ? undefined : numberPrompts(most)
  if (!to) return undefined
  const expected = { leastMs: wait.leastMs < MINUTE_MS ? 0 : least * MINUTE_MS, mostMs: most * MINUTE_MS }
  if (most === 1) return { prompts: ['estimated-wait', ...to, 'minute'], expected }
  if (least === most) return { prompts: ['estimated-wait', ...to, 'minutes'], expected }
  return { prompts: ['estimated-wait', ...(numberPrompts(least) ?? []), ...to, 'minutes'], expected }
}

/** The prompts that say a number from 0 to 99. */
export function numberPrompts(number: number): readonly string[] | undefined {
  if (!Number.isInteger(number) || number < 0 || number > 99) return undefined
  if (number <= 20 || number % 10 === 0) return [`numbers/${number}`]
  return [`numbers/${number - (number % 10)}`, `numbers/${number % 10}`]
}
