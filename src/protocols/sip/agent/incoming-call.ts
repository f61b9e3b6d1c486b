import { confirmUasDialog, createUasDialog } from '../dialog/dialog.ts'
import { newTag, responseTo } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Target } from '../transport/transport.ts'
import type { AgentContext, CallHandlers } from './agent-context.ts'
import { Call } from './call.ts'

/** A call that somebody places to us: ring it, then answer or reject it. */
export class IncomingCall extends Call {
  /** The INVITE; its body is the peer's offer. */
  readonly invite: SipRequest
  readonly #transaction: ServerTransaction<Target>

  constructor(transaction: ServerTransaction<Target>, handlers: CallHandlers, context: AgentContext) {
    const invite = transaction.request
    super({ callId: invite.callId, localTag: newTag() }, handlers, context)
    this.invite = invite
    this.#transaction = transaction
    this.setDialog(createUasDialog(invite, this.localTag))
  }

  /** Says 180 (or 183 with SDP). */
  ring(status: 180 | 183 = 180, sdp?: string): void {
    if (this.state === 'answered' || this.state === 'ended') return
    this.setState('ringing')
    this.#respond(status, sdp)
  }

  /** Answers with this SDP. */
  answer(sdp: string): void {
    if (this.state === 'answered' || this.state === 'ended') return
    this.setState('answered')
    this.setDialog(confirmUasDialog(this.dialog!))
    this.sendAccept(this.#transaction, this.#response(200, sdp))
  }

  /** Refuses the call. */
  reject(status = 486): void {
    if (this.state === 'answered' || this.state === 'ended') return
    this.#respond(status)
    this.end({ by: 'us', status })
  }

  hangUp(): void {
    if (this.state === 'answered') this.bye()
    else this.reject(480)
  }

  /** Called by the user agent when the peer cancels. */
  cancelled(): void {
    if (this.state === 'answered' || this.state === 'ended') return
    this.#respond(487)
    this.end({ by: 'peer', status: 487 })
  }

  protected override refusePending(): void {
    if (this.state !== 'answered') this.#respond(487)
  }

  #respond(status: number, sdp?: string): void {
    this.#transaction.respond(this.#response(status, sdp))
  }

  #response(status: number, sdp?: string) {
    const contact = status < 300 ? { headers: { Contact: this.context.contact } } : {}
    return responseTo(this.invite, status, { toTag: this.localTag, ...contact, ...(sdp ? { body: sdp } : {}) })
  }
}
