import type { Clock, Logger, Millis } from '#base'
import type { Log } from '#seams/log'
import type { DrillRow, DrillScore } from '#seams/store'
import { firstAnswer } from './first-answer.ts'
import type { DrillHistory } from './history.ts'
import { whatFailed } from './marks.ts'
import { Tally } from './tally.ts'
import { TestCall, type TestCallPlace } from './test-call.ts'

/** Sound must have come back for so long before anything is killed, so that a silence afterwards is the drill's. */
const STEADY_MS = 1_500
/** A new call must be answered again by then, or the drill says that nobody took over. */
const ANSWER_MS_MAX = 30_000
/** How often a new call is tried meanwhile: the resolution of the time. */
const PROBE_MS = 100
/** Longer than a goodbye waits for its answer. */
const GOODBYE_MS_MAX = 10_000
/** How long after the new call the standing ones are listened to. */
const AFTER_MS = 3_000
/** History may be this late before a record counts as missing. */
const HISTORY_MS_MAX = 15_000
const HISTORY_POLL_MS = 200

/** What a drill is made of. */
export interface DrillParts {
  readonly drill: DrillRow
  readonly place: TestCallPlace
  readonly log: Pick<Log, 'head' | 'read'>
  readonly history: DrillHistory
  readonly clock: Clock
  readonly logger: Logger
  /** Kills what the drill names; false when there is no such process. */
  kill(): boolean
}

/** Kills what it is told under its own test calls, and counts what became of everything. */
export async function runDrill(parts: DrillParts): Promise<DrillScore> {
  const { drill, place, clock } = parts
  const tally = await Tally.open(parts.log, parts.history)
  const calls = await standingCalls(parts)
  try {
    await tally.follow()
    const before = tally.standing()
    const killedAt = clock.monotonic()
    tally.mark(clock.now())
    if (!parts.kill()) throw new RangeError(`no ${drill.kill} runs on ${drill.node}`)
    const answeredMs = calls.length === 0 ? undefined : await answeredAgain(place, clock, killedAt)
    await pause(clock, AFTER_MS)
    await tally.follow()
    const lostTestCalls = calls.filter((call) => call.over).length
    const silenceMs = Math.max(0, ...calls.map((call) => call.longestSilenceMs(killedAt)))
    await Promise.all(calls.map((call) => call.hangUp()))
    const records = await recordsLost(parts, tally)
    const score = {
      ...before,
      callsLost: tally.lost + lostTestCalls,
      placesLost: tally.placesLost,
      recordsLost: records,
      testCalls: calls.length,
      testCallsLost: lostTestCalls,
      answeredMs: answeredMs === undefined ? null : Math.round(answeredMs),
      secondsLost: answeredMs === undefined ? null : Math.round(answeredMs) / 1000,
      silenceMs: Math.round(silenceMs),
      terms: tally.terms,
    }
    return { ...score, failed: whatFailed(drill.kill, score) }
  } finally {
    for (const call of calls) await call.close()
  }
}

async function standingCalls({ drill, place, clock }: DrillParts): Promise<TestCall[]> {
  const calls = await Promise.all(Array.from({ length: drill.calls }, () => TestCall.place(place, clock)))
  const answered = await Promise.all(calls.map((call) => call.answered(ANSWER_MS_MAX)))
  if (answered.some((ok) => !ok)) {
    await Promise.all(calls.map((call) => call.close()))
    throw new RangeError(`a test call to ${place.number} was not answered: nothing was killed`)
  }
  if (calls.length > 0) await pause(clock, STEADY_MS)
  return calls
}

/** How long nobody was answered since the blow; `Infinity` when nobody is any more. */
async function answeredAgain(place: TestCallPlace, clock: Clock, since: Millis): Promise<Millis> {
  const probes: TestCall[] = []
  const dial = async () => {
    const probe = await TestCall.place(place, clock)
    probes.push(probe)
    return probe
  }
  const probing = { clock, since, everyMs: () => PROBE_MS, giveUpMs: ANSWER_MS_MAX, goodbyeMs: GOODBYE_MS_MAX }
  const answeredMs = await firstAnswer(dial, probing)
  for (const probe of probes) await probe.close()
  return answeredMs
}

async function recordsLost({ history, clock }: DrillParts, tally: Tally): Promise<number> {
  for (let waitedMs = 0; ; waitedMs += HISTORY_POLL_MS) {
    const counts = await history.records(tally.closed())
    const wrong = tally.closed().filter((contact) => counts.get(contact) !== 1).length
    if (wrong === 0 || waitedMs >= HISTORY_MS_MAX) return wrong
    await pause(clock, HISTORY_POLL_MS)
  }
}

function pause(clock: Clock, ms: Millis): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve))
}
