import { impatientFigures } from './erlang-a.ts'
import { erlangB, nextB, offeredLoad, type Traffic } from './erlang-b.ts'
import { figuresFrom, patientFigures, type QueueFigures, waitsOf } from './erlang-c.ts'
import { SIZING_ERRORS } from './errors.ts'
import { checkDuration, checkLoad, checkRange, DURATION_MS_MAX, SERVERS_MAX } from './range.ts'

/** What a number of agents must reach; all that are named. */
export interface StaffingTarget {
  /** At least so many percent of all callers answered within the time: 0-100, below 100. */
  readonly serviceLevel?: { readonly percent: number; readonly withinMs: number }
  /** Mean wait of the answered at most. */
  readonly asaMs?: number
  /** At most so many percent hang up: above 0, to 100. Needs a patience. */
  readonly abandonPercent?: number
  /** Agents at most so busy: above 0, to 100. */
  readonly occupancyPercent?: number
}

/** Who calls, and what they shall get. */
export interface StaffingQuestion extends Traffic {
  /** Mean patience; without one nobody hangs up (Erlang C), with one Erlang A is used. */
  readonly patienceMs?: number
  readonly target: StaffingTarget
}

/** How many agents it takes, and what they reach. */
export interface StaffingAnswer {
  readonly load: number
  readonly agents: number
  readonly figures: QueueFigures
}

/** The standard time of a service level where none is asked for. */
const WITHIN_MS_DEFAULT = 20_000

/** The figures of a queue with so many agents: Erlang A when a patience is given, else Erlang C. */
export function queueFigures(question: StaffingQuestion, agents: number): QueueFigures {
  const { handleMs, patienceMs, target } = question
  const load = offeredLoad(question)
  const withinMs = target.serviceLevel?.withinMs ?? WITHIN_MS_DEFAULT
  if (patienceMs === undefined) return patientFigures({ load, agents, handleMs, withinMs })
  return impatientFigures({ load, agents, handleMs, withinMs, patienceMs })
}

/** The least number of agents that reaches the target. All figures get better with each agent, so it is found by halving; Erlang C goes up the recursion once. */
export function agentsNeeded(question: StaffingQuestion): StaffingAnswer {
  checkTarget(question)
  const load = offeredLoad(question)
  checkLoad(load)
  return question.patienceMs === undefined ? climb(question, load) : halve(question, load)
}

function climb(question: StaffingQuestion, load: number): StaffingAnswer {
  const { handleMs, target } = question
  const withinMs = target.serviceLevel?.withinMs ?? WITHIN_MS_DEFAULT
  let blocked = 1
  for (let agents = 1; agents <= SERVERS_MAX; agents++) {
    blocked = nextB(load, agents, blocked)
    if (agents <= load) continue
    const figures = figuresFrom(waitsOf(load, agents, blocked), { load, agents, handleMs, withinMs })
    if (reaches(figures, target)) return { load, agents, figures }
  }
  throw SIZING_ERRORS['sizing.unreachable']({ what: 'agents', most: SERVERS_MAX, target: 'the target' })
}

function halve(question: StaffingQuestion, load: number): StaffingAnswer {
  const good = (agents: number): boolean => reaches(queueFigures(question, agents), question.target)
  let high = 1
  while (!good(high)) {
    if (high >= SERVERS_MAX) {
      throw SIZING_ERRORS['sizing.unreachable']({ what: 'agents', most: SERVERS_MAX, target: 'the target' })
    }
    high = Math.min(SERVERS_MAX, high * 2)
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (good(middle)) high = middle
    else low = middle
  }
  return { load, agents: high, figures: queueFigures(question, high) }
}

function reaches(
  figures: QueueFigures,
  { serviceLevel, asaMs, abandonPercent, occupancyPercent }: StaffingTarget,
): boolean {
  if (serviceLevel && figures.answeredInTime * 100 < serviceLevel.percent) return false
  if (asaMs !== undefined && figures.asaMs > asaMs) return false
  if (abandonPercent !== undefined && figures.abandons * 100 > abandonPercent) return false
  return occupancyPercent === undefined || figures.occupancy * 100 <= occupancyPercent
}

function checkTarget({ callsPerHour, handleMs, patienceMs, target }: StaffingQuestion): void {
  checkRange('the number of calls an hour', callsPerHour, 0, 1e9)
  checkDuration('the handling time', handleMs)
  if (patienceMs !== undefined) checkDuration('the patience', patienceMs)
  if (target.serviceLevel) {
    checkRange('the service level in percent', target.serviceLevel.percent, 0, 99.999)
    checkRange('the time of the service level in milliseconds', target.serviceLevel.withinMs, 0, DURATION_MS_MAX)
  }
  if (target.asaMs !== undefined) checkRange('the speed of answer in milliseconds', target.asaMs, 1, DURATION_MS_MAX)
  if (target.abandonPercent !== undefined)
    checkRange('the share of abandons in percent', target.abandonPercent, 0.001, 100)
  if (target.occupancyPercent !== undefined) checkRange('the occupancy in percent', target.occupancyPercent, 1, 100)
}

/** How many must be on the roster so that so many are at work, when a share of their time (0-95 %) goes to breaks, training and illness. */
export function scheduledFor(agents: number, shrinkagePercent: number): number {
  checkRange('the shrinkage in percent', shrinkagePercent, 0, 95)
  return Math.ceil(agents / (1 - shrinkagePercent / 100) - 1e-9)
}

/** The least number of trunks that loses no more than so many percent (0.0001-100) of the calls (Erlang B). */
export function trunksNeeded(
  load: number,
  blockingPercent: number,
): { readonly trunks: number; readonly blocked: number } {
  checkLoad(load)
  checkRange('the share of lost calls in percent', blockingPercent, 0.0001, 100)
  let blocked = erlangB(load, 0)
  for (let trunks = 0; trunks <= SERVERS_MAX; trunks++) {
    if (trunks > 0) blocked = nextB(load, trunks, blocked)
    if (blocked * 100 <= blockingPercent) return { trunks, blocked }
  }
  throw SIZING_ERRORS['sizing.unreachable']({ what: 'trunks', most: SERVERS_MAX, target: `${blockingPercent} % lost` })
}
