/**
 * What a queue's service level divides by what: the ways that the field uses, by name. Each is a figure of its own
 * (`service-level-<name>`) in `#kernel/statistics`, where the formulas and their sources stand.
 */
export const SERVICE_LEVEL_NAMES = [
  'offered-without-short',
  'offered',
  'answered',
  'abandons-met',
  'abandons-met-without-short',
  'early-abandons-ignored',
  'all-leaving',
  'all-leaving-without-short',
] as const

/** One of the ways to count a service level. */
export type ServiceLevelName = (typeof SERVICE_LEVEL_NAMES)[number]

/** The aim of a queue: so many percent (0-100) within the time (1,000-86,400,000), and what is counted. */
export interface ServiceLevel {
  readonly percent: number
  readonly withinMs: number
  /** `offered-without-short` when not said. */
  readonly definition?: ServiceLevelName
  /** Who hangs up sooner is a short abandon: 0-600,000; 5,000 when not said, and 0 means that nobody is. */
  readonly shortAbandonMs?: number
}

interface WithServiceLevel {
  readonly serviceLevel: ServiceLevel
}

/** A caller who hangs up sooner counts as a short abandon, when the queue does not say otherwise: it had no time to be served. */
const SHORT_ABANDON_MS_DEFAULT = 5_000

/** What a queue aims at, complete. */
export type ServiceLevelAim = Required<ServiceLevel>

/** A queue's aim with what it leaves unsaid; short abandons count neither way then. */
export function serviceLevelOf({ serviceLevel }: WithServiceLevel): ServiceLevelAim {
  const {
    percent,
    withinMs,
    definition = 'offered-without-short',
    shortAbandonMs = SHORT_ABANDON_MS_DEFAULT,
  } = serviceLevel
  return { percent, withinMs, definition, shortAbandonMs }
}

/** Whether a wait that the caller ended is too short to count as abandoned. Of a queue that is gone the default decides. */
export function isShortAbandon(queue: WithServiceLevel | undefined, waitMs: number): boolean {
  return waitMs < (queue ? serviceLevelOf(queue).shortAbandonMs : SHORT_ABANDON_MS_DEFAULT)
}
