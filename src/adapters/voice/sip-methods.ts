/** What a peer may send us, for Allow (RFC 3261 20.5). UPDATE and PRACK are not among them: nothing of ours asks for them. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, REFER, NOTIFY'

/** Extensions that a peer may require of us (RFC 3261 20.37). */
export const SUPPORTED = 'timer, replaces'

/** RFC 3261 17.1.1.1: an estimate of a round trip; half a second is the RFC's own and what every peer expects. */
export const T1_MS = 500

/** RFC 3261 17: no repetition is further from the last than this. */
export const T2_MS = 4000

/** 64*T1: after so long without a word a transaction has failed (timers B, F and H). */
export const TRANSACTION_MS = 64 * T1_MS
