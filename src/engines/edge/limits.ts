/** How much an edge takes on. Past each limit it refuses, drops or forgets as written beside it; it never grows without an end. */
export interface EdgeLimits {
  /** Open TCP connections of phones and trunks; more are closed at once. */
  readonly connectionsMax: number
  /** Transactions under way, both sides together; above it new requests get 503 with Retry-After. */
  readonly transactionsMax: number
  /** Requests that wait for a core while none is connected; above it new ones get 503 with Retry-After. */
  readonly waitingMax: number
  /** Messages a second from one address that is not loopback; what is above it is dropped and counted. */
  readonly messagesPerSecondMax: number
  /** Users with bindings; above it a REGISTER of a new user gets 503 with Retry-After. */
  readonly usersMax: number
  /** Contacts of one user; above it the oldest one is replaced. */
  readonly contactsMax: number
  /** Expiry of a binding, in seconds: shorter is refused with 423, longer is cut. */
  readonly expiresSecondsMin: number
  readonly expiresSecondsMax: number
}

/** The limits unless told, each with the reason for its size. */
export const EDGE_LIMITS: EdgeLimits = {
  /** Each phone on TCP holds one; 20 kB each make 200 MB at the most. */
  connectionsMax: 10_000,
  /** 300 calls a second with six transactions of up to 32 s each are 58,000. */
  transactionsMax: 100_000,
  /** A takeover lasts under 2 s; at 300 calls a second with their other requests this is room for several seconds. */
  waitingMax: 5_000,
  /** A trunk that carries 100 calls a second sends some 600. */
  messagesPerSecondMax: 2_000,
  /** The largest centre of the sizing guide has 10,000 agents; trunks do not register. */
  usersMax: 50_000,
  /** A desk phone, a softphone and a mobile, each once again for a restart that left an old contact. */
  contactsMax: 6,
  /** A phone that registers more often than once a minute does it for its router; the flow is kept open by other means. */
  expiresSecondsMin: 60,
  /** A phone that went away without a word is forgotten within the hour. */
  expiresSecondsMax: 3600,
}

/** A takeover takes under 2 s: a caller who is told to come back does not meet the same gap. */
export const RETRY_AFTER_SECONDS = 2
