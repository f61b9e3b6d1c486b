import type { SipSource } from '#protocols/control'
import {
  checkForProxy,
  classify,
  type Receiver,
  replyTarget,
  responseTarget,
  responseTo,
  type ServerTransaction,
  type SipFault,
  type SipRequest,
  type SipResponse,
  type Target,
  type TcpTransport,
  type TlsTransport,
  TransactionLayer,
  TransportLayer,
  type UdpTransport,
  type WsTransport,
} from '#protocols/sip'
import { BindingFile, type KeptBindings } from './binding-file.ts'
import { BindingNotices } from './binding-notices.ts'
import { Bindings } from './bindings.ts'
import { Branches } from './branches.ts'
import { CoreLink } from './core-link.ts'
import { newCounters } from './counters.ts'
import { Credentials } from './credentials.ts'
import type { EdgeOptions, EdgeStatus } from './edge-options.ts'
import { FlowTokens } from './flow-token.ts'
import type { EdgeLimits } from './limits.ts'
import { isShed } from './load-shed.ts'
import { NextHops } from './next-hop.ts'
import { type Origin, Origins } from './origin.ts'
import { OwnAddress } from './own-address.ts'
import { Penalties } from './penalty.ts'
import { awaitsCore, type ProxyContext } from './proxy.ts'
import { Registrar } from './registrar.ts'
import { SourceRate } from './source-rate.ts'
import { ToCore, unavailable } from './to-core.ts'
import { ToPhones } from './to-phones.ts'
import { VisitorGate } from './visitor-gate.ts'

/** What digest authentication is named after unless told. */
const REALM = 'tandem'

/** What the edge itself answers to OPTIONS (TEL-08). */
const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, REFER, NOTIFY, SUBSCRIBE, MESSAGE'

interface Sockets {
  readonly udp: UdpTransport
  readonly tcp: TcpTransport
  readonly ws?: WsTransport
}

/** An edge whose sockets are open: the parts, and who hands what to whom. */
export class RunningEdge {
  readonly #options: EdgeOptions
  readonly #sockets: Sockets
  readonly #context: ProxyContext
  readonly #transport: TransportLayer
  readonly #link: CoreLink
  readonly #notices: BindingNotices
  readonly #rate: SourceRate
  readonly #registrar: Registrar
  readonly #bindingFile: BindingFile | undefined
  readonly #toCore: ToCore
  readonly #toPhones: ToPhones
  #draining = false
  #tls: TlsTransport | undefined

  constructor(options: EdgeOptions, limits: EdgeLimits, sockets: Sockets) {
    const { clock, logger, key } = options
    const { port } = sockets.udp.local
    this.#options = options
    this.#sockets = sockets
    this.#rate = new SourceRate(clock, limits.messagesPerSecondMax)
    const own = new OwnAddress({
      host: options.advertisedHost,
      port,
      listen: options.listen,
      domains: options.domains ?? [],
    })
    const tokens = new FlowTokens(key)
    const bindings: Bindings = new Bindings({
      clock,
      limits,
      tokens,
      changed: (user) => {
        this.#notices.tell(bindings, user)
        this.#bindingFile?.add(this.#kept(user))
      },
    })
    this.#bindingFile =
      options.bindingFile === undefined ? undefined : new BindingFile(options.bindingFile, options.logger)
    this.#transport = new TransportLayer((message, source) => this.#context.outside.receive(message, source), {
      check: (request) => this.#check(request),
      logger,
    })
    this.#transport.add(sockets.udp)
    this.#transport.add(sockets.tcp)
    if (sockets.ws) this.#transport.add(sockets.ws)
    sockets.ws?.onClosed((source, end) => bindings.connectionClosed(source, end))
    this.#context = {
      name: options.name,
      clock,
      logger,
      own,
      tokens,
      branches: new Branches(key),
      bindings,
      origins: new Origins({ transport: 'udp', address: own.host, port }),
      limits,
      counters: newCounters(),
      outside: this.#outside(limits),
      inside: this.#inside(limits),
    }
    this.#link = this.#newLink(port)
    this.#notices = new BindingNotices(clock, this.#link)
    const credentials = new Credentials({ clock, logger, ask: (user, waitMs) => this.#link.credential(user, waitMs) })
    const digest = { key, realm: options.realm ?? REALM, algorithms: options.algorithms }
    const penalties = new Penalties(clock)
    this.#registrar = new Registrar({ ...this.#context, digest, credentials, penalties })
    const trusted = new Set(options.trusted ?? [])
    this.#toCore = new ToCore(this.#context, {
      connected: () => this.#link.core !== undefined,
      aloneMs: () => this.#link.aloneMs,
      draining: () => this.#draining,
      trusts: ({ address }: SipSource) => trusted.has(address),
      visitors: new VisitorGate(clock, options.visitorCallsPerMinute ?? 0),
    })
    this.#toPhones = new ToPhones(this.#context, new NextHops(clock, logger, options.lookup))
  }

  /** Serves SIP over TLS too. */
  addTls(tls: TlsTransport): void {
    this.#tls = tls
    this.#transport.add(tls)
    this.#context.own.tlsPort = tls.local.port
  }

  /** Remembers the phones of its last life, and listens for cores. */
  async start(): Promise<void> {
    const { bindings } = this.#context
    for (const one of (await this.#bindingFile?.load()) ?? []) bindings.merge(one.user, one.bindings, one.removals)
    this.#bindingFile?.begin(() => bindings.users().map((user) => this.#kept(user)))
    await this.#link.start()
  }

  /** Bytes of a phone or trunk. */
  readonly receive: Receiver = (bytes, source, fault) => {
    const { counters } = this.#context
    counters.received++
    if (this.#rate.admits(source.address)) this.#transport.receive(bytes, source, fault)
    else counters.limited++
  }

  status(): EdgeStatus {
    const { name, instance } = this.#options
    const { own, bindings, outside, inside, counters } = this.#context
    const { core } = this.#link
    const { tcp, ws } = this.#sockets
    const tls = this.#tls
    const faults = Object.fromEntries(this.#transport.faults)
    counters.malformed = Object.values(faults).reduce((sum, count) => sum + count, 0)
    return {
      name,
      instance,
      sip: {
        host: own.host,
        port: own.port,
        ...(ws && { wsPort: ws.local.port }),
        ...(tls && { tlsPort: tls.local.port }),
      },
      control: this.#link.address,
      ...(core ? { core } : {}),
      lagMs: this.#link.lagMs,
      bindings: bindings.count,
      connections: tcp.counts.connections + (ws?.counts.connections ?? 0) + (tls?.counts.connections ?? 0),
      draining: this.#draining,
      transactions: {
        outside: outside.counts.client + outside.counts.server,
        inside: inside.counts.client + inside.counts.server,
        open: this.#toCore.count + this.#toPhones.count,
      },
      counters: { ...counters },
      faults,
    }
  }

  async close(): Promise<void> {
    this.#notices.close()
    this.#context.bindings.close()
    this.#context.outside.close()
    this.#context.inside.close()
    await Promise.all([this.#transport.close(), this.#link.close(), this.#bindingFile?.close()])
  }

  #kept(user: string): KeptBindings {
    const { bindings } = this.#context
    return { user, bindings: bindings.of(user), removals: bindings.removalsOf(user) }
  }

  #outside(limits: EdgeLimits): TransactionLayer<Target> {
    return new TransactionLayer<Target>(
      this.#transport,
      {
        onRequest: (request, transaction, source) => this.#dispatch(request, transaction, source),
        onAck: (ack, source) => this.#toCore.ack(ack, source),
        onStrayResponse: (response, source) => this.#strayOfPhone(response, source),
      },
      {
        clock: this.#options.clock,
        // 100 goes out when the core has said it: then the call is in the log.
        tryingAfterMs: null,
        replyTo: (request, source) => replyTarget(request.via, source),
        admits: (request) => this.#admits(request),
        transactionsMax: limits.transactionsMax,
      },
    )
  }

  #inside(limits: EdgeLimits): TransactionLayer<Origin> {
    const sender = {
      send: (message: SipRequest | SipResponse, origin: Origin) => this.#sendToCore(message, origin),
      reliable: () => false,
    }
    return new TransactionLayer<Origin>(
      sender,
      {
        onRequest: (request, transaction) => this.#toPhones.request(request, transaction),
        onAck: (ack) => this.#toPhones.ack(ack),
        onStrayResponse: (response) => this.#strayOfCore(response),
      },
      { clock: this.#options.clock, tryingAfterMs: null, transactionsMax: limits.transactionsMax },
    )
  }

  #newLink(sipPort: number): CoreLink {
    const { control, secret, name, node, instance, advertisedHost, clock, logger } = this.#options
    return new CoreLink({
      address: control,
      secret,
      greeting: {
        ...{ role: 'edge', name, instance, sipHost: advertisedHost, sipPort },
        ...(node !== undefined && { node }),
      },
      clock,
      logger,
      message: (text) => this.#receiveOfCore(text),
      drain: (on) => this.#drain(on),
      bindings: ({ user, bindings, removals }) => this.#context.bindings.merge(user, bindings, removals),
      connected: () => this.#coreConnected(),
    })
  }

  /** What is refused before it becomes a transaction (RFC 3261 16.3). What ends here needs no more hops. */
  #check(request: SipRequest): SipFault | undefined {
    const fault = checkForProxy(request)
    return fault?.code === 'max-forwards' && this.#isForUs(request) ? undefined : fault
  }

  /** More calls than the core can do end here, at the least price. */
  #admits(request: SipRequest): boolean {
    const begins = request.method === 'INVITE' && request.to.tag === undefined
    if (!begins || !isShed(request.callId, this.#link.lagMs)) return true
    this.#context.counters.overloaded++
    return false
  }

  #isForUs(request: SipRequest): boolean {
    const uri = request.sipUri
    if (!uri || !this.#context.own.is(uri)) return false
    return request.method === 'REGISTER' || (request.method === 'OPTIONS' && uri.user === undefined)
  }

  #dispatch(request: SipRequest, transaction: ServerTransaction<Target>, source: Target): void {
    if (!this.#isForUs(request)) this.#toCore.request(request, transaction, source)
    else if (this.#draining && !isRemoval(request)) transaction.respond(unavailable(request))
    else if (request.method === 'REGISTER') this.#registrar.register(request, transaction, source)
    else transaction.respond(responseTo(request, 200, { headers: { Allow: ALLOW, Accept: 'application/sdp' } }))
  }

  /** RFC 3263 4.3: who gets 503 tries another server, and whoever checks targets with OPTIONS finds this one out of service. */
  #drain(on: boolean): void {
    if (on === this.#draining) return
    this.#draining = on
    const what = on ? 'this edge takes no new calls and registrations' : 'this edge takes calls and registrations again'
    this.#options.logger.warn({ draining: on }, what)
  }

  #receiveOfCore(text: string): void {
    const { inside, counters, logger } = this.#context
    const verdict = classify(text)
    if (verdict.action === 'take request') {
      if (!this.#repeatSuccess(verdict.request)) inside.receive(verdict.request, this.#context.origins.own)
    } else if (verdict.action === 'take response') inside.receive(verdict.response, this.#context.origins.own)
    else {
      counters.failed++
      logger.error({ fault: verdict.fault.reason }, 'a message of the core cannot be read')
    }
  }

  /**
   * DEVIATION: RFC 6026 8.7 lets a server transaction in state accepted swallow repeated INVITEs, since the user agent
   * repeats its 2xx by itself. Here the one who repeats the INVITE is the next core, and it must learn at once that the phone
   * has answered: a phone that got an ACK repeats nothing.
   */
  #repeatSuccess(request: SipRequest): boolean {
    if (request.method !== 'INVITE') return false
    const transaction = this.#context.inside.findInvite(request)
    const success = transaction?.state === 'accepted' ? transaction.lastResponse : undefined
    if (success) this.#context.inside.send(success, this.#context.origins.own)
    return success !== undefined
  }

  #sendToCore(message: SipRequest | SipResponse, origin: Origin): void {
    const { source, user } = this.#context.origins.of(message, origin)
    const notice = {
      type: 'sip',
      message: message.toString(),
      source,
      ...(user === undefined ? {} : { user }),
    } as const
    if (!this.#link.notify(notice)) this.#context.counters.undelivered++
  }

  #coreConnected(): void {
    const { bindings, counters, inside } = this.#context
    counters.retransmitted += this.#toPhones.repeatAnswers() + inside.retransmitNow(awaitsCore)
    this.#notices.tellAll(bindings)
  }

  /** A phone's answer to a request that another incarnation of this edge, or another edge of the pool, sent: its Via says so, and who asked. */
  #strayOfPhone(response: SipResponse, source: Target): void {
    const { branches, counters, inside, bindings } = this.#context
    if (!branches.vouchesFor(response)) {
      counters.stray++
      return
    }
    counters.stateless++
    const { transport, address, port } = source
    const user = bindings.userOf(source, undefined)
    const origin = { source: { transport, address, port }, ...(user === undefined ? {} : { user }) }
    inside.send(response.clone().removeFirst('Via'), origin)
  }

  /** A core's answer to a request that another incarnation of this edge, or another edge of the pool, took, or a 2xx that is repeated for long. */
  #strayOfCore(response: SipResponse): void {
    const { own, branches, counters, outside } = this.#context
    const next = response.vias[1]
    const target = next && responseTarget(next)
    if (!(own.is(response.via) || branches.vouchesFor(response)) || !target) {
      counters.stray++
      return
    }
    counters.stateless++
    outside.send(response.clone().removeFirst('Via'), target)
  }
}

/** Whether a phone says that it is no longer there: that is heard at all times. */
function isRemoval(request: SipRequest): boolean {
  return request.method === 'REGISTER' && request.expires === 0
}
