import { type Format, formatsOf } from '#engines/switchover'

/**
 * The formats of the log that this release knows. A change of what an event looks like adds a level at the end, and the oldest goes when
 * the release that wrote it is more than one behind.
 */
const FORMATS: readonly Format[] = [{ level: 1, lift: (_, event) => event, lower: (_, event) => event }]

/** What this release reads, and how it lifts and lowers. */
export const LOG_FORMATS = formatsOf(FORMATS)
