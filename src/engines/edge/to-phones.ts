import { isIP } from 'node:net'
import type { Binding } from '#protocols/control'
import {
  type Failure,
  parseUri,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  type Target,
  uriTarget,
} from '#protocols/sip'
import type { Flow } from './flow-token.ts'
import { departing, readOwnRoutes } from './forward-request.ts'
import { type Attempt, Forwarding } from './forwarding.ts'
import type { NextHops } from './next-hop.ts'
import type { Origin } from './origin.ts'
import type { Forwardings, ProxyContext } from './proxy.ts'

/** How long an answer to a core is kept, to be sent again when a core comes: as long as SIP's own transactions. */
const ANSWER_MS = 32_000

/** Answers kept: the phones' answers of a busy second or two, which is what a takeover may have swallowed. */
export const ANSWERS_MAX = 2000

/** Where one copy of a request goes: the ways in the order in which they are tried while they cannot be reached. */
interface Destination {
  readonly uri?: string
  readonly ways: readonly Target[]
  readonly user?: string
}

/** What the routing says: destinations, or the status to answer with. */
type Routing = readonly Destination[] | number

/** Requests of the core: to a registered user, along a flow token, or to an address. */
export class ToPhones {
  readonly #context: ProxyContext
  readonly #hops: NextHops
  readonly #forwardings: Forwardings<Origin, Target> = new Map()
  /** Server transactions towards the core that have a final answer, oldest first. */
  readonly #answered = new Map<ServerTransaction<Origin>, number>()

  constructor(context: ProxyContext, hops: NextHops) {
    this.#context = context
    this.#hops = hops
  }

  /** How many requests wait for their final answer. */
  get count(): number {
    return this.#forwardings.size
  }

  /** A request other than ACK. */
  request(request: SipRequest, transaction: ServerTransaction<Origin>): void {
    if (request.method === 'CANCEL' && this.#cancel(request, transaction)) return
    const { key } = transaction
    const forwarding: Forwarding<Origin, Target> = new Forwarding({
      upstream: transaction,
      layer: this.#context.outside,
      clock: this.#context.clock,
      failed: (failure) => this.#failed(request, failure),
      passing: (response, target) => this.#passing(response, target),
      settled: () => {
        this.#forwardings.delete(key)
        this.#keep(transaction)
      },
    })
    this.#forwardings.set(key, forwarding)
    this.#context.counters.toPhones++
    const routed = request.clone()
    this.#withRouting(routed, (routing) => {
      if (typeof routing !== 'number') forwarding.start(routing.map((one) => this.#attempts(routed, request, one)))
      else {
        this.#forwardings.delete(key)
        transaction.respond(responseTo(request, routing))
      }
    })
  }

  /** An ACK for a 2xx: sent on without a transaction, by the first way that takes it. */
  ack(ack: SipRequest): void {
    const routed = ack.clone()
    this.#withRouting(routed, (routing) => {
      const [destination] = typeof routing === 'number' ? [] : routing
      if (destination) this.#sendAlong(this.#attempts(routed, ack, destination))
    })
  }

  #sendAlong([attempt, ...others]: readonly Attempt<Target>[]): void {
    if (attempt) this.#context.outside.send(attempt.request, attempt.target, () => this.#sendAlong(others))
  }

  /** Sends the latest answers once more, to a core that has just come and may have missed them. Says how many. */
  repeatAnswers(): number {
    const now = this.#context.clock.monotonic()
    let count = 0
    for (const [transaction, at] of this.#answered) {
      const response = transaction.lastResponse
      if (now - at > ANSWER_MS || !response) this.#answered.delete(transaction)
      else {
        this.#context.inside.send(response, transaction.source)
        count++
      }
    }
    return count
  }

  #cancel(cancel: SipRequest, transaction: ServerTransaction<Origin>): boolean {
    const invite = this.#context.inside.findInvite(cancel)
    if (!invite) return false
    transaction.respond(responseTo(cancel, 200))
    this.#forwardings.get(invite.key)?.cancel()
    return true
  }

  #withRouting(request: SipRequest, use: (routing: Routing) => void): void {
    const routing = this.#route(request)
    if (!(routing instanceof Promise)) use(routing)
    else {
      routing.then(use).catch((error: unknown) => {
        this.#context.counters.failed++
        this.#context.logger.error({ error: String(error), callId: request.callId }, 'request of the core not routed')
      })
    }
  }

  /** Where a request goes (RFC 3261 16.5). Takes our own values off its Route. */
  #route(request: SipRequest): Routing | Promise<Routing> {
    const { own, tokens } = this.#context
    if (request.maxForwards === 0) return 483
    const { flow } = readOwnRoutes(request, own, tokens)
    if (flow) return [this.#alongFlow(flow, request)]
    const next = request.routes[0]?.uri
    const uri = parseUri(next ?? request.uri)
    if (!uri) return 416
    if (next !== undefined || !own.is(uri)) return this.#toHost(uri)
    const token = uri.user === undefined ? undefined : tokens.open(uri.user)
    if (token) return [this.#alongFlow(token, request)]
    return uri.user === undefined ? 404 : this.#toUser(uri.user)
  }

  #toUser(user: string): Routing {
    const bindings = this.#context.bindings.of(user)
    if (bindings.length === 0) return 480
    const own = bindings.filter((binding) => this.#isReachedHere(binding))
    return byPhone(own.length > 0 ? own : bindings).map((flows) => {
      const targets = flows.map((binding) => this.#context.tokens.open(binding.flow))
      const ways = [...targets.map((flow) => flow && targetOf(flow)), directTarget(flows[0]!.contact)]
      return { uri: flows[0]!.contact, user, ways: distinct(ways) }
    })
  }

  /** Whether the contact's connection may be one of ours; a datagram reaches a phone from any edge. */
  #isReachedHere({ edge, flow }: Binding): boolean {
    const { name, tokens } = this.#context
    return edge === undefined || edge === name || tokens.open(flow)?.transport === 'udp'
  }

  /** The flow itself; if it is gone, the flows that its user has now, and the address in the Request-URI. */
  #alongFlow(flow: Flow, request: SipRequest): Destination {
    const ways = [targetOf(flow)]
    if (flow.transport === 'udp') return { ways }
    const { bindings, tokens, own } = this.#context
    const all = flow.user === undefined ? [] : bindings.of(flow.user)
    const near = all.filter((binding) => this.#isReachedHere(binding))
    for (const binding of [...near, ...all]) {
      const other = tokens.open(binding.flow)
      if (other) ways.push(targetOf(other))
    }
    const uri = request.sipUri
    const direct = uri && !own.is(uri) && request.routes.length === 0 ? directTarget(request.uri) : undefined
    return { ways: distinct([...ways, direct]), ...(flow.user === undefined ? {} : { user: flow.user }) }
  }

  #toHost(uri: NonNullable<ReturnType<typeof parseUri>>): Routing | Promise<Routing> {
    const target = uriTarget(uri)
    if (!target) return 503
    const address = this.#hops.find(target.address)
    const named = isIP(target.address) > 0 ? {} : { host: target.address }
    const at = (found: string | undefined): Routing =>
      found ? [{ ways: [{ ...target, ...named, address: found }] }] : 503
    return typeof address === 'string' ? at(address) : address.then(at)
  }

  #attempts(routed: SipRequest, received: SipRequest, destination: Destination): Attempt<Target>[] {
    const { own, tokens, branches } = this.#context
    return destination.ways.map((target, index) => {
      const flow = destination.user === undefined ? target : { ...target, user: destination.user }
      const request = departing(routed, own, {
        branch: branches.of(received, `${destination.uri ?? ''} ${index}`),
        transport: target.transport.toUpperCase(),
        outer: () => tokens.seal(flow),
        outerTransport: target.transport,
        ...(destination.uri === undefined ? {} : { uri: destination.uri }),
      })
      return { request, target }
    })
  }

  #passing(response: SipResponse, target: Target): void {
    const { transport, address, port } = target
    const source = { transport, address, port }
    const user = this.#context.bindings.userOf(source, undefined)
    this.#context.origins.set(response, user === undefined ? { source } : { source, user })
  }

  /** 430 (RFC 5626 5.3.1): the flow is gone, the core may look for the user again; 480 when all contacts cannot be reached, 503 for a trunk. */
  #failed(request: SipRequest, failure: Failure): SipResponse {
    if (failure === 'timeout') return responseTo(request, 408)
    if (failure === 'overload') return responseTo(request, 503)
    if (request.routes.length > 0) return responseTo(request, 430)
    const uri = request.sipUri
    return responseTo(request, uri && !this.#context.own.is(uri) ? 503 : 480)
  }

  #keep(transaction: ServerTransaction<Origin>): void {
    this.#answered.set(transaction, this.#context.clock.monotonic())
    if (this.#answered.size <= ANSWERS_MAX) return
    const oldest = this.#answered.keys().next()
    if (!oldest.done) this.#answered.delete(oldest.value)
  }
}

/** RFC 5626 5.3, 7: the flows of one phone are ways to the same phone, tried in turn; contacts without are phones of their own. */
function byPhone(bindings: readonly Binding[]): readonly (readonly Binding[])[] {
  const phones = new Map<string, Binding[]>()
  for (const [index, binding] of bindings.entries()) {
    const key = binding.regId === undefined ? `${index}` : `instance ${binding.instance}`
    phones.set(key, [...(phones.get(key) ?? []), binding])
  }
  return [...phones.values()]
}

function targetOf({ transport, address, port }: Flow): Target {
  return { transport, address, port }
}

/** The address that a contact names itself; nothing for a name, which behind a phone is of no use. */
function directTarget(contact: string): Target | undefined {
  const uri = parseUri(contact)
  const target = uri && uriTarget(uri)
  return target && isIP(target.address) > 0 ? target : undefined
}

function distinct(targets: readonly (Target | undefined)[]): Target[] {
  const seen = new Map<string, Target>()
  for (const target of targets) {
    if (target) seen.set(`${target.transport} ${target.address} ${target.port}`, seen.get(keyOf(target)) ?? target)
  }
  return [...seen.values()]
}

function keyOf(target: Target): string {
  return `${target.transport} ${target.address} ${target.port}`
}
