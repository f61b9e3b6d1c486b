import type { Millis } from '#base'
import type { MediaLocal } from '#protocols/control'
import type { Challenge, Dialog, InviteHead, Leg, LegId, LegTrunk, SessionTimer, Terms } from './leg.ts'

/** What may be asked of the legs. A command that does not fit the leg's state decides nothing: it came late or twice. */
export type VoiceCommand =
  /** An INVITE without a dialog came. */
  | {
      readonly type: 'ReceiveInvite'
      readonly leg: LegBirth
      readonly head: InviteHead
      readonly cseq: number
      readonly offer?: string
      readonly terms?: Terms
    }
  /** The same INVITE came over another path. */
  | { readonly type: 'RepeatInvite'; readonly leg: LegId; readonly head: InviteHead; readonly edge: string }
  | { readonly type: 'Ring'; readonly leg: LegId }
  | {
      readonly type: 'Answer'
      readonly leg: LegId
      readonly local: MediaLocal
      readonly sdp: string
      readonly sessionExpires?: string
      readonly timer?: Omit<SessionTimer, 'refreshedAt'>
    }
  | { readonly type: 'Reject'; readonly leg: LegId; readonly status: number }
  | { readonly type: 'Acknowledge'; readonly leg: LegId; readonly cseq: number; readonly terms?: Terms }
  /** `callsMax`: what its trunk carries at once. */
  | { readonly type: 'Prepare'; readonly leg: LegBirth; readonly callsMax?: number }
  /** Its trunk does not take the call: another one is tried. */
  | {
      readonly type: 'Reroute'
      readonly leg: LegId
      readonly dialog: Dialog
      readonly edge: string
      readonly contact: string
      readonly trunk: string
      readonly callsMax: number
    }
  /** The trunk asks who we are: the request is made again with the answer. */
  | {
      readonly type: 'Authorise'
      readonly leg: LegId
      readonly cseq: number
      readonly challenge: Omit<Challenge, 'from'>
    }
  | { readonly type: 'Dial'; readonly leg: LegId; readonly local: MediaLocal; readonly sdp: string }
  | { readonly type: 'Alert'; readonly leg: LegId }
  /** The INVITE that began an outbound leg was answered with 2xx. */
  | {
      readonly type: 'Accept'
      readonly leg: LegId
      readonly remoteTag: string
      readonly target: string
      readonly routes: readonly string[]
      readonly terms?: Terms
      readonly timer?: Omit<SessionTimer, 'refreshedAt'>
    }
  | { readonly type: 'Cancel'; readonly leg: LegId }
  /** Ends a dialog from our side: BYE. */
  | { readonly type: 'Release'; readonly leg: LegId }
  /** The leg is over: the peer hung up or refused, our BYE was answered, or nobody is there. */
  | { readonly type: 'End'; readonly leg: LegId; readonly cseq?: number }
  | { readonly type: 'Reinvite'; readonly leg: LegId; readonly sdp: string }
  | { readonly type: 'Probe'; readonly leg: LegId }
  /** The user's page is another one now: the party is called anew there. What was said in the old dialog is over. */
  | {
      readonly type: 'Renew'
      readonly leg: LegId
      readonly dialog: Dialog
      readonly edge: string
      readonly contact: string
    }
  /** A request of ours that is not the first INVITE has its final answer. */
  | {
      readonly type: 'CloseRequest'
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
      readonly type: 'TakeReinvite'
      readonly leg: LegId
      readonly head: InviteHead
      readonly cseq: number
      readonly target: string
      readonly sdp: string
      readonly terms?: Terms
      readonly sessionExpires?: string
      readonly timer?: Omit<SessionTimer, 'refreshedAt'>
    }
  /** Any other request of the peer that does something: remembered, so that it does so once. */
  | { readonly type: 'TakeRequest'; readonly leg: LegId; readonly cseq: number; readonly notify?: NotifyInput }
  /** The media session got its port, or another one. */
  | { readonly type: 'Place'; readonly leg: LegId; readonly process: string; readonly local?: MediaLocal }
  | { readonly type: 'ReportFlow'; readonly leg: LegId; readonly receiving: boolean }
  | {
      readonly type: 'TakeMediaEvents'
      readonly process: string
      readonly instance: string
      readonly number: number
    }

export interface NotifyInput {
  readonly event: string
  readonly sipfrag: string
}

/** What is known of a leg when it begins. */
export type LegBirth = Pick<Leg, 'id' | 'interaction' | 'participant' | 'edge' | 'contact'> & {
  readonly dialog: Dialog
  readonly process: string
  /** Our offer shall be one of WebRTC. */
  readonly webrtc?: true
  /** Our offer shall be one of SRTP. */
  readonly srtp?: true
  readonly trunk?: LegTrunk
}

export type VoiceCommandType = VoiceCommand['type']
