import { assert, type Clock } from '#base'
import { newBranch, responseTo } from '../message/build.ts'
import type { AnySipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { bracketed } from '../message/uri.ts'
import { type ClientHandlers, ClientTransaction } from './client-transaction.ts'
import { clientKey, serverKey } from './keys.ts'
import { ServerTransaction } from './server-transaction.ts'
import { DEFAULT_TIMERS, type TimerValues } from './timers.ts'
import type { Failure, TransactionContext } from './transaction-context.ts'

/** The part of a transport that transactions use. `Target` is whatever says where a message goes, and where one came from. */
export interface MessageSender<Target> {
  /** Sends once; `failed` is called at most once, when it is known that the message did not go out. Never throws. */
  send(message: AnySipMessage, target: Target, failed: (error: unknown) => void): void
  /** Whether what is sent there arrives or is known to have failed (TCP), so that nothing need be repeated. */
  reliable(target: Target): boolean
}

/** What the layer tells its user; none of these may throw. */
export interface TransactionHandlers<Target> {
  /** A new request other than ACK. CANCEL too: find what it cancels with `findInvite`, and answer both (RFC 3261 9.2). */
  onRequest(request: SipRequest, transaction: ServerTransaction<Target>, source: Target): void
  /** An ACK for a 2xx, of a transaction or of none; ACKs for other responses end here. */
  onAck(ack: SipRequest, source: Target): void
  /** A response that no client transaction awaits: a proxy forwards a 2xx (RFC 3261 16.7), a user agent drops it. */
  onStrayResponse?(response: SipResponse, source: Target): void
  /** A response could not be delivered: unsendable, or a final one for which no ACK came. */
  onServerFailure?(failure: Failure, transaction: ServerTransaction<Target>): void
}

/** How a transaction layer behaves; only the clock is needed. */
export interface TransactionOptions<Target> {
  readonly clock: Clock
  readonly timers?: TimerValues
  /** 200: RFC 3261 17.2.1. null: the user sends 100 himself, for example only when another machine knows of the call. */
  readonly tryingAfterMs?: number | null
  /** What stands in the Via of a request that has none yet (a user agent's); a proxy puts its own Via in and leaves this out. */
  readonly sentBy?: (target: Target) => { readonly transport: string; readonly host: string; readonly port?: number }
  /** Where responses to this request go; back to the source when it is not given. */
  readonly replyTo?: (request: SipRequest, source: Target) => Target
  readonly transactionsMax?: number
  /** Whether a new request is taken now; one that is not gets 503 and costs no transaction. All are, unless given. */
  readonly admits?: (request: SipRequest) => boolean
}

/**
 * 1,000 calls a second with three transactions on each side that live 32 s each make about 200,000; each takes some 3 KB, so
 * that the limit keeps a flood below 1 GB.
 */
const TRANSACTIONS_MAX = 250_000

/** RFC 3261 17.2.1: 100 goes out unless a response is known to come within this time. */
const TRYING_AFTER_MS = 200

/** How long a peer is told to stay away when there are too many transactions: longer than a burst, shorter than a call's patience. */
const RETRY_AFTER_S = 5

/** The counters of a layer, from its beginning. */
export interface TransactionCounts {
  readonly client: number
  readonly server: number
  /** Inputs that no state had a place for, such as repeated final responses. */
  readonly dropped: number
  /** Requests refused or not sent because of the limit. */
  readonly refused: number
}

/** Matches messages to transactions and makes new ones (RFC 3261 17), for a proxy as well as for a user agent. */
export class TransactionLayer<Target> {
  readonly #clients = new Map<string, ClientTransaction<Target>>()
  readonly #servers = new Map<string, ServerTransaction<Target>>()
  readonly #sender: MessageSender<Target>
  readonly #handlers: TransactionHandlers<Target>
  readonly #options: TransactionOptions<Target>
  readonly #clientContext: TransactionContext<Target>
  readonly #serverContext: TransactionContext<Target>
  #dropped = 0
  #refused = 0
  #closed = false

  constructor(
    sender: MessageSender<Target>,
    handlers: TransactionHandlers<Target>,
    options: TransactionOptions<Target>,
  ) {
    this.#sender = sender
    this.#handlers = handlers
    this.#options = options
    this.#clientContext = this.#context(this.#clients)
    this.#serverContext = this.#context(this.#servers)
  }

  /** Sends a request other than ACK in a client transaction. An ACK for a 2xx goes out with `send`. */
  request(request: SipRequest, target: Target, handlers: ClientHandlers<Target>): ClientTransaction<Target> {
    assert(request.method !== 'ACK', 'an ACK has no transaction of its own')
    this.#ensureVia(request, target)
    const key = clientKey(request)
    const transaction = new ClientTransaction(request, { target, key }, handlers, this.#clientContext)
    if (this.#closed || this.#isFull) {
      this.#refused++
      queueMicrotask(() => handlers.onFailure('overload', transaction))
      return transaction
    }
    this.#clients.set(key, transaction)
    transaction.start()
    return transaction
  }

  /** Sends a message without a transaction: an ACK for a 2xx (with a Via of its own if it has none), a repeated 2xx. */
  send(message: AnySipMessage, target: Target, failed: (error: unknown) => void = () => {}): void {
    if (message.kind === 'request') this.#ensureVia(message, target)
    this.#sender.send(message, target, failed)
  }

  /** Takes in a message that passed `checkRequest` or `checkResponse`. */
  receive(message: AnySipMessage, source: Target): void {
    if (this.#closed) return
    if (message.kind === 'response') this.#receiveResponse(message, source)
    else this.#receiveRequest(message, source)
  }

  /** The INVITE's server transaction that this CANCEL asks to end (RFC 3261 9.2); nothing: answer 481. */
  findInvite(cancel: SipRequest): ServerTransaction<Target> | undefined {
    return this.#servers.get(serverKey(cancel, 'INVITE'))
  }

  /**
   * Sends unanswered requests once more at once, beside their timers: for when a peer is known to be back. Without a filter
   * those that got no response at all; a filter sees every request without a final response. Says how many were sent.
   */
  retransmitNow(
    filter: (transaction: ClientTransaction<Target>) => boolean = (transaction) => transaction.state !== 'proceeding',
  ): number {
    let count = 0
    for (const transaction of this.#clients.values()) {
      if (!transaction.isOpen || !filter(transaction)) continue
      transaction.resend()
      count++
    }
    return count
  }

  get counts(): TransactionCounts {
    return {
      client: this.#clients.size,
      server: this.#servers.size,
      dropped: this.#dropped,
      refused: this.#refused,
    }
  }

  /** Ends every transaction without a word to anybody, and takes no more. */
  close(): void {
    this.#closed = true
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.close()
  }

  #receiveResponse(response: SipResponse, source: Target): void {
    const transaction = this.#clients.get(clientKey(response))
    if (transaction) transaction.receive(response)
    else this.#handlers.onStrayResponse?.(response, source)
  }

  #receiveRequest(request: SipRequest, source: Target): void {
    const key = serverKey(request)
    const known = this.#servers.get(key)
    if (known) known.receive(request)
    else if (request.method === 'ACK' && request.to.tag === busyTag(request)) this.#dropped++
    else if (request.method === 'ACK') this.#handlers.onAck(request, source)
    else this.#accept(request, source, key)
  }

  #accept(request: SipRequest, source: Target, key: string): void {
    const target = this.#options.replyTo?.(request, source) ?? source
    if (this.#isFull || this.#options.admits?.(request) === false) {
      this.#refused++
      const busy = responseTo(request, 503, { toTag: busyTag(request), headers: { 'Retry-After': RETRY_AFTER_S } })
      this.#sender.send(busy, target, () => {})
      return
    }
    const transaction = new ServerTransaction(
      request,
      { source, target, key, tryingAfterMs: this.#tryingAfterMs },
      {
        onAck: (ack) => this.#handlers.onAck(ack, source),
        onFailure: (failure, failed) => this.#handlers.onServerFailure?.(failure, failed),
      },
      this.#serverContext,
    )
    this.#servers.set(key, transaction)
    this.#handlers.onRequest(request, transaction, source)
  }

  get #tryingAfterMs(): number | null {
    const { tryingAfterMs } = this.#options
    return tryingAfterMs === undefined ? TRYING_AFTER_MS : tryingAfterMs
  }

  get #isFull(): boolean {
    return this.#clients.size + this.#servers.size >= (this.#options.transactionsMax ?? TRANSACTIONS_MAX)
  }

  #ensureVia(request: SipRequest, target: Target): void {
    if (request.has('via')) return
    const place = this.#options.sentBy?.(target)
    assert(place, 'a request without Via needs the option sentBy')
    const port = place.port === undefined ? '' : `:${place.port}`
    request.prepend('Via', `SIP/2.0/${place.transport} ${bracketed(place.host)}${port};branch=${newBranch()};rport`)
  }

  #context(transactions: Map<string, unknown>): TransactionContext<Target> {
    return {
      clock: this.#options.clock,
      timers: this.#options.timers ?? DEFAULT_TIMERS,
      send: (message, target, failed) => this.#sender.send(message, target, failed),
      reliable: (target) => this.#sender.reliable(target),
      onDropped: () => {
        this.#dropped++
      },
      onTerminated: (key) => {
        transactions.delete(key)
      },
    }
  }
}

/**
 * RFC 3261 8.2.7: who answers without a state makes the same tag each time. Its ACK has the branch of what was refused, and is known by
 * that: it ends here.
 */
function busyTag({ via }: SipRequest): string {
  return `busy-${via.branch ?? ''}`
}
