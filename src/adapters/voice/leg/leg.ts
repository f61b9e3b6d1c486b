import type { Millis } from '#base'
import type { InteractionId, ParticipantId } from '#kernel/interaction'
import type { MediaAddress, MediaCodec, MediaLocal, SrtpParty, WebRtcParty } from '#protocols/control'

/**
 * One SIP leg of an interaction: everything that another core needs to go on with it, and no more. It is made of events in
 * the log alone, so it outlives every process.
 *
 *   inbound     arrived ─▶ ringing ─▶ answered ─ACK─▶ confirmed ─▶ releasing ─▶ released
 *                  └──────────┴─▶ rejected                └──── BYE of the peer ────▲
 *
 *   outbound    preparing ─▶ dialling ─▶ alerting ─2xx─▶ confirmed ─▶ releasing ─▶ released
 *                              └───────────┴─▶ cancelling ─ final answer ────────────▲
 *                                                   └─ late 2xx ─▶ confirmed
 *
 * `arrived`: the INVITE is durable, 100 may go out. `ringing`: 180 may go out. `answered`: the 200 may go out, again and
 * again until its ACK. `rejected`: a final answer of 300 or more. `preparing`: chosen to be dialled, its port not yet known.
 * `dialling`: the INVITE may go out. `alerting`: the phone said 18x. `cancelling`: CANCEL may go out. `confirmed`: a dialog
 * stands. A browser's leg whose page was loaded anew goes back to `preparing` with a dialog of its own: the party stays the same.
 * `releasing`: our BYE may go out. `released`: over; kept for 32 s, so that what is repeated is still understood.
 */
export interface Leg {
  readonly id: LegId
  readonly direction: 'in' | 'out'
  /** The interaction that it was made for; after a join the party may be in another one. */
  readonly interaction: InteractionId
  readonly participant: ParticipantId
  /** The edge that the peer was last heard through. */
  readonly edge: string
  /** Our Contact, an address of the edge: text of a name-addr. */
  readonly contact: string
  readonly progress: Progress
  readonly dialog: Dialog
  readonly media: LegMedia
  /** The INVITE or re-INVITE that waits for our final answer or for the ACK of it. */
  readonly server?: ServerInvite
  /** Requests of ours that have no final answer yet. */
  readonly requests: readonly ClientRequest[]
  /** RFC 4028: the dialog ends unless somebody refreshes it in time. */
  readonly timer?: SessionTimer
  /** Since when no sound has come from a party that should send. */
  readonly silentSince?: Millis
  /** Since when its browser is away and has been given up for another one of the same user, if that is so. */
  readonly renewedSince?: Millis
  /** A re-INVITE of ours was refused for the moment: not again before this. */
  readonly offerNotBefore?: Millis
  /** The trunk that it is called over. */
  readonly trunk?: LegTrunk
  /** The trunk asked who we are: every request of ours says it from now on. */
  readonly challenge?: Challenge
  /** How often in a row the party refused to be told a new address of ours; glare (491) is no refusal. */
  readonly refusals?: number
}

/** By which trunk a leg leads outside. */
export interface LegTrunk {
  readonly name: string
  /** Trunks over which it was tried before. */
  readonly tried: readonly string[]
}

/** What a gateway asked (RFC 3261 22). What answers it follows from the secret's file, which is in no log. */
export interface Challenge {
  readonly status: 401 | 407
  /** The values of its header fields. */
  readonly values: readonly string[]
  /** How many there have been in this dialog. */
  readonly times: number
  /** The CSeq of the first request that answers it; the nonce's count follows from it. */
  readonly from: number
}

/** Names a leg, its media session, and the user part of our Contact. */
export type LegId = string

/** Where a leg stands, and since when. */
export type Progress =
  | { readonly state: 'arrived'; readonly since: Millis }
  | { readonly state: 'ringing'; readonly since: Millis }
  | { readonly state: 'answered'; readonly since: Millis }
  | { readonly state: 'rejected'; readonly since: Millis; readonly status: number }
  | { readonly state: 'preparing'; readonly since: Millis }
  | { readonly state: 'dialling'; readonly since: Millis }
  | { readonly state: 'alerting'; readonly since: Millis }
  | { readonly state: 'cancelling'; readonly since: Millis; readonly alerted: boolean }
  | { readonly state: 'confirmed'; readonly since: Millis }
  | { readonly state: 'releasing'; readonly since: Millis }
  | { readonly state: 'released'; readonly since: Millis }

export type ProgressState = Progress['state']

/** RFC 3261 12: the dialog's state, as text where it must come back unchanged. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag?: string
  /** From of our requests without its tag. */
  readonly local: string
  /** To of our requests without its tag. */
  readonly remote: string
  /** CSeq of the last request that we sent; 0 before the first. Never used twice, whoever is core. */
  readonly localSeq: number
  /** CSeq of the last request that the peer sent; 0 before the first. */
  readonly remoteSeq: number
  /** The peer's Contact: Request-URI of our requests. */
  readonly target: string
  /** Route of our requests, the first first. */
  readonly routes: readonly string[]
}

/** What the party's last SDP says, in the words of the media process. */
export interface Terms {
  /** Where the party receives; absent when it gave no usable address. */
  readonly remote?: MediaAddress
  /** Present when the party speaks WebRTC. */
  readonly webrtc?: WebRtcParty
  /** Present when keys in SDP protect its sound. */
  readonly srtp?: SrtpParty
  readonly codec?: MediaCodec
  readonly telephoneEvent?: number
  readonly telephoneEventHz?: 48_000
  /** Beside those on the clock of Opus, the payload type of those on that of telephones: the party may send either. */
  readonly telephoneEventNarrow?: number
  /** Whether the party wants to hear. */
  readonly sends: boolean
  /** Whether the party wants to be heard. */
  readonly receives: boolean
}

export interface LegMedia {
  /** The name of the media process that holds the session; an interaction's legs are all on one. */
  readonly process: string
  /** The party was dialled as one that speaks WebRTC. */
  readonly webrtc?: true
  /** The party was dialled as one whose sound is protected by keys in SDP. */
  readonly srtp?: true
  /** How often another way to the party was tried: each has other ports. */
  readonly path?: number
  /** Where the party shall send. */
  readonly local?: MediaLocal
  /** The local address that stood in the last SDP that the party took from us: another one needs a re-INVITE. */
  readonly told?: MediaLocal
  readonly terms?: Terms
  /** Our last SDP; the next one counts on from its o= line. */
  readonly sdp?: string
  /** The offer that we have not answered yet. */
  readonly offer?: string
}

/** Header fields of an INVITE that every answer to it repeats, as they came: any core can answer from the log alone. */
export type InviteHead = readonly (readonly [name: string, value: string])[]

export interface ServerInvite {
  readonly head: InviteHead
  readonly cseq: number
  /** Set once it is answered with 200 and this body: repeated until its ACK. */
  readonly answered?: { readonly sdp: string; readonly since: Millis; readonly sessionExpires?: string }
  /** The 200 carried our offer, so the ACK brings the answer. */
  readonly lateOffer?: boolean
}

/** RFC 3261 17.1: what is repeated, with the same branch, until it is answered. */
export type ClientRequest =
  | { readonly method: 'INVITE'; readonly cseq: number; readonly since: Millis; readonly sdp: string }
  | { readonly method: 'BYE'; readonly cseq: number; readonly since: Millis }
  | { readonly method: 'OPTIONS'; readonly cseq: number; readonly since: Millis }
  | {
      readonly method: 'NOTIFY'
      readonly cseq: number
      readonly since: Millis
      readonly event: string
      readonly sipfrag: string
    }

export interface SessionTimer {
  readonly intervalMs: number
  readonly refresher: 'us' | 'peer'
  readonly refreshedAt: Millis
}

/** What remains of a leg that is over: enough to know what is said again. */
export interface Ghost {
  readonly id: LegId
  readonly at: Millis
  readonly key: string
}

/**
 * The fold of the voice events. Maps are changed in place by `evolve` alone; what they hold is never changed, only replaced.
 */
export interface VoiceState {
  readonly legs: ReadonlyMap<LegId, Leg>
  /** Legs by Call-ID and our tag, for peers that address a request in the dialog elsewhere than at our Contact. */
  readonly dialogs: ReadonlyMap<string, LegId>
  readonly participants: ReadonlyMap<ParticipantId, LegId>
  readonly interactions: ReadonlyMap<InteractionId, readonly LegId[]>
  /** Released and rejected legs, the oldest first. */
  readonly ended: readonly Ghost[]
  /** Live legs by media process. */
  readonly load: ReadonlyMap<string, number>
  /** Live legs by trunk. */
  readonly trunks: ReadonlyMap<string, number>
  /** The last event of each media process whose effect is in the log. */
  readonly mediaEvents: ReadonlyMap<string, { readonly instance: string; readonly number: number }>
}

/** Finds a dialog among all; the space cannot stand in either part. */
export function dialogKey(callId: string, localTag: string): string {
  return `${callId} ${localTag}`
}

/** Whether the leg is over: no request and no media any more. */
export function isOver(leg: Leg): boolean {
  return leg.progress.state === 'released' || leg.progress.state === 'rejected'
}

/** Whether an INVITE of either side is under way in the dialog: until it is settled no other may be sent (RFC 3261 14.1). */
export function isInviting({ server, requests }: Leg): boolean {
  return server !== undefined || requests.some((request) => request.method === 'INVITE')
}
