import type { Millis } from '#base'
import { WHAT_IF_ERRORS } from './errors.ts'
import { meanOf } from './figures.ts'
import { HANG_UPS_MIN } from './patience.ts'
import type { RecordedDay, RecordedWait } from './recorded-day.ts'
import { type DayFigures, OWN_PRIORITY, Replay, type WholeConfiguration } from './replay.ts'

/** More calls than a busy centre has in a day: 100,000 take about ten seconds a play. */
export const CONTACTS_MAX = 100_000

/** Plays whose means are told unless more are asked for, of either configuration: what history leaves open is drawn anew in each. */
export const PLAYS_DEFAULT = 3
/** More would only wait longer for a mean that moves no more. */
export const PLAYS_MAX = 20

/** What shall be tried. */
export interface WhatIfInput {
  readonly day: RecordedDay
  /** As it is now. */
  readonly before: WholeConfiguration
  /** As it would be. */
  readonly after: WholeConfiguration
  /** 1-20. */
  readonly plays: number
}

/** What came of it. `replayed` beside `recorded` says how far the replay may be trusted; `changed` beside `replayed` is the effect of the change. */
export interface WhatIfReport {
  readonly from: Millis
  readonly to: Millis
  readonly arrivals: number
  readonly plays: number
  readonly recorded: DayFigures
  readonly replayed: DayFigures
  readonly changed: DayFigures
  /** How patience was estimated, by queue. */
  readonly patience: Readonly<Record<string, PatienceUsed>>
}

/** A curve of patience. */
export interface PatienceUsed {
  /** `own`: from this queue; `all`: from all queues, for too few hung up here; `none`: nobody hung up anywhere, and nobody does in the replay. */
  readonly from: 'own' | 'all' | 'none'
  readonly hangUps: number
  /** Hang-ups over time waited, turned round; null while nobody hung up. */
  readonly meanMs: number | null
}

/** Replays a recorded day through the configuration as it is and as it would be, with the live router's own code. */
export function whatIf({ day, before, after, plays }: WhatIfInput): WhatIfReport {
  const own = new Map(
    before.flatMap((one) => (one.kind === 'queue' && one.value ? [[one.name, one.value.priority]] : [])),
  )
  const replay = new Replay({ ...day, waits: day.waits.map((wait) => withOwnPriority(wait, own)) })
  if (replay.arrivals === 0) {
    const moment = (at: Millis): string => new Date(at).toISOString()
    throw WHAT_IF_ERRORS['what-if.nothing']({ from: moment(day.from), to: moment(day.to) })
  }
  if (replay.arrivals > CONTACTS_MAX) {
    throw WHAT_IF_ERRORS['what-if.too-many']({ contacts: replay.arrivals, most: CONTACTS_MAX })
  }
  const known = new Set(before.flatMap(({ kind, name }) => (kind === 'user' ? [name] : [])))
  const seeds = Array.from({ length: plays }, (_, index) => index + 1)
  const played = (configuration: WholeConfiguration): DayFigures =>
    meanDay(seeds.map((seed) => replay.play(configuration, known, seed)))
  const queues = [...new Set(day.waits.map(({ queue }) => queue))].sort()
  return {
    from: day.from,
    to: day.to,
    arrivals: replay.arrivals,
    plays,
    recorded: replay.recorded(before),
    replayed: played(before),
    changed: played(after),
    patience: Object.fromEntries(queues.map((queue) => [queue, patienceUsed(replay, queue)])),
  }
}

/** A priority that was the queue's own follows the queue when that is changed; another was a flow's, and stays. */
function withOwnPriority(wait: RecordedWait, own: ReadonlyMap<string, number>): RecordedWait {
  return own.get(wait.queue) === wait.priority ? { ...wait, priority: OWN_PRIORITY } : wait
}

function patienceUsed(replay: Replay, queue: string): PatienceUsed {
  const curve = replay.patienceOf(queue)
  const own = replay.hangUpsOf(queue)
  return {
    from: curve.hangUps === 0 ? 'none' : own >= HANG_UPS_MIN ? 'own' : 'all',
    hangUps: curve.hangUps,
    meanMs: Number.isFinite(curve.meanMs) ? Math.round(curve.meanMs) : null,
  }
}

function meanDay(days: readonly DayFigures[]): DayFigures {
  return {
    queues: meanByName(days.map((day) => day.queues)),
    agents: meanByName(days.map((day) => day.agents)),
  }
}

function meanByName<T extends object>(all: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  const names = new Set(all.flatMap((one) => Object.keys(one)))
  return Object.fromEntries(
    [...names].sort().map((name) => [name, meanOf(all.flatMap((one) => (one[name] ? [one[name]] : [])))]),
  )
}
