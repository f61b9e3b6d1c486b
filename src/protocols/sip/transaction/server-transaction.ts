import type { Timer } from '#base'
import { responseTo } from '../message/build.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import {
  INVITE_SERVER,
  INVITE_SERVER_TIMERS,
  NON_INVITE_SERVER,
  NON_INVITE_SERVER_TIMERS,
  type ServerAction,
  type ServerInput,
  type ServerState,
  type ServerTimer,
} from './tables.ts'
import { isRepeating, TimerSet } from './timers.ts'
import type { Failure, TransactionContext } from './transaction-context.ts'

/** What the user of a server transaction is told. */
export interface ServerHandlers<Target> {
  /** The ACK for a 2xx (RFC 6026: it matches the transaction only when it reuses the branch, so mostly it does not). */
  onAck(ack: SipRequest, transaction: ServerTransaction<Target>): void
  /** The response could not be sent, or no ACK came for a 300 to 699 (RFC 3261 17.2.4, timer H). */
  onFailure(failure: Failure, transaction: ServerTransaction<Target>): void
}

/** One request that we received, until its sender can no longer repeat it (RFC 3261 17.2). */
export class ServerTransaction<Target> {
  readonly request: SipRequest
  /** Where the request came from. */
  readonly source: Target
  readonly key: string
  readonly #target: Target
  readonly #context: TransactionContext<Target>
  readonly #handlers: ServerHandlers<Target>
  readonly #timers: TimerSet<ServerTimer>
  #state: ServerState
  #last: SipResponse | undefined
  #trying: Timer | undefined

  constructor(
    request: SipRequest,
    options: { source: Target; target: Target; key: string; tryingAfterMs: number | null },
    handlers: ServerHandlers<Target>,
    context: TransactionContext<Target>,
  ) {
    this.request = request
    this.source = options.source
    this.key = options.key
    this.#target = options.target
    this.#context = context
    this.#handlers = handlers
    this.#state = this.isInvite ? 'proceeding' : 'trying'
    const reliable = context.reliable(options.target)
    this.#timers = new TimerSet({ clock: context.clock, values: context.timers, reliable }, (name) =>
      this.#onTimer(name),
    )
    if (this.isInvite && options.tryingAfterMs !== null) this.#tryLater(options.tryingAfterMs)
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE'
  }

  get state(): ServerState {
    return this.#state
  }

  /** Whether a final response may still be sent. */
  get isOpen(): boolean {
    return this.#state === 'trying' || this.#state === 'proceeding'
  }

  /** The last response that was sent. */
  get lastResponse(): SipResponse | undefined {
    return this.#last
  }

  /**
   * Sends a response; the transaction repeats it as its state asks, except for a 2xx to INVITE, which the user repeats
   * (RFC 3261 13.3.1.4). A response that the state has no place for, such as a second final one, is dropped and counted.
   */
  respond(response: SipResponse): void {
    this.#trying?.stop()
    const input = response.status < 200 ? 'send 1xx' : response.status < 300 ? 'send 2xx' : 'send 300-699'
    this.#step(input, response)
  }

  /** Called by the layer with the request's repetition or its ACK. */
  receive(request: SipRequest): void {
    this.#step(request.method === 'ACK' ? 'ACK' : 'request', request)
  }

  /** Ends the transaction without a word to anybody. */
  close(): void {
    this.#trying?.stop()
    this.#enter('terminated')
  }

  #tryLater(delayMs: number): void {
    this.#trying = this.#context.clock.after(delayMs, () => {
      if (this.isOpen && !this.#last) this.#step('send 1xx', responseTo(this.request, 100))
    })
  }

  #onTimer(name: ServerTimer): void {
    this.#step(`timer ${name}`)
    if (isRepeating(name) && this.#state === 'completed') this.#timers.again(name, false)
  }

  #step(input: ServerInput, message?: SipRequest | SipResponse): void {
    const table = this.isInvite ? INVITE_SERVER : NON_INVITE_SERVER
    const cell = table[this.#state]?.[input]
    if (!cell) {
      this.#context.onDropped(input)
      return
    }
    const [next, ...actions] = cell
    this.#enter(next)
    for (const action of actions) this.#act(action, message)
  }

  #enter(next: ServerState): void {
    if (next === this.#state) return
    this.#state = next
    this.#timers.keep((this.isInvite ? INVITE_SERVER_TIMERS : NON_INVITE_SERVER_TIMERS)[next] ?? [])
    if (next === 'terminated') this.#context.onTerminated(this.key)
  }

  #act(action: ServerAction, message?: SipRequest | SipResponse): void {
    switch (action) {
      case 'send':
        this.#last = message as SipResponse
        this.#send(this.#last)
        return
      case 'resend':
        if (this.#last) this.#send(this.#last)
        return
      case 'pass up':
        this.#handlers.onAck(message as SipRequest, this)
        return
      case 'report timeout':
        this.#handlers.onFailure('timeout', this)
        return
      case 'report transport error':
        this.#handlers.onFailure('transport', this)
    }
  }

  #send(response: SipResponse): void {
    this.#context.send(response, this.#target, () => this.#step('transport error'))
  }
}
