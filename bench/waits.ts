import { alikeAgents, playScenario, type Scenario, type ScenarioQueue, type WaitOutcome } from '#engines/what-if'
import type { CentreEvent, CentreStore } from '#kernel/centre'
import { type ExpectedWait, expectedWaitAt } from '#kernel/queue'

/**
 * How honest announced waits are (promise 13): days of made-up queues are played through the live kernel, and every range that it announces is
 * held against what happened: as it is said, in whole minutes, and as it is before that (`exact`), where it claims two thirds. Beside it stands what a
 * plainer estimate would have been: position × the mean pause between all answers. A caller who hung up before the end of its range leaves it open, and
 * is not counted.
 */

const HOUR_MS = 3_600_000
const LENGTH_MS = 8 * HOUR_MS

/** Days of each queue: some ten thousand announcements. */
const DAYS = 10

/** The plainer estimate: answers remembered, and fewest that say something. */
const ANSWERS_MAX = 20
const ANSWERS_MIN = 5

function queue(
  name: string,
  callsPerHour: ScenarioQueue['callsPerHour'],
  more: Partial<ScenarioQueue> = {},
): ScenarioQueue {
  return {
    ...{ name, callsPerHour, talkMs: 180_000, ...more },
    settings: { skills: { [name]: 1 }, positionEveryMs: 30_000, ...more.settings },
  }
}

/** The kinds of queue, by name. Phones ring five seconds on average. */
const CASES: Readonly<Record<string, Scenario>> = {
  steady: { queues: [queue('q', 190)], agents: alikeAgents(10, { q: 1 }), ringMs: 5_000 },
  'steady, log-normal talks': {
    queues: [queue('q', 190, { talkSpread: 0.8 })],
    agents: alikeAgents(10, { q: 1 }),
    ringMs: 5_000,
  },
  'overload, callers hang up': {
    queues: [queue('q', 260, { patienceMs: 180_000 })],
    agents: alikeAgents(10, { q: 1 }),
    ringMs: 5_000,
  },
  'rising and falling load': {
    queues: [
      queue('q', (at) => 100 + 200 * Math.sin((Math.PI * at) / LENGTH_MS), {
        callsPerHourMax: 300,
        patienceMs: 300_000,
      }),
    ],
    agents: alikeAgents(10, { q: 1 }),
    ringMs: 5_000,
  },
  'two agents': { queues: [queue('q', 38, { patienceMs: 600_000 })], agents: alikeAgents(2, { q: 1 }), ringMs: 5_000 },
  'one agent': { queues: [queue('q', 16, { patienceMs: 600_000 })], agents: alikeAgents(1, { q: 1 }), ringMs: 5_000 },
  'half of the agents leave': {
    queues: [queue('q', 300, { patienceMs: 240_000 })],
    agents: [
      ...alikeAgents(8, { q: 1 }),
      ...alikeAgents(8, { q: 1 }, 'early').map((agent) => ({ ...agent, to: LENGTH_MS / 2 })),
    ],
    ringMs: 5_000,
  },
  'two queues, same agents': {
    queues: [
      queue('q', 120, { patienceMs: 240_000 }),
      queue('r', 120, { patienceMs: 240_000, settings: { priority: 60 } }),
    ],
    agents: alikeAgents(12, { q: 1, r: 1 }),
    ringMs: 5_000,
  },
}

/** What came of the ranges of one estimate. */
interface Score {
  within: number
  sooner: number
  later: number
  silent: number
  widthMs: number
}

const emptyScore = (): Score => ({ within: 0, sooner: 0, later: 0, silent: 0, widthMs: 0 })

interface Said {
  readonly at: number
  readonly announced: ExpectedWait | undefined
  readonly exact: ExpectedWait | undefined
  readonly plain: ExpectedWait | undefined
}

/** One case: every range that the kernel says, and what the plainer estimate would have said at the same moment. */
class Trial {
  readonly announced = emptyScore()
  readonly exact = emptyScore()
  readonly plain = emptyScore()
  readonly #said = new Map<string, Said[]>()
  #answers = new Map<string, readonly number[]>()

  play(scenario: Scenario, seed: number): void {
    this.#answers = new Map()
    playScenario(scenario, {
      seed,
      lengthMs: LENGTH_MS,
      audience: { waitEnded: (outcome) => this.#waitEnded(outcome) },
      onEvent: (event, at, state) => this.#heard(event, at, state),
    })
  }

  #heard(event: CentreEvent, at: number, state: CentreStore): void {
    if (event.type !== 'Announced') return
    const interaction = state.interactions.get(event.interaction)
    if (interaction?.phase.state !== 'queued') return
    const { position = 1, expected: announced } = event
    const inQueue = state.queues.get(interaction.phase.queue)
    const exact = inQueue && expectedWaitAt(inQueue, position, at)
    const plain = plainWait(this.#answers.get(interaction.phase.queue) ?? [], position, at)
    const said = { at, announced, exact, plain }
    const before = this.#said.get(event.interaction)
    if (before) before.push(said)
    else this.#said.set(event.interaction, [said])
  }

  #waitEnded({ contact, queue: name, endedAt, result }: WaitOutcome): void {
    for (const { at, announced, exact, plain } of this.#said.get(contact.id) ?? []) {
      score(this.announced, announced, endedAt - at, result === 'answered')
      score(this.exact, exact, endedAt - at, result === 'answered')
      score(this.plain, plain, endedAt - at, result === 'answered')
    }
    this.#said.delete(contact.id)
    if (result !== 'answered') return
    this.#answers.set(name, [...(this.#answers.get(name) ?? []), endedAt].slice(-ANSWERS_MAX))
  }
}

function score(to: Score, range: ExpectedWait | undefined, waitedMs: number, answered: boolean): void {
  if (!range) {
    to.silent++
    return
  }
  if (!answered && waitedMs <= range.mostMs) return
  to.widthMs += range.mostMs - range.leastMs
  if (waitedMs > range.mostMs) to.later++
  else if (waitedMs < range.leastMs) to.sooner++
  else to.within++
}

/** Position × the mean pause between the last answers, whoever waited; with the spread of random pauses. */
function plainWait(answers: readonly number[], position: number, now: number): ExpectedWait | undefined {
  const [first] = answers
  const last = answers.at(-1)
  if (first === undefined || last === undefined || answers.length < ANSWERS_MIN) return undefined
  const pauses = answers.length - 1
  const measured = (last - first) / pauses
  const mean = now - last > measured ? (now - first) / (pauses + 1) : measured
  const spread = mean * Math.sqrt(position + (position * position) / pauses)
  return { leastMs: Math.max(0, position * mean - spread), mostMs: position * mean + spread }
}

function figures({ within, sooner, later, silent, widthMs }: Score) {
  const judged = within + sooner + later
  const percent = (count: number): number => Number(((100 * count) / judged).toFixed(1))
  return {
    within: percent(within),
    sooner: percent(sooner),
    later: percent(later),
    widthS: Math.round(widthMs / judged / 1_000),
    ...{ judged, silent },
  }
}

/** Runs the benchmark and prints one JSON object a line. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  for (const [name, scenario] of Object.entries(CASES)) {
    const trial = new Trial()
    for (let seed = 1; seed <= DAYS; seed++) trial.play(scenario, seed)
    const { within, ...more } = figures(trial.announced)
    print(
      JSON.stringify({
        ...{ bench: 'waits', case: name, figure: within, unit: 'percent of announced ranges that held', ...more },
        exact: figures(trial.exact),
        peer: figures(trial.plain),
        limit:
          'exact claims two thirds, and whole minutes more; the peer, exact too, is position × the mean pause between all answers',
      }),
    )
  }
}

if (import.meta.main) await run()
