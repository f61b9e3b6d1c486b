import type { Millis } from '#base'
import type { SipSource } from '#protocols/control'
import {
  type Failure,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type Target,
} from '#protocols/sip'
import { departing, type RouteReading, readOwnRoutes, stripIdentity } from './forward-request.ts'
import { Forwarding } from './forwarding.ts'
import { RETRY_AFTER_SECONDS } from './limits.ts'
import type { Origin } from './origin.ts'
import type { Forwardings, ProxyContext } from './proxy.ts'
import type { VisitorGate } from './visitor-gate.ts'

/**
 * An edge that has had no core for so long is cut off: a takeover, or the start of a core after the death of all, takes less. A new
 * call is then told at once, so that its caller tries another edge (RFC 3263 4.3); what is in a dialog waits on.
 */
const ALONE_MS_MAX = 10_000

/** What begins a dialog that would be in the way of taking this machine out of service. */
const BEGINS_DIALOG: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE'])

/** What the direction towards the core needs besides. */
export interface ToCoreOptions {
  /** Whether a core is connected. */
  connected(): boolean
  /** How long there has been none. */
  aloneMs(): Millis
  /** Whether this machine is being taken out of service: what begins now begins elsewhere. */
  draining(): boolean
  /** Whether what this source says of identities is believed. */
  trusts(source: SipSource): boolean
  /** Calls from WebSockets that nobody has registered over. */
  readonly visitors: Pick<VisitorGate, 'isOpen' | 'admits'>
}

/** Requests of phones and trunks: all that is not for the edge itself goes to the core, never straight to another phone. */
export class ToCore {
  readonly #context: ProxyContext
  readonly #options: ToCoreOptions
  readonly #forwardings: Forwardings<Target, Origin> = new Map()

  constructor(context: ProxyContext, options: ToCoreOptions) {
    this.#context = context
    this.#options = options
  }

  /** How many requests wait for their final answer. */
  get count(): number {
    return this.#forwardings.size
  }

  /** A request other than ACK. */
  request(request: SipRequest, transaction: ServerTransaction<Target>, source: Target): void {
    if (request.method === 'CANCEL' && this.#cancel(request, transaction)) return
    const { counters, inside, limits, own, tokens } = this.#context
    const routed = request.clone()
    const refusal = this.#refusal(request, readOwnRoutes(routed, own, tokens))
    if (refusal) {
      counters.refused++
      transaction.respond(responseTo(request, refusal.status, { reason: refusal.reason }))
      return
    }
    if (!this.#options.connected() && inside.counts.client >= limits.waitingMax) {
      counters.overloaded++
      transaction.respond(unavailable(request))
      return
    }
    const isNew = request.to.tag === undefined && BEGINS_DIALOG.has(request.method)
    const alone = request.method === 'INVITE' && this.#options.aloneMs() > ALONE_MS_MAX
    if (isNew && (alone || this.#options.draining())) {
      counters.overloaded++
      transaction.respond(unavailable(request))
      return
    }
    const origin = this.#originOf(request, source)
    if (isNew && origin.user === undefined && (source.transport === 'ws' || source.transport === 'wss')) {
      const { visitors } = this.#options
      if (!visitors.admits()) {
        counters.refused++
        const reason = 'Visitors May Not Call'
        transaction.respond(visitors.isOpen ? unavailable(request) : responseTo(request, 403, { reason }))
        return
      }
    }
    const key = transaction.key
    const forwarding = new Forwarding({
      upstream: transaction,
      layer: inside,
      clock: this.#context.clock,
      failed: (failure) => this.#failed(request, failure),
      settled: () => this.#forwardings.delete(key),
    })
    this.#forwardings.set(key, forwarding)
    counters.toCore++
    forwarding.start([[{ request: this.#departing(request, routed, source, origin), target: origin }]])
  }

  /** An ACK for a 2xx: sent on without a transaction, never answered. */
  ack(ack: SipRequest, source: Target): void {
    const { own, tokens, counters, inside } = this.#context
    const routed = ack.clone()
    if (this.#refusal(ack, readOwnRoutes(routed, own, tokens))) {
      counters.refused++
      return
    }
    const origin = this.#originOf(ack, source)
    inside.send(this.#departing(ack, routed, source, origin), origin)
  }

  /** False when the INVITE is not known here (another incarnation took it): then the core is asked to end it. */
  #cancel(cancel: SipRequest, transaction: ServerTransaction<Target>): boolean {
    const invite = this.#context.outside.findInvite(cancel)
    if (!invite) return false
    transaction.respond(responseTo(cancel, 200))
    this.#forwardings.get(invite.key)?.cancel()
    return true
  }

  /** RFC 3261 16.3 step 4, and no relaying between strangers: what is not for us is not for anybody here. */
  #refusal(
    request: SipRequest,
    routes: RouteReading,
  ): { readonly status: number; readonly reason: string } | undefined {
    const { own, branches } = this.#context
    if (branches.isLoop(request, (via) => own.is(via))) return { status: 482, reason: 'Loop Detected' }
    const uri = request.sipUri
    const ours = uri === undefined || own.is(uri) || routes.vouched
    return ours ? undefined : { status: 403, reason: 'Relaying Forbidden' }
  }

  /** `routed` is the request without our own Route values; the branch follows from the request as it came. */
  #departing(request: SipRequest, routed: SipRequest, source: Target, origin: Origin): SipRequest {
    const { own, tokens, branches } = this.#context
    const flow = origin.user === undefined ? source : { ...source, user: origin.user }
    const out = departing(routed, own, {
      branch: branches.of(request, 'core'),
      transport: 'UDP',
      outer: () => tokens.seal(flow),
      outerTransport: source.transport,
    })
    if (!this.#options.trusts(source)) stripIdentity(out)
    return out
  }

  #originOf(request: SipRequest, { transport, address, port }: Target): Origin {
    const source = { transport, address, port }
    const claimed = request.from.uri
    const user = this.#context.bindings.userOf(source, userOf(claimed))
    return user === undefined ? { source } : { source, user }
  }

  #failed(request: SipRequest, failure: Failure): SipResponse {
    this.#context.counters.overloaded++
    this.#context.logger.warn({ method: request.method, failure, callId: request.callId }, 'no core answered a request')
    return unavailable(request)
  }
}

/** 503 for now: RFC 3261 21.5.4 lets who is told so try elsewhere. */
export function unavailable(request: SipRequest): SipResponse {
  return responseTo(request, 503, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } })
}

function userOf(uri: string): string | undefined {
  return /^sips?:([^@:;]+)[@:;]/i.exec(uri)?.[1]
}
