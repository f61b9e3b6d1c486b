/** What one SIP message may be. A peer that needs more is told 513 or 400; nothing grows without an end because somebody sent much. */
export const MESSAGE_LIMITS = {
  /** The largest UDP payload; RFC 3261 18.1.1 asks that at least this much be taken, and no call needs more. */
  bytesMax: 65_535,
  /** RFC 4475's longest message has 46 fields, a path of ten proxies adds twenty; a thousand would cost us 100 µs each. */
  headersMax: 256,
  /** A Via or Route list longer than Max-Forwards' usual 70 is a loop. */
  listMax: 100,
  /** Parameters of one value: RFC 3261 and its extensions define under thirty in all. */
  paramsMax: 64,
} as const

/** RFC 3261 8.1.1.5: CSeq is less than 2**31. RFC 4475 3.1.2.4 lets up to 2**32 - 1 pass, and so do we when we receive. */
export const CSEQ_MAX = 2 ** 32 - 1

/** RFC 3261 20.19: delta-seconds that are larger count as this. */
export const DELTA_SECONDS_MAX = 2 ** 32 - 1
