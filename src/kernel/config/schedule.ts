import type { Millis } from '#base'

/** A stretch of a day by the clock on the wall: `from` included, `to` not; `24:00` is the end of the day. */
export interface DaySpan {
  /** `HH:MM`. */
  readonly from: string
  readonly to: string
}

/** When something is open, by the clock of one place. */
export interface Schedule {
  readonly name: string
  /** By the IANA's name, such as `Europe/Berlin`: daylight saving is that zone's. */
  readonly timeZone: string
  /** Days are 1 (Monday) to 7 (Sunday). */
  readonly weekly: readonly { readonly days: readonly number[]; readonly spans: readonly DaySpan[] }[]
  /** Days that are not like their weekday (`YYYY-MM-DD`); no spans mean closed. */
  readonly exceptions?: readonly { readonly date: string; readonly spans: readonly DaySpan[] }[]
}

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS

/** Days that are looked at for the next change; a schedule without one in them is looked at again then. */
const DAYS_AHEAD = 8

/** Formatters are dear to make, and there are as many as time zones in use. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>()

/** A reading of the clock on the wall, as if it were UTC. */
function wallClock(timeZone: string, at: Millis): Millis {
  let clock = CLOCKS.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    CLOCKS.set(timeZone, clock)
  }
  const read: Record<string, number> = {}
  for (const { type, value } of clock.formatToParts(at)) read[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Whether the zone is one that this machine knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    wallClock(timeZone, 0)
    return true
  } catch {
    return false
  }
}

/** Whether it is open at the moment. */
export function isOpen(schedule: Schedule, at: Millis): boolean {
  const wall = wallClock(schedule.timeZone, at)
  const minute = Math.floor((wall - dayOf(wall)) / MINUTE_MS)
  return spansOf(schedule, dayOf(wall)).some(({ from, to }) => minutes(from) <= minute && minute < minutes(to))
}

/** When it opens or closes next; at the latest when it must be looked at again. */
export function nextChange(schedule: Schedule, at: Millis): Millis {
  const { timeZone } = schedule
  const today = dayOf(wallClock(timeZone, at))
  const open = isOpen(schedule, at)
  let next = at + DAYS_AHEAD * DAY_MS
  for (let day = today; day < today + DAYS_AHEAD * DAY_MS; day += DAY_MS) {
    const edges = spansOf(schedule, day).flatMap(({ from, to }) => [minutes(from), minutes(to)])
    // An exception begins and ends with its day, whatever its weekday says; and clocks that are put back may make a span begin again.
    const moments = [0, ...edges].flatMap((edge) => momentsOf(timeZone, day + edge * MINUTE_MS))
    for (const one of [...moments, ...clockChanges(timeZone, day)]) {
      if (one > at && one < next && isOpen(schedule, one) !== open) next = one
    }
    if (next < at + DAYS_AHEAD * DAY_MS) break
  }
  return next
}

function dayOf(wall: Millis): Millis {
  return Math.floor(wall / DAY_MS) * DAY_MS
}

function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

function spansOf({ weekly, exceptions }: Schedule, day: Millis): readonly DaySpan[] {
  const date = new Date(day).toISOString().slice(0, 10)
  const exception = exceptions?.find((one) => one.date === date)
  if (exception) return exception.spans
  // 1970 began on a Thursday.
  const weekday = ((day / DAY_MS + 3) % 7) + 1
  return weekly.flatMap((week) => (week.days.includes(weekday) ? week.spans : []))
}

/** The moments at which the clock on the wall shows this: two in the hour that comes twice; where it is left out, when it is leapt over. */
function momentsOf(timeZone: string, wall: Millis): readonly Millis[] {
  const guesses = [wall - offsetAt(timeZone, wall - DAY_MS), wall - offsetAt(timeZone, wall + DAY_MS)].sort(
    (a, b) => a - b,
  )
  const found = guesses.filter((moment) => wallClock(timeZone, moment) === wall)
  return found.length > 0 ? found : [turnIn(timeZone, guesses[0]!, guesses[1]!)]
}

/**
 * The moment at which the clock on the wall of a zone shows this (`2026-03-29T02:30`): the first of two in the hour that comes twice; where it
 * is left out, when it is leapt over. Undefined when that is no time.
 */
export function momentAt(timeZone: string, local: string): Millis | undefined {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local) ? Date.parse(`${local}Z`) : Number.NaN
  return Number.isNaN(wall) || !isTimeZone(timeZone) ? undefined : momentsOf(timeZone, wall)[0]
}

/** How far the zone is ahead of UTC. */
function offsetAt(timeZone: string, at: Millis): Millis {
  return wallClock(timeZone, at) - Math.floor(at / 1_000) * 1_000
}

/** The moment in the day when its clocks are changed; none on all other days. */
function clockChanges(timeZone: string, day: Millis): readonly Millis[] {
  const from = day - offsetAt(timeZone, day - DAY_MS)
  const to = day + DAY_MS - offsetAt(timeZone, day + 2 * DAY_MS)
  return offsetAt(timeZone, from) === offsetAt(timeZone, to) ? [] : [turnIn(timeZone, from, to)]
}

/** When the zone's offset changes between two moments, to the second. */
function turnIn(timeZone: string, from: Millis, to: Millis): Millis {
  const before = offsetAt(timeZone, from)
  let [low, high] = [Math.floor(from / 1_000), Math.ceil(to / 1_000)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(timeZone, middle * 1_000) === before) low = middle
    else high = middle
  }
  return high * 1_000
}
