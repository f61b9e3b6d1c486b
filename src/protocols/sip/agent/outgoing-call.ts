import { answerDigest } from '../auth/digest-client.ts'
import { createUacDialog, type Dialog } from '../dialog/dialog.ts'
import { createAck, createDialogRequest } from '../dialog/dialog-request.ts'
import { createRequest, type HeaderInput, newCallId, newTag } from '../message/build.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import { createCancel } from '../transaction/requests.ts'
import type { Target } from '../transport/transport.ts'
import type { AgentContext, CallHandlers } from './agent-context.ts'
import { Call } from './call.ts'

/** What a call needs. */
export interface CallInput {
  /** The Request-URI; To is the same. */
  readonly to: string
  /** Our name-addr without a tag; that of the user agent when it is not given. */
  readonly from: string
  /** The offer. */
  readonly sdp: string
  readonly headers?: HeaderInput
}

/** A call that we place. */
export class OutgoingCall extends Call {
  readonly #input: CallInput
  #cseq = 1
  #transaction: ClientTransaction<Target> | undefined
  #provisional = false
  #cancelled = false
  #authorized = false

  constructor(input: CallInput, handlers: CallHandlers, context: AgentContext) {
    super({ callId: newCallId(), localTag: newTag() }, handlers, context)
    this.#input = input
    this.#invite()
  }

  hangUp(): void {
    if (this.state === 'answered') this.bye()
    else if (this.state !== 'ended' && !this.#cancelled) {
      this.#cancelled = true
      // RFC 3261 9.1: a CANCEL may only follow a provisional response.
      if (this.#provisional) this.#cancel()
    }
  }

  #invite(authorization?: readonly [string, string]): void {
    const { to, from, sdp, headers } = this.#input
    const request = createRequest({
      method: 'INVITE',
      uri: to,
      from: `${from};tag=${this.localTag}`,
      to: `<${to}>`,
      callId: this.callId,
      cseq: this.#cseq,
      contact: this.context.contact,
      body: sdp,
      ...(headers ? { headers } : {}),
    })
    if (authorization) request.append(...authorization)
    this.#provisional = false
    this.#transaction = this.context.send(
      request,
      (response) => this.#onFinal(request, response),
      (response) => this.#onProvisional(request, response),
    )
  }

  #cancel(): void {
    if (this.#transaction?.isOpen) this.context.send(createCancel(this.#transaction.request), () => {})
  }

  #onProvisional(request: SipRequest, response: SipResponse): void {
    if (this.state === 'answered' || this.state === 'ended') return
    const first = !this.#provisional
    this.#provisional = true
    if (this.#cancelled && first) this.#cancel()
    if (response.status === 100) return
    this.setState('ringing')
    const dialog = createUacDialog(request, response)
    if (dialog) this.setDialog(dialog)
    this.handlers.onProgress?.(this, response)
  }

  #onFinal(request: SipRequest, response: SipResponse): void {
    if (response.status < 300) {
      this.#onAccepted(request, response)
      return
    }
    const challenged = (response.status === 401 || response.status === 407) && !this.#authorized && !this.#cancelled
    const { credentials } = this.context
    const answer = challenged && credentials ? answerDigest(response, request, credentials) : undefined
    if (answer) {
      this.#authorized = true
      this.#cseq++
      this.#invite(answer)
    } else this.end({ by: this.#cancelled ? 'us' : 'peer', status: response.status })
  }

  /** Each 2xx is acknowledged; one of a second fork, or one that crossed our CANCEL, is ended at once (RFC 3261 13.2.2.4). */
  #onAccepted(request: SipRequest, response: SipResponse): void {
    const dialog = createUacDialog(request, response)
    if (!dialog) return
    this.context.sendAck(createAck(dialog, request.cseq.number))
    const known = this.dialog
    if (this.state === 'answered' && known?.remoteTag === dialog.remoteTag) return
    if (this.state === 'answered' || this.state === 'ended') {
      if (known?.remoteTag !== dialog.remoteTag) this.#endFork(dialog)
      return
    }
    this.setState('answered')
    this.setDialog(dialog)
    if (this.#cancelled) this.bye()
    else this.handlers.onAnswered?.(this, response)
  }

  #endFork(dialog: Dialog): void {
    this.context.send(createDialogRequest(dialog, 'BYE').request, () => {})
  }
}
