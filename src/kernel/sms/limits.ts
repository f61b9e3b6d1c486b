import type { Millis } from '#base'

/** Conversations that are remembered by their number: a week of a busy centre, in some megabytes. One that is forgotten begins anew. */
export const THREADS_MAX = 20_000

/** Texts that came, remembered so that a repetition is known: some minutes of the fastest connection. */
export const KNOWN_MAX = 20_000

/** The same text of the same number that comes on another connection within this time is the peer's repetition of what it has no answer to. */
export const REPEAT_MS: Millis = 5 * 60_000

/** Long texts of which parts are missing. More are a peer that sends nonsense; the oldest is taken as it is. */
export const HALF_TEXTS_MAX = 1_000

/** Parts of one text: the header has one byte for them. */
export const PARTS_IN_MAX = 255

/** Parts that an agent's text may have: 1,530 characters, or 670 with a letter that the GSM alphabet does not have. Longer is a mail. */
export const PARTS_OUT_MAX = 10

/** A part that has not come by then is not waited for: networks that repeat do so within minutes. */
export const HALF_TEXT_MS_MAX: Millis = 10 * 60_000

/** Texts that wait to leave: an hour's work of a large centre while its connection is away. Then agents are told to wait. */
export const WAITING_MAX = 5_000

/** Texts that are done and whose reports are still waited for: a day of most centres. */
export const DONE_MAX = 5_000

/** A text that nobody has taken by then is given up: a day later it says nothing any more. */
export const UNSENT_MS_MAX: Millis = 24 * 3_600_000

/** References count in two bytes (SMPP 3.4 5.3.2.17). */
export const REFERENCES = 65_536
