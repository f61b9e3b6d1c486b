import type { Millis } from '#base'

/** A peer that does not answer a connection, a log-in or a look whether it is there for so long is gone. */
export const ANSWER_MS_MAX: Millis = 10_000

/** What a network's centre may take to answer for a message before its answer counts as lost; some write to their disk first. */
export const SUBMIT_MS_MAX: Millis = 30_000

/** How often a quiet connection is looked after (enquire_link): balancers forget one after a minute. */
export const ENQUIRE_MS: Millis = 20_000

/** Between two tries to connect: soon after a blip, and no storm on a peer that is down or knows us no more. */
export const RETRY_MS_FIRST: Millis = 1_000
export const RETRY_MS_MAX: Millis = 60_000

/** A peer that is asked for less (throttling, full queue): 1 s, 2, 4, … up to a minute nothing is handed to it. */
export const PAUSE_MS_FIRST: Millis = 1_000
export const PAUSE_MS_MAX: Millis = 60_000

/** A text that is not taken now for another reason: 5 s, 10, 20, … up to ten minutes, for a day. */
export const DEFER_MS_FIRST: Millis = 5_000
export const DEFER_MS_MAX: Millis = 600_000

/** Messages of one account that wait for their answers: the window that most providers allow. To one number they leave one after the other. */
export const WINDOW_MAX = 10

/** Messages that have come and are not in the log yet; what comes beyond is told to come later. */
export const INCOMING_MAX = 500

/** Texts that one number may send at once, and again in a minute: nobody types faster, and a long text counts once. What comes beyond is told to come later. */
export const FLOOD_MAX = 20
export const FLOOD_WITHIN_MS: Millis = 60_000

/** Numbers that are counted at once; when it is full the oldest is forgotten. */
export const NUMBERS_MAX = 20_000

/** An answer later than this may come too late for the peer, who then repeats the message. */
export const LATE_MS: Millis = 4_000

/** How often what fell due is looked for. */
export const LOOK_MS: Millis = 1_000

/** A person's text in one webhook call: more than 255 messages hold. */
export const WEBHOOK_TEXT_CHARS_MAX = 32_000

/** A call is of this time, or it is somebody's repetition (as Standard Webhooks advises). */
export const WEBHOOK_TOLERANCE_MS: Millis = 300_000
