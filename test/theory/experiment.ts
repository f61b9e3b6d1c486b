import { alikeAgents, DAY_START, type Kernel, playScenario, type Scenario, type WaitOutcome } from '#engines/what-if'
import { impatientFigures, patientFigures, priorityWaits } from '#sizing'
import { type Estimate, estimate, holds, REPLICATIONS } from './statistics.ts'

/** All times are multiples of this: with milliseconds as the unit, rounding changes a talk by a hundred-thousandth. */
export const HANDLE_MS = 180_000

/** The time of the service level. */
export const WITHIN_MS = 20_000

/** One queue to compare with its formula. */
export interface QueueCase {
  readonly agents: number
  /** Erlangs. */
  readonly load: number
  /** Mean patience; without one the formula is Erlang C. */
  readonly patienceMs?: number
}

/** One figure, simulated and calculated. */
export interface Comparison {
  readonly figure: string
  readonly theory: number
  readonly simulated: Estimate
  readonly inside: boolean
}

/** One case with all its figures. */
export interface CaseResult {
  readonly name: string
  readonly calls: number
  readonly comparisons: readonly Comparison[]
}

/** How much is simulated. */
export interface Effort {
  /** Calls that count in each replication, after the warm-up, at least. */
  readonly calls: number
  readonly replications?: number
  readonly kernel?: Kernel
}

/** The pairs of load and agents that are compared with Erlang C: from one agent to a hundred, from half busy to nearly full. */
export const PATIENT_CASES: readonly QueueCase[] = [
  ...[0.5, 0.7, 0.8].map((busy) => ({ agents: 1, load: busy })),
  ...[0.5, 0.7, 0.8, 0.9].map((busy) => ({ agents: 2, load: 2 * busy })),
  ...[0.6, 0.7, 0.8, 0.9].map((busy) => ({ agents: 5, load: 5 * busy })),
  ...[0.7, 0.8, 0.85, 0.9].map((busy) => ({ agents: 10, load: 10 * busy })),
  ...[0.8, 0.85, 0.9, 0.95].map((busy) => ({ agents: 20, load: 20 * busy })),
  ...[0.8, 0.85, 0.9].map((busy) => ({ agents: 50, load: 50 * busy })),
  ...[0.85, 0.9].map((busy) => ({ agents: 100, load: 100 * busy })),
]

/** The pairs that are compared with Erlang A: half and twice the handling time of patience, up to an overload of a fifth. */
export const IMPATIENT_CASES: readonly QueueCase[] = [1, 2, 5, 10, 20, 50].flatMap((agents) =>
  [0.8, 1, 1.2].flatMap((busy) =>
    (agents === 50 ? [2] : [0.5, 2]).map((patience) => ({
      agents,
      load: agents * busy,
      patienceMs: patience * HANDLE_MS,
    })),
  ),
)

/** Classes by their loads, highest priority first, that are compared with Kella and Yechiali's formula. */
export const PRIORITY_CASES: readonly { readonly agents: number; readonly loads: readonly number[] }[] = [
  { agents: 1, loads: [0.3, 0.4] },
  { agents: 1, loads: [0.2, 0.3, 0.3] },
  { agents: 5, loads: [2, 2] },
  { agents: 5, loads: [1, 1.5, 1.5] },
  { agents: 10, loads: [4, 4.5] },
  { agents: 20, loads: [5, 6, 6] },
]

/** Time constants of the queue that pass before anything counts: what is left of the empty beginning is then e^-12. */
const WARM_UP_CONSTANTS = 12

/** Time constants of the queue that each replication lasts at least, so that its means are means of many ups and downs. */
const LENGTH_CONSTANTS = 45

/**
 * How long a replication is before it counts, and how long it counts: so many time constants at least, and so many calls, more with many agents. There
 * it is seldom that anybody waits, and a mean over few such stretches is so skewed that Student's interval would be too sure of itself.
 */
function spans(one: QueueCase, calls: number): { readonly warmUpMs: number; readonly lengthMs: number } {
  const memory = memoryMs(one)
  const countsMs = Math.max((calls * (1 + one.agents / 10) * HANDLE_MS) / one.load, LENGTH_CONSTANTS * memory)
  return { warmUpMs: WARM_UP_CONSTANTS * memory, lengthMs: WARM_UP_CONSTANTS * memory + countsMs }
}

/** How long a queue remembers: handling time / (√agents - √load)², the relaxation time of M/M/c; a queue with hang-ups forgets sooner. */
function memoryMs({ agents, load, patienceMs }: QueueCase): number {
  if (patienceMs !== undefined) return HANDLE_MS + patienceMs
  return HANDLE_MS / (Math.sqrt(agents) - Math.sqrt(load)) ** 2
}

/** What one replication counts. */
interface Tally {
  calls: number
  answered: number
  waited: number
  inTime: number
  abandoned: number
  answeredWaitMs: number
}

function playQueue(one: QueueCase, seed: number, { calls, kernel }: Effort): Tally {
  const callsPerHour = (one.load * 3_600_000) / HANDLE_MS
  const { warmUpMs, lengthMs } = spans(one, calls)
  const tally: Tally = { calls: 0, answered: 0, waited: 0, inTime: 0, abandoned: 0, answeredWaitMs: 0 }
  const scenario: Scenario = {
    queues: [
      {
        name: 'q',
        callsPerHour,
        talkMs: HANDLE_MS,
        ...(one.patienceMs === undefined ? undefined : { patienceMs: one.patienceMs }),
      },
    ],
    agents: alikeAgents(one.agents, {}),
  }
  const waitEnded = ({ enteredAt, endedAt, result }: WaitOutcome): void => {
    // Callers count by when they came: whoever is still waiting at the end is served before the play is over.
    if (enteredAt < DAY_START + warmUpMs) return
    const waitMs = endedAt - enteredAt
    tally.calls++
    if (waitMs > 0) tally.waited++
    if (result === 'abandoned' || result === 'short-abandoned') tally.abandoned++
    if (result !== 'answered') return
    tally.answered++
    tally.answeredWaitMs += waitMs
    if (waitMs <= WITHIN_MS) tally.inTime++
  }
  playScenario(scenario, { seed, lengthMs, audience: { waitEnded }, ...(kernel && { kernel }) })
  return tally
}

/** Compares one queue with Erlang C or Erlang A. */
export function compareQueue(one: QueueCase, effort: Effort): CaseResult {
  const { agents, load, patienceMs } = one
  const tallies = Array.from({ length: effort.replications ?? REPLICATIONS }, (_, index) =>
    playQueue(one, seedOf(agents, load + (patienceMs ?? 0), index), effort),
  )
  const queue = { load, agents, handleMs: HANDLE_MS, withinMs: WITHIN_MS }
  const theory = patienceMs === undefined ? patientFigures(queue) : impatientFigures({ ...queue, patienceMs })
  const compare = (figure: string, expected: number, of: (tally: Tally) => number): Comparison => {
    const simulated = estimate(tallies.map(of))
    return { figure, theory: expected, simulated, inside: holds(simulated, expected) }
  }
  return {
    name: `${agents} agents, ${trimmed(load)} erlangs${patienceMs === undefined ? '' : `, patience ${patienceMs / 1000} s`}`,
    calls: tallies.reduce((sum, tally) => sum + tally.calls, 0),
    comparisons: [
      compare('must wait', theory.waits, ({ waited, calls }) => waited / calls),
      compare('ASA', theory.asaMs / 1000, ({ answeredWaitMs, answered }) => answeredWaitMs / answered / 1000),
      compare('in time', theory.answeredInTime, ({ inTime, calls }) => inTime / calls),
      ...(patienceMs === undefined
        ? []
        : [compare('hang up', theory.abandons, ({ abandoned, calls }) => abandoned / calls)]),
    ],
  }
}

/** Compares the waits of several priorities with their closed form. */
export function comparePriorities({ agents, loads }: (typeof PRIORITY_CASES)[number], effort: Effort): CaseResult {
  const load = loads.reduce((sum, one) => sum + one, 0)
  const { warmUpMs, lengthMs } = spans({ agents, load }, effort.calls)
  const scenario: Scenario = {
    queues: loads.map((one, index) => ({
      name: `q${index + 1}`,
      callsPerHour: (one * 3_600_000) / HANDLE_MS,
      talkMs: HANDLE_MS,
      // A point of priority is worth a day of waiting: nobody waits for so long, so the order is strict.
      settings: { priority: 90 - index * 10, priorityStepMs: 86_400_000 },
    })),
    agents: alikeAgents(agents, {}),
  }
  let calls = 0
  const runs = Array.from({ length: effort.replications ?? REPLICATIONS }, (_, index) => {
    const sums = new Map(scenario.queues.map(({ name }) => [name, { calls: 0, waitMs: 0 }]))
    const waitEnded = ({ queue, enteredAt, endedAt }: WaitOutcome): void => {
      if (enteredAt < DAY_START + warmUpMs) return
      const sum = sums.get(queue)!
      sum.calls++
      sum.waitMs += endedAt - enteredAt
      calls++
    }
    const { kernel } = effort
    playScenario(scenario, {
      seed: seedOf(agents, load, index),
      lengthMs,
      audience: { waitEnded },
      ...(kernel && { kernel }),
    })
    return [...sums.values()].map((sum) => sum.waitMs / sum.calls / 1000)
  })
  const waits = priorityWaits({ loads, agents, handleMs: HANDLE_MS })
  const comparisons = waits.map((waitMs, index): Comparison => {
    const simulated = estimate(runs.map((run) => run[index]!))
    return { figure: `wait ${index + 1}`, theory: waitMs / 1000, simulated, inside: holds(simulated, waitMs / 1000) }
  })
  return { name: `${agents} agents, ${loads.map(trimmed).join(' + ')} erlangs`, calls, comparisons }
}

/** Fixed, and another for every case and replication. */
function seedOf(agents: number, load: number, replication: number): number {
  return agents * 1_000_003 + Math.round(load * 1_000) * 101 + replication
}

function trimmed(load: number): string {
  return String(Number(load.toFixed(3)))
}
