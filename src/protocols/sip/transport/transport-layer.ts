import { type Logger, silentLogger } from '#base'
import { responseTo } from '../message/build.ts'
import { classify } from '../message/check.ts'
import { SIP_ERRORS, type SipFault } from '../message/errors.ts'
import type { AnySipMessage, SipRequest } from '../message/message.ts'
import { formatVia, stampVia } from '../message/via.ts'
import type { MessageSender } from '../transaction/transaction-layer.ts'
import { replyTarget } from './routing.ts'
import type { Receiver, Target, Transport, TransportName } from './transport.ts'

/** How a transport layer behaves. */
export interface TransportLayerOptions {
  /** What is asked about each well-formed request before it is handed up, such as `checkForProxy`; a fault is answered here. */
  readonly check?: (request: SipRequest) => SipFault | undefined
  readonly logger?: Logger
}

/** Takes a checked message; its top Via says where it really came from. An error that it throws is logged and goes no further. */
export type MessageHandler = (message: AnySipMessage, source: Target) => void

/** Several transports as one: reads, checks and stamps what arrives, answers what is malformed, and sends over whatever a target names. */
export class TransportLayer implements MessageSender<Target> {
  readonly #transports = new Map<TransportName, Transport>()
  readonly #onMessage: MessageHandler
  readonly #options: TransportLayerOptions
  readonly #logger: Logger
  readonly #faults = new Map<string, number>()

  constructor(onMessage: MessageHandler, options: TransportLayerOptions = {}) {
    this.#onMessage = onMessage
    this.#options = options
    this.#logger = options.logger ?? silentLogger
  }

  /** To be given to each transport when it is opened. */
  readonly receive: Receiver = (bytes, source, fault) => {
    try {
      this.#take(bytes, source, fault)
    } catch (error) {
      this.#count('handler')
      this.#logger.error({ error, transport: source.transport }, 'SIP message handler failed')
    }
  }

  /** Makes the transport reachable for `send`, and closes it together with the layer. */
  add(transport: Transport): void {
    this.#transports.set(transport.name, transport)
  }

  /** The transport of this name. */
  transport(name: TransportName): Transport | undefined {
    return this.#transports.get(name)
  }

  send(message: AnySipMessage, target: Target, failed: (error: unknown) => void): void {
    const transport = this.#transports.get(target.transport)
    if (transport) transport.send(message.toBytes(), target, failed)
    else queueMicrotask(() => failed(SIP_ERRORS['sip.transport.closed']({ transport: target.transport })))
  }

  reliable(target: Target): boolean {
    return target.transport !== 'udp'
  }

  /** How many messages were refused or dropped, by the fault's code. */
  get faults(): ReadonlyMap<string, number> {
    return this.#faults
  }

  /** Closes all transports. */
  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()))
  }

  #take(bytes: Uint8Array, source: Target, streamFault: SipFault | undefined): void {
    const verdict = classify(bytes, (request) => streamFault ?? this.#options.check?.(request))
    if (verdict.action === 'take response') {
      if (streamFault) this.#drop(streamFault, source)
      else this.#onMessage(verdict.response, source)
    } else if (verdict.action === 'take request') {
      stamp(verdict.request, source)
      this.#onMessage(verdict.request, source)
    } else if (verdict.action === 'answer') {
      this.#drop(verdict.fault, source)
      this.#answer(verdict.request, verdict.fault, source)
    } else this.#drop(verdict.fault, source)
  }

  #answer(request: SipRequest, fault: SipFault, source: Target): void {
    stamp(request, source)
    const { status, reason, headers } = fault
    const response = responseTo(request, status, headers ? { reason, headers } : { reason })
    this.send(response, replyTarget(request.firstVia, source), () => {})
  }

  #drop(fault: SipFault, source: Target): void {
    this.#count(fault.code)
    this.#logger.debug({ fault: fault.code, reason: fault.reason, transport: source.transport }, 'SIP message refused')
  }

  #count(code: string): void {
    this.#faults.set(code, (this.#faults.get(code) ?? 0) + 1)
  }
}

/** RFC 3261 18.2.1, RFC 3581 4: writes into the top Via where the request really came from. */
function stamp(request: SipRequest, source: Target): void {
  const via = request.firstVia
  if (!via) return
  const stamped = stampVia(via, source)
  if (stamped.params !== via.params) request.setFirst('Via', formatVia(stamped))
}
