import type { Clock } from '#base'
import type { DigestCredentials } from '../auth/digest-client.ts'
import type { Dialog } from '../dialog/dialog.ts'
import type { DialogRequestInput } from '../dialog/dialog-request.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import type { TimerValues } from '../transaction/timers.ts'
import type { Target } from '../transport/transport.ts'

/** What calls need of the user agent around them. */
export interface AgentContext {
  readonly clock: Clock
  readonly timers: TimerValues
  /** Our Contact as a name-addr. */
  readonly contact: string
  readonly credentials: DigestCredentials | undefined
  /**
   * Sends a request in a transaction. `onFinal` is called once for a non-INVITE; for an INVITE once for each 2xx too. Where
   * nobody answers it is given a 408 or 503 of our own making (RFC 3261 8.1.3.1).
   */
  send(
    request: SipRequest,
    onFinal: (response: SipResponse) => void,
    onProvisional?: (response: SipResponse) => void,
  ): ClientTransaction<Target>
  /** Sends an ACK. */
  sendAck(ack: SipRequest): void
  onCallEnded(call: CallControl): void
}

/** Why a call is over. */
export interface CallEnd {
  readonly by: 'us' | 'peer'
  /** The final status of the INVITE when the call was not answered, else 200; 408 when an ACK or an answer never came. */
  readonly status: number
}

/** A call's states; it is `answered` once a 2xx was sent or received. */
export type CallState = 'calling' | 'ringing' | 'answered' | 'ended'

/** What can be done with a call of either direction. */
export interface CallControl {
  readonly callId: string
  readonly localTag: string
  readonly state: CallState
  /** The dialog, once there is one. */
  readonly dialog: Dialog | undefined
  /** Ends the call in whichever way its state asks for; nothing when it is over. */
  hangUp(): void
  /** Sends a re-INVITE with this offer (hold: a=sendonly) and acknowledges its answer; the response is the peer's answer. */
  reinvite(sdp: string): Promise<SipResponse>
  /** Asks the peer to call somebody else (RFC 3515): `<sip:…>`, with Replaces in it for an attended transfer. */
  refer(target: string): Promise<SipResponse>
  /** Sends any request in the call; a challenge is answered once. 408 and 481 end the call (RFC 3261 12.2.1.2). */
  request(method: string, input?: DialogRequestInput): Promise<SipResponse>
}

/** What the user of a call is told; none of these may throw. */
export interface CallHandlers {
  /** A provisional response above 100 to our INVITE. */
  onProgress?(call: CallControl, response: SipResponse): void
  /** Our INVITE was answered; the body is the peer's answer. */
  onAnswered?(call: CallControl, response: SipResponse): void
  /** The ACK for our 2xx came. */
  onAcknowledged?(call: CallControl, ack: SipRequest): void
  /** A re-INVITE or UPDATE of the peer with an offer (an empty text asks for one of ours): our SDP, or a status to refuse with. */
  onOffer?(call: CallControl, offer: string): string | number
  /** REFER, INFO or NOTIFY in the call; it has been accepted already. */
  onRequest?(call: CallControl, request: SipRequest): void
  /** Told exactly once. */
  onEnded?(call: CallControl, end: CallEnd): void
}
