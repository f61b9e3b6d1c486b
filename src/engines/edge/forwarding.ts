import { assertNever, type Clock, type Timer } from '#base'
import {
  type ClientTransaction,
  createCancel,
  type Failure,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type TransactionLayer,
} from '#protocols/sip'

/** RFC 3261 16.6 step 11: timer C is over three minutes. Each provisional response but 100 sets it anew. */
const TIMER_C_MS = 5 * 60_000

/** RFC 3261 9.1: so long after a CANCEL (64 times T1) its INVITE is over, answered or not. */
const CANCEL_GUARD_MS = 32_000

/** One way to reach a target; a target may have several, tried in turn while they cannot be reached at all. */
export interface Attempt<Down> {
  readonly request: SipRequest
  readonly target: Down
}

/** What a forwarding needs. */
export interface ForwardingOptions<Up, Down> {
  readonly upstream: ServerTransaction<Up>
  readonly layer: TransactionLayer<Down>
  readonly clock: Clock
  /** What stands for the answer of a target that gave none. */
  failed(failure: Failure): SipResponse
  /** Called before a response goes upstream, with the target that gave it; it may change the response. */
  passing?(response: SipResponse, target: Down): void
  /** Nothing more is to be cancelled. */
  settled(): void
}

interface Branch<Down> {
  readonly attempts: Attempt<Down>[]
  /** How many attempts were begun: answers to an earlier one are late. */
  begun: number
  transaction?: ClientTransaction<Down>
  provisional: boolean
  cancel: 'no' | 'wanted' | 'sent'
  /** `silent`: a request other than INVITE that nobody answered (RFC 4320 4.2: nobody is told 408). */
  final?: SipResponse | 'silent'
  /** Whether `final` is our own word, not the target's. */
  own: boolean
  timer?: Timer | undefined
}

/** One request on its way through a proxy, to one or several targets at once: the response context of RFC 3261 16.7. */
export class Forwarding<Up, Down> {
  readonly #options: ForwardingOptions<Up, Down>
  readonly #branches: Branch<Down>[] = []
  #finished = false
  #cancelled = false

  constructor(options: ForwardingOptions<Up, Down>) {
    this.#options = options
  }

  /** Sends to all targets; each is a list of attempts. Called once, with at least one. */
  start(targets: readonly (readonly Attempt<Down>[])[]): void {
    for (const attempts of targets) {
      const cancel = this.#cancelled ? 'wanted' : 'no'
      this.#branches.push({ attempts: [...attempts], begun: 0, provisional: false, cancel, own: false })
    }
    for (const branch of this.#branches) this.#try(branch)
  }

  /** The sender gave up: so do we on every branch that has not ended (RFC 3261 16.10). */
  cancel(): void {
    this.#cancelled = true
    for (const branch of this.#branches) this.#cancel(branch)
  }

  #try(branch: Branch<Down>): void {
    const attempt = branch.attempts.shift()
    if (!attempt) return
    const count = ++branch.begun
    const { layer } = this.#options
    const transaction = layer.request(attempt.request, attempt.target, {
      onResponse: (response) => {
        if (count === branch.begun) this.#onResponse(branch, response)
      },
      onFailure: (failure) => {
        if (count === branch.begun) this.#onFailure(branch, failure)
      },
    })
    // A transport that fails at once has already begun the next attempt.
    if (count === branch.begun) branch.transaction = transaction
  }

  #onResponse(branch: Branch<Down>, response: SipResponse): void {
    if (response.status < 200) this.#onProvisional(branch, response)
    else if (response.status < 300) this.#onSuccess(branch, response)
    else this.#onRefusal(branch, response)
  }

  #onProvisional(branch: Branch<Down>, response: SipResponse): void {
    const { upstream } = this.#options
    branch.provisional = true
    if (response.status > 100) this.#pass(branch, response)
    else if (upstream.isInvite && !upstream.lastResponse) upstream.respond(responseTo(upstream.request, 100))
    if (branch.cancel === 'wanted') this.#cancel(branch)
    if (!upstream.isInvite || branch.cancel === 'sent' || (branch.timer && response.status === 100)) return
    branch.timer?.stop()
    branch.timer = this.#options.clock.after(TIMER_C_MS, () => this.#cancel(branch))
  }

  /** RFC 3261 16.7 step 5: each 2xx to INVITE goes on at once, and ends the other branches. */
  #onSuccess(branch: Branch<Down>, response: SipResponse): void {
    branch.timer?.stop()
    branch.final = response
    this.#pass(branch, response)
    for (const other of this.#branches) if (other !== branch) this.#cancel(other)
    this.#finish()
  }

  #onRefusal(branch: Branch<Down>, response: SipResponse): void {
    branch.timer?.stop()
    branch.final = response
    if (response.status >= 600) for (const other of this.#branches) this.#cancel(other)
    this.#settle()
  }

  #onFailure(branch: Branch<Down>, failure: Failure): void {
    if (branch.final) return
    if (failure === 'transport' && branch.attempts.length > 0 && branch.cancel === 'no') {
      this.#try(branch)
      return
    }
    branch.timer?.stop()
    branch.final = this.#verdict(branch, failure)
    branch.own = true
    this.#settle()
  }

  #verdict(branch: Branch<Down>, failure: Failure): SipResponse | 'silent' {
    const { upstream, failed } = this.#options
    if (branch.cancel !== 'no' && upstream.isInvite) return responseTo(upstream.request, 487)
    switch (failure) {
      case 'timeout':
        return upstream.isInvite ? failed(failure) : 'silent'
      case 'transport':
      case 'overload':
        return failed(failure)
      default:
        return assertNever(failure)
    }
  }

  #cancel(branch: Branch<Down>): void {
    const { transaction } = branch
    if (branch.final || branch.cancel === 'sent' || !transaction?.isInvite) return
    branch.cancel = 'wanted'
    if (!branch.provisional) return
    branch.cancel = 'sent'
    branch.timer?.stop()
    branch.timer = this.#options.clock.after(CANCEL_GUARD_MS, () => this.#abandon(branch))
    const ignored = { onResponse: () => {}, onFailure: () => {} }
    this.#options.layer.request(createCancel(transaction.request), transaction.target, ignored)
  }

  #abandon(branch: Branch<Down>): void {
    const { upstream } = this.#options
    branch.transaction?.close()
    branch.final = responseTo(upstream.request, this.#cancelled ? 487 : 408)
    branch.own = true
    this.#settle()
  }

  #settle(): void {
    if (this.#finished || this.#branches.some((branch) => branch.final === undefined)) return
    const best = bestOf(this.#branches)
    if (best) this.#pass(best, best.final as SipResponse)
    else this.#options.upstream.close()
    this.#finish()
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#options.settled()
  }

  #pass(branch: Branch<Down>, response: SipResponse): void {
    const { upstream, passing } = this.#options
    const passed = branch.own ? response : response.clone().removeFirst('Via')
    if (branch.transaction && !branch.own) passing?.(passed, branch.transaction.target)
    upstream.respond(passed)
  }
}

/** RFC 3261 16.7 step 6: within 4xx, answers that tell the sender how to do better come first. */
const TELLING: readonly number[] = [401, 407, 415, 420, 484]

/** RFC 3261 16.7 step 6: a 6xx, else one of the lowest class; the first of equals. */
function bestOf<Down>(branches: readonly Branch<Down>[]): Branch<Down> | undefined {
  let best: Branch<Down> | undefined
  for (const branch of branches) {
    if (typeof branch.final !== 'object') continue
    if (!best || rank(branch.final.status) < rank((best.final as SipResponse).status)) best = branch
  }
  return best
}

function rank(status: number): number {
  if (status >= 600) return 0
  const kind = Math.floor(status / 100)
  if (status === 408 || status === 503) return kind * 10 + 2
  return kind * 10 + (TELLING.includes(status) ? 0 : 1)
}
