import type { Millis } from '#base'
import type { CentreEvent, CentreStore } from '#kernel/centre'
import type { ConfigurationChange, Queue, User } from '#kernel/config'
import type { Audience, OfferMade, People } from './people.ts'
import { Random } from './random.ts'
import { type Kernel, Stage } from './stage.ts'

/** Where callers of a made-up day wait. */
export interface ScenarioQueue {
  readonly name: string
  /** Calls an hour at a moment of the day, counted from its beginning; a number when it is always the same. */
  readonly callsPerHour: number | ((sinceMs: Millis) => number)
  /** The most that a function of the day gives. */
  readonly callsPerHourMax?: number
  /** Mean of an exponential patience; without one callers wait for ever. */
  readonly patienceMs?: Millis
  /** Mean time of a talk, and its standard deviation over its mean: 1 is exponential, anything else log-normal. */
  readonly talkMs: Millis
  readonly talkSpread?: number
  /** What differs from {@link PLAIN_QUEUE}. */
  readonly settings?: Partial<Queue>
}

/** Who works. */
export interface ScenarioAgent {
  readonly name: string
  readonly skills: Readonly<Record<string, number>>
  /** From when to when the phone is there, from the beginning of the day; all day when not said. */
  readonly from?: Millis
  readonly to?: Millis
  /** This agent's talks last so many times as long as others': 1 when not said. */
  readonly pace?: number
}

/** A made-up day, of which the truth is known. */
export interface Scenario {
  readonly queues: readonly ScenarioQueue[]
  readonly agents: readonly ScenarioAgent[]
  /** Mean time that a phone rings; 0, answered at once, when not said. */
  readonly ringMs?: Millis
}

/** How a made-up day is played. */
export interface PlayOptions {
  readonly seed: number
  /** How long callers come. */
  readonly lengthMs: Millis
  readonly audience: Audience
  readonly kernel?: Kernel
  readonly onEvent?: (event: CentreEvent, at: Millis, state: CentreStore) => void
}

/** The first moment of a made-up day. */
export const DAY_START: Millis = Date.UTC(2026, 0, 5, 8)

/** How long is waited for the last callers to be served after nobody comes any more. */
const AFTER_MS = 6 * 3_600_000

/** A queue that adds nothing of its own to the formulas: no announcement, no work after a call, no recording. */
export const PLAIN_QUEUE: Queue = {
  name: 'plain',
  skills: {},
  priority: 50,
  ringTimeoutMs: 120_000,
  ronaMs: 0,
  wrapUpMs: 0,
  welcomePrompts: [],
  musicPrompt: 'music',
  positionEveryMs: 0,
  recorded: false,
  serviceLevel: { percent: 80, withinMs: 20_000 },
}

/** Plays a made-up day with the live kernel. The same seed is the same day, whatever the configuration makes of it: how long a caller will wait and talk is drawn when it comes, not when it is served. */
export function playScenario(scenario: Scenario, options: PlayOptions): Stage {
  const { seed, lengthMs, audience, kernel, onEvent } = options
  const talks = new Map<string, Millis>()
  const stage = new Stage({
    changes: scenarioChanges(scenario),
    people: scenarioPeople(scenario, talks, seed),
    audience,
    at: DAY_START,
    ...(kernel && { kernel }),
    ...(onEvent && { onEvent }),
  })
  for (const { name, from = 0, to } of scenario.agents) {
    if (from === 0) stage.reach(name)
    else stage.at(DAY_START + from, () => stage.reach(name))
    if (to !== undefined) stage.at(DAY_START + to, () => stage.reach(name, false))
  }
  for (const [index, queue] of scenario.queues.entries()) {
    planArrivals(stage, queue, { random: new Random(seed, index + 1), number: numberOf(index), lengthMs, talks })
  }
  stage.runTo(DAY_START + lengthMs)
  const end = DAY_START + lengthMs + AFTER_MS
  while (stage.present > 0 && stage.now < end) stage.runTo(stage.now + 60_000)
  return stage
}

/** What the arrivals of one queue are made of. */
interface Arrivals {
  readonly random: Random
  readonly number: string
  readonly lengthMs: Millis
  /** How long each caller who is there will talk. */
  readonly talks: Map<string, Millis>
}

/** Arrivals at random (a Poisson process, thinned where the rate is below its most). */
function planArrivals(stage: Stage, queue: ScenarioQueue, { random, number, lengthMs, talks }: Arrivals): void {
  const { callsPerHour, callsPerHourMax, talkMs, talkSpread = 1 } = queue
  const most = callsPerHourMax ?? (typeof callsPerHour === 'number' ? callsPerHour : 0)
  if (most <= 0) return
  let exact = DAY_START
  let count = 0
  const next = (): void => {
    exact += random.exponential(3_600_000 / most)
    if (exact >= DAY_START + lengthMs) return
    const rate = typeof callsPerHour === 'number' ? callsPerHour : callsPerHour(exact - DAY_START)
    const comes = random.chance(rate / most)
    const patienceMs = queue.patienceMs === undefined ? undefined : Math.round(random.exponential(queue.patienceMs))
    const talk = talkSpread === 1 ? random.exponential(talkMs) : random.logNormal(talkMs, talkSpread)
    stage.at(Math.round(exact), () => {
      if (comes) {
        const id = `${queue.name}-${++count}`
        talks.set(id, talk)
        stage.arrive({ id, at: stage.now, to: number, ...(patienceMs === undefined ? undefined : { patienceMs }) })
      }
      next()
    })
  }
  next()
}

function scenarioPeople({ agents, ringMs = 0 }: Scenario, talks: Map<string, Millis>, seed: number): People {
  const paces = new Map(agents.map(({ name, pace = 1 }) => [name, pace]))
  const rings = new Random(seed, 2_000)
  return {
    ringMs: () => (ringMs === 0 ? 0 : Math.round(rings.exponential(ringMs))),
    talkMs: ({ contact, user }: OfferMade) => Math.round((talks.get(contact.id) ?? 0) * (paces.get(user) ?? 1)),
    wrapUpMs: () => undefined,
  }
}

/** The configuration of a made-up day. */
export function scenarioChanges({ queues, agents }: Scenario): readonly ConfigurationChange[] {
  return [
    ...agents.map(({ name, skills }, index): ConfigurationChange => {
      const value: User = {
        name,
        displayName: name,
        extension: String(200_000 + index),
        role: 'agent',
        skills,
        initialStatus: 'ready',
      }
      return { kind: 'user', name, value }
    }),
    ...queues.flatMap(({ name, settings }, index): ConfigurationChange[] => [
      { kind: 'queue', name, value: { ...PLAIN_QUEUE, ...settings, name } },
      { kind: 'number', name: numberOf(index), value: { type: 'queue', queue: name } },
    ]),
  ]
}

function numberOf(index: number): string {
  return String(100 + index)
}

/** So many agents who are all alike. */
export function alikeAgents(
  count: number,
  skills: Readonly<Record<string, number>>,
  prefix = 'agent',
): readonly ScenarioAgent[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index + 1}`, skills }))
}
