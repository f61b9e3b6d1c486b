import type { Millis } from '#base'

/** The sequencer's limits; each has a default that suits a core of one machine. */
export interface SequencerLimits {
  /** Events that may wait for the log before `submit` answers busy: some ten seconds of a burst while the store is away. */
  readonly pendingEventsMax: number
  /** Bytes that may wait likewise: what a core's memory can spare. */
  readonly pendingBytesMax: number
  /** Events between two snapshots: a start folds about this many, some tenths of a second; fewer would write the states out every second under load. */
  readonly snapshotEvery: number
  /** First and longest pause between two tries while the store is away: soon back after a blip, no storm in an outage. */
  readonly retryMsMin: Millis
  readonly retryMsMax: Millis
  /** How long `close` waits for what was accepted; a supervisor kills soon after. */
  readonly closeMsMax: Millis
}

/** The limits where nothing else is said. */
export const SEQUENCER_LIMITS: SequencerLimits = {
  pendingEventsMax: 10_000,
  pendingBytesMax: 64 * 1024 * 1024,
  snapshotEvery: 10_000,
  retryMsMin: 20,
  retryMsMax: 1_000,
  closeMsMax: 5_000,
}

/** How long a tick that changed nothing is not repeated: a machine that never clears a deadline must not spin the process. */
export const TICK_STUCK_MS = 1_000

/**
 * After an append the store rests this many times as long as the append took: a single call never notices (an append takes under a
 * millisecond), and under load what comes meanwhile shares the next one. More would only add waiting: what is dear by then is the events.
 */
export const REST_FACTOR = 2

/** No step of a call waits longer than this for the rest of the store; without it a slow store would be waited for twice. */
export const REST_MS_MAX = 10

/** An append that took this long met a store that was away or stuck: enough waits by now, and all were kept waiting enough. */
export const AWAY_MS = 200
