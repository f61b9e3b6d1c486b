/** What an edge has met since its start; each only grows. */
export interface EdgeCounters {
  /** Messages from phones and trunks. */
  received: number
  /** Of them: not readable as SIP, or against its rules. */
  malformed: number
  /** Of them: dropped because their address sent too many. */
  limited: number
  /** Requests refused because we do not relay to strangers, or because they loop. */
  refused: number
  /** Requests refused with 503 because too much was under way. */
  overloaded: number
  /** Registrations taken, and wrong passwords. */
  registered: number
  unauthorized: number
  /** Requests sent on: to the core, and to phones and trunks. */
  toCore: number
  toPhones: number
  /** Messages that found no core connected; SIP repeats them. */
  undelivered: number
  /** Messages sent once more because a core came (back). */
  retransmitted: number
  /** Responses sent on by their Via alone, since their transaction was another incarnation's. */
  stateless: number
  /** Responses dropped that belong to nothing of ours. */
  stray: number
  /** Messages whose handling failed for a reason of ours; each is logged. */
  failed: number
}

export function newCounters(): EdgeCounters {
  return {
    received: 0,
    malformed: 0,
    limited: 0,
    refused: 0,
    overloaded: 0,
    registered: 0,
    unauthorized: 0,
    toCore: 0,
    toPhones: 0,
    undelivered: 0,
    retransmitted: 0,
    stateless: 0,
    stray: 0,
    failed: 0,
  }
}
