/**
 * What a core and an edge say to each other: SIP messages as they are, and what the registrar knows.
 *
 * A message that is under way when either end dies is gone, as a UDP packet may be: SIP's own retransmission repeats it. So both
 * ends treat this path as an unreliable transport, and nobody needs a second way to recover.
 */

/** Where a phone or trunk is, in words that only the edge understands; it outlives the edge's process. */
export type FlowToken = string

/** Where a SIP message came from. */
export interface SipSource {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'
  readonly address: string
  readonly port: number
}

/** One-way messages of the edge. */
export type EdgeNotice =
  /** A request or response for the core. `user` is set when the sender proved to be this user or sent over the user's registered flow. */
  | { readonly type: 'sip'; readonly message: string; readonly source: SipSource; readonly user?: string }
  /** The bindings of one user, all of them, after a change: none means that the user's phone is gone. */
  | {
      readonly type: 'bindings'
      readonly user: string
      readonly bindings: readonly Binding[]
      /** Contacts that were removed lately, so that another edge does not bring them back. */
      readonly removals?: readonly Removal[]
    }

/** One-way messages of the core. */
export type CoreNotice =
  /** A request or response to send on; where to is in the message (Route, Request-URI, Via). `sip:USER@…` of a registered user is looked up. */
  | { readonly type: 'sip'; readonly message: string }
  /** What the core remembers of bindings, told to an edge that has started anew, or what another edge has just said of them; newer ones of its own win. */
  | {
      readonly type: 'bindings'
      readonly user: string
      readonly bindings: readonly Binding[]
      readonly removals?: readonly Removal[]
    }
  /** Whether the edge's machine is being taken out of service: it then takes no new dialogs and no registrations. */
  | { readonly type: 'drain'; readonly on: boolean }

/** A contact that was removed, and when by wall time. */
export interface Removal {
  readonly contact: string
  readonly at: number
}

/** One contact of a user: where one of its phones is (RFC 3261 10). */
export interface Binding {
  readonly contact: string
  readonly flow: FlowToken
  /** Wall time in milliseconds at which it ends. */
  readonly expiresAt: number
  readonly updatedAt: number
  readonly callId: string
  readonly cseq: number
  readonly userAgent?: string
  /** The name of the edge that it was registered at: over a connection the phone is reached through that one alone. */
  readonly edge?: string
  /** RFC 5626: the phone, and which of its flows this is; each of them reaches the same phone. */
  readonly instance?: string
  readonly regId?: number
  /** Wall time in milliseconds at which its connection closed, where nobody but its peer could have opened another: the page of a browser that is gone, as far as is known. */
  readonly closedAt?: number
}

/** Requests of the edge to the core. */
export type EdgeRequest =
  /** The digest secrets of a user; no answer field means that there is no such user. */
  { readonly type: 'credential'; readonly user: string }

/** What the core answers to a `credential` request. */
export interface CredentialAnswer {
  readonly realm?: string
  /** H(user:realm:password) in lower-case hexadecimal, by algorithm (RFC 7616 3.4.2). */
  readonly ha1?: Readonly<Partial<Record<'MD5' | 'SHA-256', string>>>
  /** Wall time in milliseconds after which it is one no more; without end unless told. */
  readonly until?: number
}

/** What an edge says of itself when a core says hello. */
export interface EdgeGreeting {
  readonly role: 'edge'
  readonly name: string
  readonly instance: string
  /** The machine that it runs on. */
  readonly node?: string
  /** The host and port that stand in our Contact and Record-Route: an address that outlives any core. */
  readonly sipHost: string
  readonly sipPort: number
}
