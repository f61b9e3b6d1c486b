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
}

/** What all checkers find in a run. */
export function judge(seen: Seen): Finding[] {
  return Object.values(CHECKERS).flatMap((check) => check(seen))
}
