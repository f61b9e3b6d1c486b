import type { SipRequest, SipResponse } from '../message/message.ts'
import { createNon2xxAck } from './requests.ts'
import {
  type ClientAction,
  type ClientInput,
  type ClientState,
  type ClientTimer,
  INVITE_CLIENT,
  INVITE_CLIENT_TIMERS,
  NON_INVITE_CLIENT,
  NON_INVITE_CLIENT_TIMERS,
} from './tables.ts'
import { isRepeating, TimerSet } from './timers.ts'
import type { Failure, TransactionContext } from './transaction-context.ts'

/** What the user of a client transaction is told. */
export interface ClientHandlers<Target> {
  /** Each provisional and final response that is not a repetition; for an INVITE every 2xx, repeated ones too (RFC 6026). */
  onResponse(response: SipResponse, transaction: ClientTransaction<Target>): void
  /** No final response came (RFC 3261 8.1.3.1: treat a timeout as 408, a transport error as 503). Told at most once. */
  onFailure(failure: Failure, transaction: ClientTransaction<Target>): void
}

/** One request that we sent, until its answer is no longer repeated (RFC 3261 17.1). */
export class ClientTransaction<Target> {
  readonly request: SipRequest
  readonly target: Target
  readonly key: string
  readonly #context: TransactionContext<Target>
  readonly #handlers: ClientHandlers<Target>
  readonly #timers: TimerSet<ClientTimer>
  #state: ClientState
  #ack: SipRequest | undefined

  constructor(
    request: SipRequest,
    options: { target: Target; key: string },
    handlers: ClientHandlers<Target>,
    context: TransactionContext<Target>,
  ) {
    this.request = request
    this.target = options.target
    this.key = options.key
    this.#context = context
    this.#handlers = handlers
    this.#state = this.isInvite ? 'calling' : 'trying'
    const reliable = context.reliable(options.target)
    this.#timers = new TimerSet({ clock: context.clock, values: context.timers, reliable }, (name) =>
      this.#onTimer(name),
    )
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE'
  }

  get state(): ClientState {
    return this.#state
  }

  /** Whether a final response is still awaited. */
  get isOpen(): boolean {
    return this.#state === 'calling' || this.#state === 'trying' || this.#state === 'proceeding'
  }

  /** Sends the request the first time; called once by the layer. */
  start(): void {
    this.#timers.keep(this.#timersOf(this.#state))
    this.#send(this.request)
  }

  /** Sends the request once more at once, beside its timers. */
  resend(): void {
    if (this.isOpen) this.#send(this.request)
  }

  /** Called by the layer with a response that belongs here. */
  receive(response: SipResponse): void {
    const input = response.status < 200 ? '1xx' : response.status < 300 ? '2xx' : '300-699'
    this.#step(input, response)
  }

  /** Ends the transaction without a word to anybody. */
  close(): void {
    this.#enter('terminated')
  }

  #onTimer(name: ClientTimer): void {
    this.#step(`timer ${name}`)
    if (isRepeating(name) && this.isOpen) this.#timers.again(name, this.#state === 'proceeding')
  }

  #step(input: ClientInput, response?: SipResponse): void {
    const table = this.isInvite ? INVITE_CLIENT : NON_INVITE_CLIENT
    const cell = table[this.#state]?.[input]
    if (!cell) {
      this.#context.onDropped(input)
      return
    }
    const [next, ...actions] = cell
    // ACK and reports come after the change of state, so that what they call sees it.
    this.#enter(next)
    for (const action of actions) this.#act(action, response)
  }

  #enter(next: ClientState): void {
    if (next === this.#state) return
    this.#state = next
    this.#timers.keep(this.#timersOf(next))
    if (next === 'terminated') this.#context.onTerminated(this.key)
  }

  #act(action: ClientAction, response?: SipResponse): void {
    switch (action) {
      case 'resend':
        this.#send(this.request)
        return
      case 'send ACK':
        this.#ack ??= createNon2xxAck(this.request, response!)
        this.#send(this.#ack)
        return
      case 'pass up':
        this.#handlers.onResponse(response!, this)
        return
      case 'report timeout':
        this.#handlers.onFailure('timeout', this)
        return
      case 'report transport error':
        // In completed the answer has been passed up already, and only its ACK is lost.
        if (!this.#ack) this.#handlers.onFailure('transport', this)
    }
  }

  #timersOf(state: ClientState): readonly ClientTimer[] {
    return (this.isInvite ? INVITE_CLIENT_TIMERS : NON_INVITE_CLIENT_TIMERS)[state] ?? []
  }

  #send(message: SipRequest): void {
    this.#context.send(message, this.target, () => this.#step('transport error'))
  }
}
