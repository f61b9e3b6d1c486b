import type { Millis } from '#base'
import type { MediaLocal } from '#protocols/control'
import type { LegBirth, NotifyInput } from './command.ts'
import type { Challenge, Dialog, InviteHead, LegId, SessionTimer, Terms } from './leg.ts'

type Timer = Omit<SessionTimer, 'refreshedAt'>

/** What happened to the legs. Small, for there are some for every call; no key material: what SDP shows of ICE and DTLS proves who one is, and opens nothing. */
export type VoiceEvent =
  | {
      readonly type: 'LegArrived'
      readonly leg: LegBirth
      readonly head: InviteHead
      readonly cseq: number
      readonly offer?: string
      readonly terms?: Terms
    }
  | { readonly type: 'InviteRepeated'; readonly leg: LegId; readonly head: InviteHead; readonly edge: string }
  | { readonly type: 'LegRinging'; readonly leg: LegId }
  | {
      readonly type: 'LegAnswered'
      readonly leg: LegId
      readonly local: MediaLocal
      readonly sdp: string
      readonly sessionExpires?: string
      readonly timer?: Timer
    }
  | { readonly type: 'LegRejected'; readonly leg: LegId; readonly status: number }
  | { readonly type: 'LegAcknowledged'; readonly leg: LegId; readonly cseq: number; readonly terms?: Terms }
  | { readonly type: 'LegPrepared'; readonly leg: LegBirth }
  | {
      readonly type: 'LegDialled'
      readonly leg: LegId
      readonly cseq: number
      readonly local: MediaLocal
      readonly sdp: string
    }
  | {
      readonly type: 'LegRerouted'
      readonly leg: LegId
      readonly dialog: Dialog
      readonly edge: string
      readonly contact: string
      readonly trunk: string
    }
  | {
      readonly type: 'LegChallenged'
      readonly leg: LegId
      /** The request that was refused, and the one in its place. */
      readonly cseq: number
      readonly next: number
      readonly challenge: Omit<Challenge, 'from'>
    }
  | { readonly type: 'LegAlerting'; readonly leg: LegId }
  | {
      readonly type: 'LegAccepted'
      readonly leg: LegId
      readonly remoteTag: string
      readonly target: string
      readonly routes: readonly string[]
      readonly terms?: Terms
      readonly timer?: Timer
    }
  | { readonly type: 'LegCancelled'; readonly leg: LegId }
  | { readonly type: 'LegReleasing'; readonly leg: LegId; readonly cseq: number }
  | { readonly type: 'LegEnded'; readonly leg: LegId }
  | {
      readonly type: 'LegRenewed'
      readonly leg: LegId
      readonly dialog: Dialog
      readonly edge: string
      readonly contact: string
    }
  | { readonly type: 'LegOffered'; readonly leg: LegId; readonly cseq: number; readonly sdp: string }
  | { readonly type: 'LegProbed'; readonly leg: LegId; readonly cseq: number }
  | {
      readonly type: 'RequestClosed'
      readonly leg: LegId
      readonly cseq: number
      readonly status: number
      readonly target?: string
      readonly terms?: Terms
      readonly offerNotBefore?: Millis
      /** The party does not take our new address. */
      readonly refused?: boolean
    }
  | {
      readonly type: 'ReinviteTaken'
      readonly leg: LegId
      readonly head: InviteHead
      readonly cseq: number
      readonly target: string
      readonly sdp: string
      readonly terms?: Terms
      readonly sessionExpires?: string
      readonly timer?: Timer
    }
  | {
      readonly type: 'RequestTaken'
      readonly leg: LegId
      readonly cseq: number
      /** The NOTIFY that tells a REFER's sender how it went, with the CSeq it gets. */
      readonly notify?: NotifyInput & { readonly cseq: number }
    }
  | { readonly type: 'LegPlaced'; readonly leg: LegId; readonly process: string; readonly local?: MediaLocal }
  | { readonly type: 'FlowChanged'; readonly leg: LegId; readonly receiving: boolean }
  | {
      readonly type: 'MediaEventsTaken'
      readonly process: string
      readonly instance: string
      readonly number: number
    }
