import { erlangB } from './erlang-b.ts'
import type { PatientQueue, QueueFigures } from './erlang-c.ts'
import { SIZING_ERRORS } from './errors.ts'
import { checkDuration, checkRange, checkWhole, DURATION_MS_MAX, SERVERS_MAX } from './range.ts'

/** A queue whose callers hang up: each has an exponentially distributed patience. */
export interface ImpatientQueue extends PatientQueue {
  /** Mean patience: how long a caller would wait who is never answered. */
  readonly patienceMs: number
}

/** States after which what is left out is below anything that a double shows. */
const REST = 1e-18

/** Half a second of work; reached only where load, patience and handling time are all at the ends of their ranges. */
const STATES_MAX = 5_000_000

/**
 * Erlang A (Palm 1946; M/M/c+M): callers hang up after an exponential patience, so a queue of any load has a steady state. It is a birth-death chain:
 * up at the rate of arrivals, down at agents / handling time + waiting / patience. Shares are taken relative to the state in which all agents
 * are busy and nobody waits, which neither overflows nor underflows.
 *
 * Who finds j waiting before it is served after V, the sum of j+1 exponential times with rates a, a+1, … (in units of patience), so that
 * exp(-V) has the Beta(a, j+1) distribution; all below follows from that.
 */
export function impatientFigures({ load, agents, handleMs, withinMs, patienceMs }: ImpatientQueue): QueueFigures {
  checkWhole('the number of agents', agents, 1, SERVERS_MAX)
  checkDuration('the handling time', handleMs)
  checkDuration('the patience', patienceMs)
  checkRange('the time of the service level in milliseconds', withinMs, 0, DURATION_MS_MAX)
  const below = 1 / erlangB(load, agents)
  if (load === 0) return { waits: 0, asaMs: 0, answeredInTime: 1, abandons: 0, occupancy: 0 }
  const sums = sumStates({ load, agents, handleMs, withinMs, patienceMs })
  const whole = below * sums.unit + sums.waiting
  const waits = (sums.unit + sums.waiting) / whole
  const abandons = (sums.hangUps * handleMs) / (load * patienceMs * whole)
  const served = 1 - abandons
  return {
    waits,
    asaMs: served <= 0 ? 0 : (sums.servedWait * patienceMs) / whole / served,
    answeredInTime: 1 - waits + sums.servedInTime / whole,
    abandons,
    occupancy: (load * served) / agents,
  }
}

/** Past this all sums are made smaller together: in an overload the likely states are further from the first than a double reaches. */
const SHARE_MAX = 1e200

/** Sums over the states in which nobody is free. */
interface StateSums {
  /** Share of the first of them, in which nobody waits: the measure of the others. */
  unit: number
  /** Share of the states with somebody waiting. */
  waiting: number
  /** Mean number waiting: each of them may hang up. */
  hangUps: number
  /** Share that is served within the time, and the wait of the served in units of patience, by what an arrival finds. */
  servedInTime: number
  servedWait: number
}

function sumStates({ load, agents, handleMs, withinMs, patienceMs }: ImpatientQueue): StateSums {
  // In units of patience: agents finish at rate a together, callers arrive at rate `arrivals`.
  const a = (agents * patienceMs) / handleMs
  const arrivals = (load * patienceMs) / handleMs
  const sums: StateSums = { unit: 1, waiting: 0, hangUps: 0, servedInTime: 0, servedWait: 0 }
  const late = new LateShare(a + 1, Math.exp(-withinMs / patienceMs), withinMs / patienceMs)
  let share = 1
  let pauses = 0
  for (let j = 0; ; j++) {
    if (j > STATES_MAX) throw SIZING_ERRORS['sizing.too-large']({ most: STATES_MAX })
    pauses += 1 / (a + 1 + j)
    const served = share * (a / (a + j + 1))
    sums.servedInTime += served * (1 - late.next())
    sums.servedWait += served * pauses
    share *= arrivals / (a + j + 1)
    sums.waiting += share
    sums.hangUps += share * (j + 1)
    if (share > SHARE_MAX) {
      share /= SHARE_MAX
      for (const key of ['unit', 'waiting', 'hangUps', 'servedInTime', 'servedWait'] as const) sums[key] /= SHARE_MAX
    }
    if (arrivals < a + j + 1 && share < REST * (sums.unit + sums.waiting)) return sums
  }
}

/**
 * The incomplete beta function I_x(p, n+1) for n = 0, 1, 2, …: x^p times the sum of (1-x)^k Γ(p+k) / (Γ(p) k!) for k to n. All terms are
 * positive, and are kept as logarithms, for x^p may be smaller than any double.
 */
class LateShare {
  readonly #p: number
  readonly #logRest: number
  #logTerm: number
  #sum = 0
  #k = 0

  constructor(p: number, x: number, minusLogX: number) {
    this.#p = p
    this.#logRest = Math.log1p(-x)
    this.#logTerm = -p * minusLogX
  }

  next(): number {
    this.#sum += Math.exp(this.#logTerm)
    this.#logTerm += this.#logRest + Math.log((this.#p + this.#k) / (this.#k + 1))
    this.#k++
    return Math.min(1, this.#sum)
  }
}
