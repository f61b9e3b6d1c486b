import { randomInt } from 'node:crypto'
import { assert, type Timer } from '#base'
import { answerDigest } from '../auth/digest-client.ts'
import { type Dialog, receiveInDialog, refreshTarget } from '../dialog/dialog.ts'
import { createAck, createDialogRequest, type DialogRequestInput } from '../dialog/dialog-request.ts'
import { responseTo } from '../message/build.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Target } from '../transport/transport.ts'
import type { AgentContext, CallControl, CallEnd, CallHandlers, CallState } from './agent-context.ts'

/** The methods that a user agent serves. */
export const AGENT_METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'REFER',
  'NOTIFY',
  'INFO',
  'UPDATE',
]

/** RFC 3261 14.2: who sends a second INVITE too early is told to wait for a time between 0 and this. */
const RETRY_AFTER_S_MAX = 10

/** One call of a user agent: what both directions have in common once there is a dialog. */
export abstract class Call implements CallControl {
  readonly callId: string
  readonly localTag: string
  protected readonly context: AgentContext
  protected readonly handlers: CallHandlers
  #state: CallState = 'calling'
  #dialog: Dialog | undefined
  /** Repetition of a 2xx to the INVITE of this number until its ACK comes. */
  #repeat: { timer: Timer; readonly cseq: number } | undefined
  #offering = false

  constructor(ids: { callId: string; localTag: string }, handlers: CallHandlers, context: AgentContext) {
    this.callId = ids.callId
    this.localTag = ids.localTag
    this.handlers = handlers
    this.context = context
  }

  get state(): CallState {
    return this.#state
  }

  get dialog(): Dialog | undefined {
    return this.#dialog
  }

  abstract hangUp(): void

  async reinvite(sdp: string): Promise<SipResponse> {
    this.#offering = true
    const response = await this.request('INVITE', { body: sdp, contact: this.context.contact })
    this.#offering = false
    return response
  }

  refer(target: string): Promise<SipResponse> {
    const headers = { 'Refer-To': target, 'Referred-By': this.dialog?.local.split(';tag')[0] }
    return this.request('REFER', { headers, contact: this.context.contact })
  }

  request(method: string, input: DialogRequestInput = {}): Promise<SipResponse> {
    return new Promise((resolve) => this.#attempt(method, input, resolve))
  }

  /** Called by the user agent with a request of the peer in this call. */
  receive(request: SipRequest, transaction: ServerTransaction<Target>): void {
    const dialog = this.#dialog
    if (!dialog || this.#state === 'ended') {
      transaction.respond(responseTo(request, 481))
      return
    }
    const taken = receiveInDialog(dialog, request)
    if (!taken.ok) {
      transaction.respond(responseTo(request, taken.status))
      return
    }
    this.#dialog = taken.dialog
    if (request.method === 'BYE') {
      transaction.respond(responseTo(request, 200))
      this.refusePending()
      this.end({ by: 'peer', status: 200 })
    } else if (request.method === 'INVITE' || request.method === 'UPDATE') this.#onOffer(request, transaction)
    else {
      transaction.respond(responseTo(request, request.method === 'REFER' ? 202 : 200, { headers: this.#contact }))
      this.handlers.onRequest?.(this, request)
    }
  }

  /** Called by the user agent with an ACK of the peer in this call. */
  receiveAck(ack: SipRequest): void {
    if (this.#repeat?.cseq !== ack.cseq.number) return
    this.#repeat.timer.stop()
    this.#repeat = undefined
    this.handlers.onAcknowledged?.(this, ack)
  }

  /** RFC 3261 15.1.2: a BYE ends what has not been answered yet, and that is answered for it with 487. */
  protected refusePending(): void {}

  protected setState(state: CallState): void {
    this.#state = state
  }

  protected setDialog(dialog: Dialog): void {
    this.#dialog = dialog
  }

  protected end(end: CallEnd): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#repeat?.timer.stop()
    this.context.onCallEnded(this)
    this.handlers.onEnded?.(this, end)
  }

  /** Says BYE and ends the call without waiting for its answer. */
  protected bye(): void {
    if (this.#state === 'ended') return
    void this.request('BYE')
    this.end({ by: 'us', status: 200 })
  }

  /** Sends a 2xx to an INVITE and repeats it until the ACK comes, or says BYE (RFC 3261 13.3.1.4). */
  protected sendAccept(transaction: ServerTransaction<Target>, response: SipResponse): void {
    const { t1Ms, t2Ms } = this.context.timers
    transaction.respond(response)
    let pauseMs = t1Ms
    let waitedMs = 0
    const cseq = response.cseq.number
    // Who sends another INVITE has had the 2xx before, though its ACK was lost or is late.
    this.#repeat?.timer.stop()
    const wait = (): void => {
      const timer = this.context.clock.after(pauseMs, () => {
        waitedMs += pauseMs
        if (waitedMs >= 64 * t1Ms) {
          this.bye()
          return
        }
        transaction.respond(response)
        pauseMs = Math.min(pauseMs * 2, t2Ms)
        wait()
      })
      this.#repeat = { timer, cseq }
    }
    wait()
  }

  get #contact(): { Contact: string } {
    return { Contact: this.context.contact }
  }

  #onOffer(request: SipRequest, transaction: ServerTransaction<Target>): void {
    const pending = this.#state !== 'answered' && request.method === 'INVITE'
    if (pending && this.#dialog?.role === 'uas') {
      const headers = { 'Retry-After': randomInt(RETRY_AFTER_S_MAX + 1) }
      transaction.respond(responseTo(request, 500, { headers }))
      return
    }
    if (this.#offering || pending) {
      transaction.respond(responseTo(request, 491))
      return
    }
    const needsAnswer = request.method === 'INVITE' || request.body !== ''
    const answer = needsAnswer ? (this.handlers.onOffer?.(this, request.body) ?? 488) : ''
    if (typeof answer === 'number') transaction.respond(responseTo(request, answer))
    else {
      const response = responseTo(request, 200, { headers: this.#contact, body: answer })
      if (request.method === 'INVITE') this.sendAccept(transaction, response)
      else transaction.respond(response)
    }
  }

  #attempt(
    method: string,
    input: DialogRequestInput,
    resolve: (response: SipResponse) => void,
    authorization?: readonly [string, string],
  ): void {
    const dialog = this.#dialog
    assert(dialog, 'a request in a call needs its dialog')
    const headers = authorization ? [...headerList(input.headers), authorization] : headerList(input.headers)
    const built = createDialogRequest(dialog, method, { ...input, headers })
    this.#dialog = built.dialog
    this.context.send(built.request, (response) => {
      if (response.status < 300 && method === 'INVITE') this.#acknowledge(built.request, response)
      const answer = authorization || !this.context.credentials ? undefined : this.#answer(built.request, response)
      if (answer) this.#attempt(method, input, resolve, answer)
      else {
        if (response.status === 408 || response.status === 481) this.end({ by: 'peer', status: response.status })
        resolve(response)
      }
    })
  }

  #answer(request: SipRequest, response: SipResponse): readonly [string, string] | undefined {
    if (response.status !== 401 && response.status !== 407) return undefined
    return answerDigest(response, request, this.context.credentials!)
  }

  #acknowledge(invite: SipRequest, response: SipResponse): void {
    const dialog = this.#dialog
    if (!dialog) return
    this.#dialog = refreshTarget(dialog, response)
    this.context.sendAck(createAck(this.#dialog, invite.cseq.number))
  }
}

function headerList(headers: DialogRequestInput['headers']): [string, string | number | undefined][] {
  if (!headers) return []
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
  return pairs.map(([name, value]) => [name as string, value as string | number | undefined])
}
