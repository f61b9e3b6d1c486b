import { z } from 'zod'
import { READ_RECORDS_MAX } from '#seams/log'

/** The question by which a primary feeds another core while the store is away, and asks what it can do itself. */
export const FEED = 'spool.feed'

/** What a primary says when it needs nobody's consent any more. */
export const END = 'spool.end'

/** A place in the log. */
const Place = z.number().int().min(0)

/** {@link FEED}. */
export const FeedSchema = z.object({
  term: Place,
  from: Place,
  oldest: Place,
  durable: Place,
  after: Place,
  records: z.array(z.object({ at: z.number().int(), body: z.string() })).max(READ_RECORDS_MAX),
  /** Whether something is to be let out when this is confirmed: then the core promises. */
  promise: z.boolean(),
})

/** What a core answers to {@link FEED}. */
export const FedSchema = z.object({
  /** All up to here is on its disk. Less than was given: something before it is missing. */
  end: Place,
  /** Whether it can write to the store itself, as far as it knows. */
  reaches: z.boolean(),
  /** Cores of its machine that have no process: its disk is theirs, and when they start anew they wait. */
  gone: z.array(z.string()).max(16),
})

/** {@link END}. */
export const EndSchema = z.object({
  term: Place,
  /** All is in the store; else the primary has ended, and what it gave is to be written by whoever takes over. */
  written: z.boolean(),
})

/** How long what a core answered counts, from the question on: something is let out within it, or asked for again. */
export const RIGHT_MS = 1_000

/**
 * How long a core that confirmed does not take the lease, from its answer on. The right that was asked with it is over long before, by
 * whichever clock; and whoever waits for the lease of a primary that died right after waits no longer than for one that lapses.
 */
export const PROMISE_MS = 2_000
