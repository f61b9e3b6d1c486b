import type { Millis } from '#base'
import type { CallbackRetries } from '#kernel/config'

/** Live interactions: ten times what 5,000 agents keep busy with; beyond it something creates calls by mistake, and memory would end next. */
export const INTERACTIONS_MAX = 50_000

/** How long a person's phone is rung when the call was dialled to it: the usual patience of a caller, before voicemail systems answer. */
export const DIRECT_RING_MS = 30_000

/** Parties of one conversation: nobody follows more voices, and each costs every other one a part of its mix. */
export const TALKERS_MAX = 16

/** Supervisors with one conversation: each is a stream more. */
export const SUPERVISORS_MAX = 4

/** Places where calls are parked: as many as a lamp field shows. A number that is configured for something else is none of them. */
export const PARK_SLOTS: readonly string[] = Array.from({ length: 20 }, (_, index) => String(7001 + index))

/** How long a call is parked before its parker is rung: longer, and a caller thinks that it is forgotten. */
export const PARK_MS: Millis = 60_000

/** Steps that a flow may go through at one moment; only flows that transfer into each other in a ring get so far. */
export const STEPS_AT_ONCE_MAX = 100

/** Queues that one contact may overflow through at one moment; only those that overflow into each other in a ring get so far. */
export const OVERFLOWS_AT_ONCE_MAX = 10

/** Deadlines served by one command; the next tick follows at once. More would make a batch that stalls others after a long pause. */
export const DUE_AT_ONCE_MAX = 100

/** How long a caller who never was connected is kept after it was turned away, so that its leg can be told why even after a takeover. */
export const CLEARING_MS = 10_000

/** How long an ended recording may take until it is sealed; a media process that was away so long has lost it. */
export const UNSEALED_MS_MAX = 3_600_000

/** Shortest pause after a phone that refused or could not be reached: with none, the same phone would be tried hundreds of times a second. */
export const RONA_MS_MIN: Millis = 1_000

/** The largest priority: where a caller goes whose transfer nobody answered. */
export const PRIORITY_MAX = 100

/** Parts of one recording: a media process that dies more often in one call will die again, and then what there is must do. */
export const RECORDING_PARTS_MAX = 100

/** Half a day: no conversation is longer, and a recording of it still fits into one file. */
export const RECORDING_MS_MAX = 12 * 3_600_000

/** A point of priority is worth half a minute of waiting, where a queue says nothing else: the whole range is 50 minutes, the longest that anybody waits. */
export const PRIORITY_STEP_MS: Millis = 30_000

/** Customers whose last agent is remembered: a month of a busy centre, in some megabytes. */
export const LAST_SERVED_MAX = 20_000

/** Lines of one conversation: a day of fast typing. The history shows 5,000 events of one interaction, and notes are among them. */
export const MESSAGES_MAX = 2_000

/** How often a customer is called who is not reached, where a queue says nothing else: what trade bodies call persistent begins beyond it. */
export const CALLBACK_RETRIES: CallbackRetries = { attempts: 3, busyMs: 300_000, noAnswerMs: 1_800_000 }

/** Attempts of one callback, those included that the centre itself lost: a call that is lost so often is lost for a cause that does not pass. */
export const CALLBACK_ATTEMPTS_MAX = 20

/** Openings and closings that the next attempt may be moved over: two schedules that are never open together get so far. */
export const SCHEDULE_CHANGES_MAX = 20
