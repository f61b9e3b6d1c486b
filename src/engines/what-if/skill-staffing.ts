import type { Millis } from '#base'
import { WHAT_IF_ERRORS } from './errors.ts'
import { DAY_START, playScenario, type ScenarioAgent, type ScenarioQueue } from './scenario.ts'

/** A queue, and what it shall reach. */
export interface StaffedQueue extends ScenarioQueue {
  /** Percent (1-99.9) answered within the time, of the answered and those who hung up. */
  readonly target: { readonly percent: number; readonly withinMs: Millis }
}

/** People who are alike. */
export interface SkillGroup {
  readonly name: string
  readonly skills: Readonly<Record<string, number>>
  /** At least and at most so many: 0-500. */
  readonly least: number
  readonly most: number
}

/** What is asked. */
export interface SkillStaffingQuestion {
  readonly queues: readonly StaffedQueue[]
  readonly groups: readonly SkillGroup[]
}

/** What was found. */
export interface SkillStaffingAnswer {
  readonly counts: Readonly<Record<string, number>>
  /** Percent in time by queue: mean of the plays. */
  readonly levels: Readonly<Record<string, number>>
  /** How many mixes were played. */
  readonly tried: number
}

/** Each mix is played so often, with the same callers for every mix: what differs is the mix. */
const PLAYS = 4

/** Long enough that the queue's beginning, which is empty, is little of it. */
const LENGTH_MS = 8 * 3_600_000
const WARM_UP_MS = 3_600_000

/** A mix takes some tenths of a second; more would be minutes. */
const TRIED_MAX = 400

/**
 * How many of each group it takes until every queue reaches its target, where agents serve several queues and no formula holds: mixes are
 * played with the live router. One is added where it helps most, until all is reached; then whoever is not needed is taken away again. That finds a
 * mix from which nobody can be spared, not the cheapest of all mixes.
 */
export function staffBySimulation({ queues, groups }: SkillStaffingQuestion): SkillStaffingAnswer {
  const search = new Search(queues, groups)
  let counts: Counts = Object.fromEntries(groups.map(({ name, least }) => [name, least]))
  while (search.shortfall(counts) > 0) {
    const better = groups
      .filter(({ name, most }) => (counts[name] ?? 0) < most)
      .map(({ name }) => changed(counts, name, 1))
      .sort((a, b) => search.shortfall(a) - search.shortfall(b))[0]
    if (!better || search.tried >= TRIED_MAX) throw WHAT_IF_ERRORS['what-if.no-staff']({ tried: search.tried })
    counts = better
  }
  for (const { name, least } of [...groups].reverse()) {
    while ((counts[name] ?? 0) > least && search.shortfall(changed(counts, name, -1)) === 0) {
      counts = changed(counts, name, -1)
    }
  }
  return { counts, levels: search.levels(counts), tried: search.tried }
}

type Counts = Readonly<Record<string, number>>

function changed(counts: Counts, name: string, by: number): Counts {
  return { ...counts, [name]: (counts[name] ?? 0) + by }
}

/** Plays mixes, each once. */
class Search {
  readonly #queues: readonly StaffedQueue[]
  readonly #groups: readonly SkillGroup[]
  readonly #known = new Map<string, Readonly<Record<string, number>>>()

  constructor(queues: readonly StaffedQueue[], groups: readonly SkillGroup[]) {
    this.#queues = queues
    this.#groups = groups
  }

  get tried(): number {
    return this.#known.size
  }

  /** Points that are missing to the targets, over all queues; those of a queue that many call count for more. */
  shortfall(counts: Counts): number {
    const levels = this.levels(counts)
    return this.#queues.reduce((sum, { name, target, callsPerHour }) => {
      const weight = typeof callsPerHour === 'number' ? callsPerHour : 1
      return sum + weight * Math.max(0, target.percent - (levels[name] ?? 0))
    }, 0)
  }

  levels(counts: Counts): Readonly<Record<string, number>> {
    const key = JSON.stringify(this.#groups.map(({ name }) => counts[name]))
    let levels = this.#known.get(key)
    if (!levels) this.#known.set(key, (levels = this.#play(counts)))
    return levels
  }

  #play(counts: Counts): Readonly<Record<string, number>> {
    const agents = this.#groups.flatMap(({ name, skills }, group): ScenarioAgent[] =>
      Array.from({ length: counts[name] ?? 0 }, (_, index) => ({ name: `g${group}-${index + 1}`, skills })),
    )
    const sums = new Map(this.#queues.map((queue) => [queue.name, { inTime: 0, counted: 0, target: queue.target }]))
    for (let seed = 1; seed <= PLAYS; seed++) {
      playScenario(
        { queues: this.#queues, agents },
        {
          seed,
          lengthMs: LENGTH_MS,
          audience: {
            waitEnded: ({ queue, enteredAt, endedAt, result }) => {
              const sum = sums.get(queue)
              if (!sum || enteredAt < DAY_START + WARM_UP_MS) return
              sum.counted++
              if (result === 'answered' && endedAt - enteredAt <= sum.target.withinMs) sum.inTime++
            },
          },
        },
      )
    }
    return Object.fromEntries(
      [...sums].map(([name, { inTime, counted }]) => [name, counted === 0 ? 100 : (100 * inTime) / counted]),
    )
  }
}
