import type { Millis } from '#base'

/** What is read of one mail: more than any usual provider lets through. Of a larger one the beginning is taken, and what is left out is named. */
export const MAIL_BYTES_MAX = 25 * 1024 * 1024

/** Attachments of one mail; a longer list is nobody's letter. */
export const FILES_MAX = 50

/** What stands in the conversation and in the log of a mail's text; the rest goes with it as a file. */
export const TEXT_CHARS_MAX = 32_000

/** HTML with its pictures in it, as it is shown. */
export const HTML_CHARS_MAX = 10 * 1024 * 1024

/** HTML that is cleaned at all: it takes up to half a second a megabyte. Pictures do not count. */
export const HTML_PARSED_MAX = 2 * 1024 * 1024

/** Elements that are open at once, those that nobody closes included: a newsletter of tables in tables has some hundred; cleaning ten thousand takes seconds. */
export const HTML_DEPTH_MAX = 1_000

/** Parts of one mail. A letter with many attachments has 60. */
export const PARTS_MAX = 500

/** The head of one part; the longest that honest mail programs make is a tenth. */
export const HEAD_BYTES_MAX = 256 * 1024

/** What is kept of a mail's own words in its head. */
export const SUBJECT_CHARS_MAX = 500
export const ADDRESSES_MAX = 100
export const ADDRESS_CHARS_MAX = 320
export const REFERENCES_MAX = 50
export const MESSAGE_ID_CHARS_MAX = 250

/** Mails that are marked as read together: a second of a busy account. After a death they are marked by the next life. */
export const MARKS_MAX = 20

/** Between two tries to reach a server: soon after a blip, and no storm on a server that is down. */
export const RETRY_MS_FIRST: Millis = 1_000
export const RETRY_MS_MAX: Millis = 60_000

/** A server without IDLE, and one whose word got lost, is asked this often. */
export const POLL_MS: Millis = 30_000

/** Balancers and servers forget an IDLE that lasts half an hour (RFC 2177). */
export const IDLE_MS_MAX: Millis = 10 * 60_000

/** A server that says nothing for so long is gone. */
export const SILENT_MS_MAX: Millis = 60_000

/** After the crash of a core a copy of what a server took is in the mailbox within seconds; a mail whose copy is not there by then is sent again. */
export const COPY_MS_MAX: Millis = 60_000

/** A mail that a server does not take now: 1 min, 2, 4, … up to an hour, for four days. */
export const DEFER_MS_FIRST: Millis = 60_000
export const DEFER_MS_MAX: Millis = 3_600_000

/** Mails of one account that leave at once: providers allow some ten connections. */
export const SENDING_MAX = 4

/** How often what fell due is looked for. */
export const LOOK_MS: Millis = 1_000

/** A mail of 25 MB is read in two seconds; one that is not read by then never is. */
export const READ_MS_MAX: Millis = 20_000

/** Loading what reads mails takes a second, on a machine that starts everything else as well some more. */
export const THREAD_START_MS_MAX: Millis = 60_000

/** The largest mail that is read needs a third of it. Files do not count: they lie outside. */
export const THREAD_MB_MAX = 512

/** Mails and answers that wait for the thread. An account gives one, and the answers that leave at once. */
export const READ_JOBS_MAX = 200

/** A provider of access tokens that takes longer is tried again; honest ones answer within a second. */
export const TOKEN_ANSWER_MS_MAX: Millis = 15_000

/** What a provider answers: tokens of large organisations, with all that they may do, have some kilobytes. */
export const TOKEN_ANSWER_BYTES_MAX = 65_536
export const TOKEN_CHARS_MAX = 16_384

/** A token is renewed so long before it runs out, so that none runs out between asking for it and using it; one that lives shorter, after half of its life. */
export const TOKEN_RENEWED_MS: Millis = 300_000

/** How long a token is used of which the provider does not say it. */
export const TOKEN_LIFE_MS: Millis = 600_000

/** A server that refuses a token younger than this refuses the account: another token would not help, and asking for one each time would be a storm. */
export const TOKEN_AGE_MS_MIN: Millis = 2_000

/** How often it is looked whether a voice message can be mailed: its sound is in the archive some seconds after it was left. */
export const VOICE_LOOK_MS: Millis = 5_000

/** An older voice message is not mailed: whoever asks for mails shall not get a month's at once, and what cannot be mailed for a day is on the desk. */
export const VOICE_MAILED_MS_MAX: Millis = 24 * 3_600_000
