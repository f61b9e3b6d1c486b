import { type Clock, type Logger, silentLogger, systemClock } from '#base'
import { answerDigest, type DigestCredentials } from '../auth/digest-client.ts'
import { nextHop } from '../dialog/dialog-request.ts'
import { createRequest, newCallId, newTag, responseTo } from '../message/build.ts'
import { checkForEndpoint } from '../message/check.ts'
import { SIP_ERRORS } from '../message/errors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { bracketed, parseUri } from '../message/uri.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { DEFAULT_TIMERS, type TimerValues } from '../transaction/timers.ts'
import { TransactionLayer } from '../transaction/transaction-layer.ts'
import { replyTarget, uriTarget } from '../transport/routing.ts'
import type { Target } from '../transport/transport.ts'
import { TransportLayer } from '../transport/transport-layer.ts'
import { openTcp } from '../transport/transport-tcp.ts'
import { openUdp } from '../transport/transport-udp.ts'
import type { AgentContext, CallHandlers } from './agent-context.ts'
import { AGENT_METHODS, type Call } from './call.ts'
import { IncomingCall } from './incoming-call.ts'
import { type CallInput, OutgoingCall } from './outgoing-call.ts'

/** Who a user agent is and where it listens. */
export interface UserAgentOptions {
  /** The user part of our address and Contact. */
  readonly user: string
  /** The domain of our address of record; the proxy's address when it is not given. */
  readonly domain?: string
  readonly displayName?: string
  readonly transport?: 'udp' | 'tcp'
  /** Where we listen; 127.0.0.1 and any free port when it is not given. */
  readonly address?: string
  readonly port?: number
  /** All requests go there; without it they go where their URIs say. */
  readonly proxy?: { readonly address: string; readonly port: number }
  readonly credentials?: DigestCredentials
  /** A call to us: handlers to take it (ring and answer through the call), or a status to refuse it with. */
  readonly onCall?: (call: IncomingCall) => void
  /** Handlers for incoming calls. */
  readonly callHandlers?: CallHandlers
  readonly timers?: TimerValues
  readonly clock?: Clock
  readonly logger?: Logger
}

/** Opens a user agent; rejects when its port is taken. */
export async function openUserAgent(options: UserAgentOptions): Promise<UserAgent> {
  const agent = new UserAgent(options)
  await agent.open()
  return agent
}

/**
 * A small SIP telephone for tests and simulation: registers, places and takes calls, holds, transfers, hangs up. SDP passes
 * through as text. One agent carries any number of calls.
 */
export class UserAgent {
  readonly #options: UserAgentOptions
  readonly #transports: TransportLayer
  readonly #transactions: TransactionLayer<Target>
  readonly #calls = new Map<string, Call>()
  readonly #context: AgentContext
  readonly #registration = { callId: newCallId(), tag: newTag(), cseq: 0 }
  #place: { readonly address: string; readonly port: number } = { address: '127.0.0.1', port: 0 }
  #closed: Promise<void> | undefined

  constructor(options: UserAgentOptions) {
    this.#options = options
    const logger = options.logger ?? silentLogger
    const clock = options.clock ?? systemClock
    const timers = options.timers ?? DEFAULT_TIMERS
    this.#transports = new TransportLayer((message, source) => this.#transactions.receive(message, source), {
      logger,
      check: (request) =>
        checkForEndpoint(request, { methods: AGENT_METHODS, extensions: ['replaces'], mediaTypes: MEDIA_TYPES }),
    })
    this.#transactions = new TransactionLayer<Target>(
      this.#transports,
      {
        onRequest: (request, transaction) => this.#onRequest(request, transaction),
        onAck: (ack) => this.#calls.get(callKey(ack.callId, ack.to.tag))?.receiveAck(ack),
      },
      {
        clock,
        timers,
        sentBy: (target) => ({
          transport: target.transport.toUpperCase(),
          host: this.#place.address,
          port: this.#place.port,
        }),
        replyTo: (request, source) => replyTarget(request.via, source),
      },
    )
    const agent = this
    this.#context = {
      clock,
      timers,
      credentials: options.credentials,
      get contact() {
        return agent.contact
      },
      send: (request, onFinal, onProvisional) => this.#send(request, onFinal, onProvisional),
      sendAck: (ack) => this.#transactions.send(ack, this.#targetOf(ack)),
      onCallEnded: (call) => this.#calls.delete(callKey(call.callId, call.localTag)),
    }
  }

  /** Binds the transport; called by `openUserAgent`. */
  async open(): Promise<void> {
    const { transport = 'udp', address = '127.0.0.1', port = 0 } = this.#options
    const opened =
      transport === 'tcp'
        ? await openTcp({ address, port, clock: this.#context.clock }, this.#transports.receive)
        : await openUdp({ address, port }, this.#transports.receive)
    this.#transports.add(opened)
    this.#place = { address: opened.local.address, port: opened.local.port }
  }

  /** Where we listen. */
  get local(): { readonly address: string; readonly port: number } {
    return this.#place
  }

  /** Our Contact as a name-addr. */
  get contact(): string {
    const { user, transport = 'udp' } = this.#options
    return `<sip:${user}@${bracketed(this.#place.address)}:${this.#place.port};transport=${transport}>`
  }

  /** Our address of record. */
  get uri(): string {
    const { user, domain, proxy } = this.#options
    return `sip:${user}@${domain ?? bracketed(proxy?.address ?? this.#place.address)}`
  }

  /** The calls that are not over. */
  get calls(): readonly Call[] {
    return [...this.#calls.values()]
  }

  /** Registers our Contact, answering a challenge; the response is the last one. 0 seconds takes the registration back. */
  register(expiresS = 3600): Promise<SipResponse> {
    const { uri } = this
    const { callId, tag } = this.#registration
    return this.#exchange((cseq) =>
      createRequest({
        method: 'REGISTER',
        uri: `sip:${uri.slice(uri.indexOf('@') + 1)}`,
        from: `${this.#name};tag=${tag}`,
        to: this.#name,
        callId,
        cseq,
        contact: this.contact,
        headers: { Expires: expiresS },
      }),
    )
  }

  /** Asks a peer whether it is there. */
  options(uri: string): Promise<SipResponse> {
    const callId = newCallId()
    const from = `${this.#name};tag=${newTag()}`
    return this.#exchange((cseq) =>
      createRequest({ method: 'OPTIONS', uri, from, to: `<${uri}>`, callId, cseq, contact: this.contact }),
    )
  }

  /** Places a call. */
  call(input: Omit<CallInput, 'from'> & { readonly from?: string }, handlers: CallHandlers = {}): OutgoingCall {
    if (this.#closed) throw SIP_ERRORS['sip.agent.closed']()
    const call = new OutgoingCall({ from: this.#name, ...input }, handlers, this.#context)
    this.#calls.set(callKey(call.callId, call.localTag), call)
    return call
  }

  /** Forgets all calls and transactions without a word to anybody, and frees the port. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    this.#transactions.close()
    this.#calls.clear()
    await this.#transports.close()
  }

  get #name(): string {
    const { displayName } = this.#options
    return displayName === undefined ? `<${this.uri}>` : `"${displayName.replace(/["\\]/g, '')}" <${this.uri}>`
  }

  /** Sends a request outside of a dialog, and once more with credentials when it is challenged. */
  #exchange(build: (cseq: number) => SipRequest): Promise<SipResponse> {
    return new Promise((resolve) => {
      const request = build(++this.#registration.cseq)
      this.#send(request, (response) => {
        const { credentials } = this.#options
        const challenged = response.status === 401 || response.status === 407
        const answer = challenged && credentials ? answerDigest(response, request, credentials) : undefined
        if (answer) this.#send(build(++this.#registration.cseq).append(...answer), resolve)
        else resolve(response)
      })
    })
  }

  #send(
    request: SipRequest,
    onFinal: (response: SipResponse) => void,
    onProvisional: (response: SipResponse) => void = () => {},
  ): ClientTransaction<Target> {
    return this.#transactions.request(request, this.#targetOf(request), {
      onResponse: (response) => (response.status < 200 ? onProvisional(response) : onFinal(response)),
      onFailure: (failure) => onFinal(responseTo(request, failure === 'timeout' ? 408 : 503)),
    })
  }

  #targetOf(request: SipRequest): Target {
    const { transport = 'udp', proxy } = this.#options
    const uri = proxy ? undefined : parseUri(nextHop(request))
    // A URI without a usable host is sent to port 0, which the transport refuses: the user hears of it as a transport failure.
    return (uri && uriTarget(uri)) ?? { transport, address: proxy?.address ?? '127.0.0.1', port: proxy?.port ?? 0 }
  }

  #onRequest(request: SipRequest, transaction: ServerTransaction<Target>): void {
    if (request.method === 'CANCEL') this.#onCancel(request, transaction)
    else if (request.to.tag !== undefined) {
      const call = this.#calls.get(callKey(request.callId, request.to.tag))
      if (call) call.receive(request, transaction)
      else transaction.respond(responseTo(request, 481))
    } else if (request.method === 'INVITE') this.#onInvite(request, transaction)
    else if (request.method === 'OPTIONS') {
      const headers = { Allow: AGENT_METHODS.join(', '), Accept: 'application/sdp', Supported: 'replaces' }
      transaction.respond(responseTo(request, 200, { headers }))
    } else transaction.respond(responseTo(request, request.method === 'NOTIFY' ? 200 : 481))
  }

  #onInvite(request: SipRequest, transaction: ServerTransaction<Target>): void {
    if (!this.#options.onCall) {
      transaction.respond(responseTo(request, 480))
      return
    }
    const call = new IncomingCall(transaction, this.#options.callHandlers ?? {}, this.#context)
    this.#calls.set(callKey(call.callId, call.localTag), call)
    this.#options.onCall(call)
  }

  #onCancel(cancel: SipRequest, transaction: ServerTransaction<Target>): void {
    const invite = this.#transactions.findInvite(cancel)
    transaction.respond(responseTo(cancel, invite ? 200 : 481))
    for (const call of this.#calls.values()) {
      if (call instanceof IncomingCall && call.invite === invite?.request) call.cancelled()
    }
  }
}

/** Bodies that come in calls: SDP, and what REFER's NOTIFY and key presses carry. */
const MEDIA_TYPES: readonly string[] = [
  'application/sdp',
  'message/sipfrag',
  'application/dtmf-relay',
  'application/dtmf',
]

function callKey(callId: string, localTag: string | undefined): string {
  return `${callId}|${localTag ?? ''}`
}
