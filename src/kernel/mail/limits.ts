import type { Millis } from '#base'

/** Message-IDs that are remembered: more than a day of the reference sizing (17,280), in some megabytes. Older threads are found by the interaction in our Message-IDs. */
export const KNOWN_MAX = 20_000

/** Mails that wait to leave: an hour's work of a large centre while its mail server is away. Then agents are told to wait. */
export const WAITING_MAX = 5_000

/** Mails that are sent or refused and still shown as such. */
export const DONE_MAX = 1_000

/** Mails that are being written: one by each agent of the largest centre. */
export const DRAFTS_MAX = 5_000

/** Addresses whose last acknowledgement is remembered; with the time below it is what ends a loop of two machines. */
export const ACKNOWLEDGED_MAX = 5_000

/** Nobody is sent a second acknowledgement sooner. */
export const ACKNOWLEDGED_MS: Millis = 24 * 3_600_000

/** A mail that no server has taken by then is given up, as mail servers do (RFC 5321 4.5.4.1). */
export const UNSENT_MS_MAX: Millis = 4 * 24 * 3_600_000

/** The text of one mail, or its HTML, in an event: twice that is well below what one event holds, however it is escaped. */
export const CONTENT_CHARS_MAX = 65_536
