/** What one run is made of; with its seed it can be made again. */
export interface RunOptions {
  readonly seed: number
  /** Faults by their number in the plan, one after the other. */
  readonly faults: readonly string[]
  /** A double fault: each strikes so many ms after the one before it, whether that is over or not. */
  readonly apartMs?: number
  readonly calls: number
  /** New calls a second. */
  readonly rate: number
  readonly agents: number
  readonly talkMs: number
  readonly standingMs: number
  readonly mix?: 'figures'
  readonly browsers: number
  /** Machines that share a PostgreSQL and a Redis; one with all of its own unless told. */
  readonly nodes?: number
  readonly ringTimeoutMs: number
  readonly wrapUpMs: number
  /** Where everything that is seen goes. */
  readonly folder: string
  /** The tree whose program runs, if it is a changed copy. */
  readonly tree?: string
  /** Whether the run is inside a network namespace of its own. */
  readonly namespace: boolean
}

/** What is known of a run when it is over. */
export interface RunMeta extends RunOptions {
  readonly endedAt: number
  /** Add it to a monotonic moment to get the wall clock's. */
  readonly wallOffset: number
  readonly played: readonly { readonly user: string; readonly extension: string }[]
}

/** A load that a machine of two processors carries beside the checks, and still has calls in every state at every moment. */
export const SHORT_LOAD: Omit<RunOptions, 'seed' | 'faults' | 'folder' | 'namespace'> = {
  calls: 36,
  rate: 2.5,
  agents: 10,
  talkMs: 2_500,
  standingMs: 8_000,
  browsers: 3,
  ringTimeoutMs: 5_000,
  wrapUpMs: 2_000,
}
