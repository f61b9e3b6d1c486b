import { checkAcknowledged } from './acknowledged.ts'
import { checkAgents } from './agents.ts'
import { checkBrowsers } from './browsers.ts'
import { checkDialogs } from './dialogs.ts'
import { checkDoubt } from './doubt.ts'
import { checkDurations } from './durations.ts'
import { checkGaps } from './gaps.ts'
import { checkLostCalls } from './lost-calls.ts'
import { checkMedia } from './media.ts'
import { checkOnce } from './once.ts'
import { checkOverload } from './overload.ts'
import { checkQueueOrder } from './queue-order.ts'
import { checkRecordings } from './recordings.ts'
import { checkRecords } from './records.ts'
import type { Finding, Seen } from './seen.ts'
import { checkTerms } from './terms.ts'

export { talkGaps } from './media.ts'
export { assemble, type Finding, type Histories, readSeen, type Seen } from './seen.ts'

/** Every checker, by its name. None imports a line of the product. */
export const CHECKERS: Readonly<Record<string, (seen: Seen) => Finding[]>> = {
  'lost-calls': checkLostCalls,
  terms: checkTerms,
  once: checkOnce,
  durations: checkDurations,
  'queue-order': checkQueueOrder,
  agents: checkAgents,
  recordings: checkRecordings,
  media: checkMedia,
  records: checkRecords,
  dialogs: checkDialogs,
  acknowledged: checkAcknowledged,
  doubt: checkDoubt,
  browsers: checkBrowsers,
  gaps: checkGaps,
  overload: checkOverload,
}

/** What two faults at once may not touch: availability may be lost, safety never. */
const SAFETY: readonly string[] = ['lost-calls', 'terms', 'once', 'records', 'acknowledged', 'doubt']

/** What all checkers find in a run; in a double fault, those of safety. */
export function judge(seen: Seen): Finding[] {
  const names = seen.meta.apartMs === undefined ? Object.keys(CHECKERS) : SAFETY
  return names.flatMap((name) => CHECKERS[name]?.(seen) ?? [])
}
