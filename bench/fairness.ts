import { alikeAgents, playScenario, type Scenario, type ScenarioAgent, type ScenarioQueue } from '#engines/what-if'
import type { Queue } from '#kernel/config'

/**
 * How evenly each way of choosing agents spreads the work of a shift (promise 7): the same callers, with the same talks, play through the live
 * kernel. The shift is made to be hard: two queues, agents who serve one or both, some who take half as long again for a call as others, and some
 * who come two hours late. What is compared is the share of their time there that agents are busy.
 */

const HOUR_MS = 3_600_000
const SHIFT_MS = 8 * HOUR_MS

/** Shifts that are played: what one day does by chance is not what a strategy does. */
const SHIFTS = 8

const STRATEGIES: Readonly<Record<string, Partial<Queue>>> = {
  'longest-idle': { strategy: 'longest-idle' },
  'round-robin': { strategy: 'round-robin' },
  'least-loaded': { strategy: 'least-loaded' },
  'most-skilled': { strategy: 'most-skilled' },
  weighted: { strategy: 'weighted', weights: { skill: 1, wish: 0, idle: 1, load: 1 } },
}

function queue(name: string, callsPerHour: number, more: Partial<Queue>): ScenarioQueue {
  return {
    ...{ name, callsPerHour, talkMs: 180_000, talkSpread: 0.8, patienceMs: 240_000 },
    settings: { skills: { [name]: 1 }, wrapUpMs: 20_000, ...more },
  }
}

function agents(): readonly ScenarioAgent[] {
  const all = [
    ...alikeAgents(14, { sales: 40 }, 'sales'),
    ...alikeAgents(10, { support: 40 }, 'support'),
    ...alikeAgents(6, { sales: 80, support: 80 }, 'both'),
  ]
  return all.map((agent, index) => ({
    ...agent,
    pace: index % 3 === 0 ? 1.5 : 1,
    ...(index % 5 === 0 ? { from: 2 * HOUR_MS } : undefined),
  }))
}

/** Busy shares of one shift, in percent, each agent's. */
function playShift(strategy: Partial<Queue>, seed: number): readonly number[] {
  const scenario: Scenario = {
    queues: [queue('sales', 240, strategy), queue('support', 170, strategy)],
    agents: agents(),
    ringMs: 4_000,
  }
  const busy = new Map<string, number>()
  playScenario(scenario, {
    seed,
    lengthMs: SHIFT_MS,
    audience: { workEnded: ({ user, from, to }) => busy.set(user, (busy.get(user) ?? 0) + to - from) },
  })
  return scenario.agents.map(({ name, from = 0 }) => (100 * (busy.get(name) ?? 0)) / (SHIFT_MS - from))
}

/** Runs the benchmark and prints one JSON object a line. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    const shifts = Array.from({ length: SHIFTS }, (_, index) => playShift(strategy, index + 1))
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    const spread = (values: readonly number[]): number =>
      Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
    const rounded = (value: number): number => Number(value.toFixed(1))
    print(
      JSON.stringify({
        ...{ bench: 'fairness', case: name, figure: rounded(mean(shifts.map(spread))) },
        unit: 'standard deviation between agents of the percent of their time that they are busy',
        least: rounded(mean(shifts.map((shift) => Math.min(...shift)))),
        mean: rounded(mean(shifts.map(mean))),
        most: rounded(mean(shifts.map((shift) => Math.max(...shift)))),
        peer: null,
        limit: 'agents with one skill cannot help the other queue, whatever the strategy',
      }),
    )
  }
}

if (import.meta.main) await run()
