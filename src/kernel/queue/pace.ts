import type { Millis } from '#base'

/** Pauses that are remembered: enough that one odd pause does not decide, few enough to follow the day. */
export const PAUSES_MAX = 20

/** Fewer pauses say nothing about the next; then no wait is named. */
const PAUSES_MIN = 5

/** A queue in which nobody had to wait for so long is another queue than the one that was measured. */
const SILENT_MS_MAX = 15 * 60_000

/** Over so many callers the share who hang up is taken: they come seldom, so it is a longer memory than that of pauses. */
const LOSS_OVER = 64

/** Over so many answers the time that a phone rings is taken. */
const RING_OVER = 16

/** Judged announcements at which the older half is forgotten: the error of last month is not this queue's any more. */
const JUDGED_MAX = 200

/**
 * How fast a queue moves while somebody waits in it. Only then do pauses say what agents can do: between calls that are answered at once
 * they say how seldom anybody calls.
 */
export interface Pace {
  /** The last pauses, oldest first: each from when the one at the front could have been served to when it was offered. */
  readonly pauses: readonly Millis[]
  /** When somebody was last offered. */
  readonly offeredAt?: Millis
  /** Hang-ups by millisecond waited, times a million, so that it stays a whole number; of the last callers. */
  readonly lost: number
  readonly waitedMs: Millis
  /** How long a phone rings until it is answered. */
  readonly ringMs: Millis
}

/** What was said of waits, and how it came out. */
export interface WaitAccuracy {
  /** Announced ranges whose truth is known. */
  readonly judged: number
  /** Answered within the announced range; sooner; later, those included who hung up after its end. */
  readonly within: number
  readonly sooner: number
  readonly later: number
}

/** An expected wait, as a range that the truth should lie in about two times of three. */
export interface ExpectedWait {
  readonly leastMs: Millis
  readonly mostMs: Millis
}

/** A queue that nothing is known of. */
export const NO_PACE: Pace = { pauses: [], lost: 0, waitedMs: 0, ringMs: 0 }

/** Nothing has been announced yet. */
export const NO_ACCURACY: WaitAccuracy = { judged: 0, within: 0, sooner: 0, later: 0 }

/** Somebody who entered at that moment was offered to an agent. Whoever need not wait says nothing of the pace. */
export function paceOffered(pace: Pace, enteredAt: Millis, at: Millis): Pace {
  const since = Math.max(enteredAt, pace.offeredAt ?? enteredAt)
  const pauses = enteredAt < at && since < at ? [...pace.pauses, at - since].slice(-PAUSES_MAX) : pace.pauses
  return { ...pace, pauses, offeredAt: at }
}

/** Somebody was answered, after this wait and this ringing. */
export function paceAnswered(pace: Pace, waitedMs: Millis, rangMs: Millis): Pace {
  return {
    ...pace,
    lost: Math.round(pace.lost * (1 - 1 / LOSS_OVER)),
    waitedMs: Math.round(pace.waitedMs * (1 - 1 / LOSS_OVER)) + waitedMs,
    ringMs: Math.round(pace.ringMs + (rangMs - pace.ringMs) / (pace.ringMs === 0 ? 1 : RING_OVER)),
  }
}

/** Somebody hung up after this wait. */
export function paceLost(pace: Pace, waitedMs: Millis): Pace {
  return {
    ...pace,
    lost: Math.round(pace.lost * (1 - 1 / LOSS_OVER)) + 1_000_000,
    waitedMs: Math.round(pace.waitedMs * (1 - 1 / LOSS_OVER)) + waitedMs,
  }
}

/** Where somebody waits. */
export interface WaitingPlace {
  /** 1 is next. */
  readonly position: number
  /** When who is next entered. */
  readonly frontEnteredAt: Millis
  readonly now: Millis
}

/**
 * How long somebody may wait until an agent speaks; undefined when there is too little to go by. Those ahead go at the queue's pace, and
 * each of them may hang up, at the rate at which callers have lately: so the wait is a sum of exponential times that grow shorter with each who is
 * ahead, which is the wait of Erlang A. To their spread comes that of the measured pace, and then the time that a phone rings. The range is the middle two
 * thirds of a gamma distribution with this mean and spread.
 */
export function expectedWait(pace: Pace, { position, frontEnteredAt, now }: WaitingPlace): ExpectedWait | undefined {
  const { pauses, offeredAt } = pace
  if (pauses.length < PAUSES_MIN || offeredAt === undefined || now - offeredAt > SILENT_MS_MAX) return undefined
  const sum = pauses.reduce((total, pause) => total + pause, 0)
  const open = now - Math.max(offeredAt, frontEnteredAt)
  // A pause that still goes on counts once it is longer than usual: a queue that has stopped must not promise its old pace.
  const mean = open * pauses.length > sum ? (sum + open) / (pauses.length + 1) : sum / pauses.length
  const rate = 1 / Math.max(1, mean)
  const loss = pace.waitedMs > 0 ? pace.lost / 1_000_000 / pace.waitedMs : 0
  let total = 0
  let squares = 0
  for (let ahead = 0; ahead < position; ahead++) {
    const step = 1 / (rate + ahead * loss)
    total += step
    squares += step * step
  }
  const uneven = unevenness(pauses, sum)
  // The measured pace is as uncertain as few pauses are.
  const spread = uneven * (squares + (squares * rate) ** 2 / pauses.length)
  const shape = (total * total) / spread
  return {
    leastMs: pace.ringMs + total * gammaQuantile(shape, -SIXTH),
    mostMs: pace.ringMs + total * gammaQuantile(shape, SIXTH),
  }
}

/** As many pauses of a queue that moves at random are taken for known, when the unevenness of the measured ones is taken: few pauses say it badly. */
const UNEVEN_PRIOR = 10

/** The variance of the pauses over the square of their mean: 1 where calls end at random, less for talks of like length, more where agents serve other queues. */
function unevenness(pauses: readonly Millis[], sum: Millis): number {
  const mean = sum / pauses.length
  if (mean === 0) return 1
  const variance = pauses.reduce((total, pause) => total + (pause - mean) ** 2, 0) / (pauses.length - 1)
  const measured = variance / (mean * mean)
  return (measured * pauses.length + UNEVEN_PRIOR) / (pauses.length + UNEVEN_PRIOR)
}

/** Where the normal distribution leaves out one sixth. */
const SIXTH = 0.9674

/** A quantile of the gamma distribution with mean 1, by that of the normal (Wilson and Hilferty 1931). */
function gammaQuantile(shape: number, normal: number): number {
  return Math.max(0, 1 - 1 / (9 * shape) + normal / (3 * Math.sqrt(shape))) ** 3
}

/** How an announced range came out. */
export type WaitVerdict = 'within' | 'sooner' | 'later'

/** What came of an announced range, so long after it was said; undefined when its truth is not known, for the caller hung up before its end. */
export function judgeWait(told: ExpectedWait, waitedMs: Millis, answered: boolean): WaitVerdict | undefined {
  if (waitedMs > told.mostMs) return 'later'
  if (!answered) return undefined
  return waitedMs < told.leastMs ? 'sooner' : 'within'
}

/** One announcement more is judged. */
export function noteVerdict(accuracy: WaitAccuracy, verdict: WaitVerdict): WaitAccuracy {
  const kept = accuracy.judged >= JUDGED_MAX ? halved(accuracy) : accuracy
  return { ...kept, judged: kept.judged + 1, [verdict]: kept[verdict] + 1 }
}

function halved({ within, sooner, later }: WaitAccuracy): WaitAccuracy {
  const half = { within: within >> 1, sooner: sooner >> 1, later: later >> 1 }
  return { ...half, judged: half.within + half.sooner + half.later }
}
