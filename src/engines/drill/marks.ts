import type { Millis } from '#base'
import type { DrillScore, DrillTarget } from '#seams/store'

/** What a blow may cost; what is not named here may not be lost at all. */
export interface Marks {
  /** Longest silence of a conversation, in ms; 0: not one packet may be lost. */
  readonly mediaGapMs: Millis
  /** A new call must be answered again within this. */
  readonly controlGapMs: Millis
  /** How many changes of the primary it may cause. */
  readonly takeoversMax: number
}

/**
 * What the death of each kind of process may cost: faults 1, 5 and 6 of the failure plan. A drill's score passes by it, and so does a run of the
 * chaos suite that makes the same fault.
 */
export const DEATH_MARKS: Readonly<Record<DrillTarget, Marks>> = {
  core: { mediaGapMs: 0, controlGapMs: 2_000, takeoversMax: 1 },
  edge: { mediaGapMs: 0, controlGapMs: 2_000, takeoversMax: 0 },
  media: { mediaGapMs: 2_000, controlGapMs: 3_000, takeoversMax: 0 },
  archive: { mediaGapMs: 0, controlGapMs: 2_000, takeoversMax: 0 },
}

/** Test calls share a process with a supervisor that has other work: a shorter silence may be its own. */
const RESOLUTION_MS: Millis = 200

/** What of a score does not pass, a sentence each; none when all does. */
export function whatFailed(kill: DrillTarget, score: Omit<DrillScore, 'failed'>): readonly string[] {
  const { callsLost, placesLost, recordsLost, testCalls, answeredMs, silenceMs, terms } = score
  const { mediaGapMs, controlGapMs, takeoversMax } = DEATH_MARKS[kill]
  const takeovers = Math.max(0, terms.length - 1)
  const rows: readonly (readonly [boolean, string])[] = [
    [callsLost > 0, `${callsLost} calls were lost`],
    [placesLost > 0, `${placesLost} places in queues were lost`],
    [recordsLost > 0, `${recordsLost} records were lost`],
    [testCalls > 0 && !Number.isFinite(answeredMs ?? Number.NaN), 'no new call was answered again'],
    [(answeredMs ?? 0) > controlGapMs, `a new call was answered after ${answeredMs} ms, not ${controlGapMs} ms`],
    [
      silenceMs > mediaGapMs + RESOLUTION_MS,
      `a test call heard nothing for ${silenceMs} ms, not ${mediaGapMs + RESOLUTION_MS} ms`,
    ],
    [takeovers > takeoversMax, `the primary changed ${takeovers} times, not ${takeoversMax}`],
  ]
  return rows.flatMap(([failed, sentence]) => (failed ? [sentence] : []))
}
