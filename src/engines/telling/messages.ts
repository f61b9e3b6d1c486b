import { z } from 'zod'
import { READ_RECORDS_MAX } from '#seams/log'

/** The question of a core that follows: what comes after an event? */
export const NEXT = 'log.next'

/** A place in the log. */
const Place = z.number().int().min(0)

/** {@link NEXT}. */
export const NextSchema = z.object({ after: Place })

/** What the primary answers: what follows, or nothing when nothing came within {@link WAIT_MS_MAX}. */
export const ToldSchema = z.object({
  /** The term that wrote all of them. */
  term: Place,
  records: z.array(z.object({ at: z.number().int(), body: z.string() })).max(READ_RECORDS_MAX),
})

/** A question waits so long for something to tell. The asker looks at the database as often by itself, and learns by the answer that the primary is there. */
export const WAIT_MS_MAX = 1_000

/** A question without an answer, however empty, after this time is lost: the network's way is added. */
export const ASK_MS_MAX = 2 * WAIT_MS_MAX
