import type { Millis } from '#base'
import type { WaitOutcome, WorkDone } from './people.ts'
import type { RecordedDay, RecordedWait } from './recorded-day.ts'
import { OWN_PRIORITY } from './replay.ts'
import { DAY_START, playScenario, type Scenario } from './scenario.ts'

/** A made-up day as history would have it: for tests that know the truth. `wrapUpMs` must be what its queues give. */
export function recordScenario(scenario: Scenario, seed: number, lengthMs: Millis, wrapUpMs: Millis): RecordedDay {
  const outcomes: WaitOutcome[] = []
  const works: WorkDone[] = []
  playScenario(scenario, {
    seed,
    lengthMs,
    audience: { waitEnded: (outcome) => outcomes.push(outcome), workEnded: (work) => works.push(work) },
  })
  const workOf = new Map(works.map((work) => [`${work.user} ${work.from}`, work]))
  const waits = outcomes.map((outcome): RecordedWait => {
    const { contact, queue, enteredAt, endedAt, result, user } = outcome
    const work = workOf.get(`${user} ${endedAt}`)
    return {
      interaction: contact.id,
      queue,
      priority: OWN_PRIORITY,
      enteredAt,
      waitedMs: endedAt - enteredAt,
      result,
      follows: false,
      ...(user === undefined || !work
        ? undefined
        : { agent: user, ringMs: 0, talkMs: work.to - work.from - wrapUpMs, wrapUpMs, wrapUpWhole: true }),
    }
  })
  const to = DAY_START + lengthMs
  return {
    from: DAY_START,
    to,
    waits: waits.sort((a, b) => a.enteredAt - b.enteredAt),
    presences: scenario.agents.map((agent) => ({
      user: agent.name,
      from: DAY_START + (agent.from ?? 0),
      to: agent.to === undefined ? to : DAY_START + agent.to,
    })),
    offers: {},
  }
}
