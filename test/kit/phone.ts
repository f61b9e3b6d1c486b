import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { PhoneCall, type PhoneSip } from './phone-call.ts'
import type { PoorWay } from './poor-network.ts'
import { RtpStream, type RtpStreamOptions, RtpTicker, sharedNow } from './rtp-stream.ts'
import {
  answerChallenge,
  headerOf,
  methodOf,
  paramOf,
  placeOf,
  readSip,
  type SipText,
  statusOf,
  token,
  uriOf,
  writeSip,
} from './sip-text.ts'

/** Timers of RFC 3261 that a UDP phone needs. */
const T1_MS = 500
const T2_MS = 4_000
const TRANSACTION_MS = 64 * T1_MS

export interface PhoneOptions {
  /** The outbound proxy: the system under test. */
  readonly server: { readonly host: string; readonly port: number }
  /** SIP user: the extension of an agent, or any caller's number. */
  readonly user: string
  readonly password?: string
  readonly host?: string
  /** Sends the packets of all calls; shared by many phones in a load test. */
  readonly ticker?: RtpTicker
  /** Numbers the streams of this phone's calls from here. */
  readonly stream?: number
  /** Gives the numbers of the streams in place of counting, where they must be unique among many phones. */
  readonly nextStream?: () => number
  readonly gapSeen?: RtpStreamOptions['gapSeen']
  /** Registers this address in place of its own: calls then go to another program. */
  readonly contact?: string
  /** The first RTP sequence number of each stream; 65,000 wraps soon. */
  readonly firstSequence?: () => number
  /** Sees each whole message, with the moment that all processes of the machine share. */
  readonly wire?: (way: PhoneTrace['way'], text: string, at: number) => void
  /** What its messages go through, both ways; unset, a network that loses nothing. */
  readonly network?: PoorWay
}

/** One message that went over the wire, for the picture that a failing test prints. */
export interface PhoneTrace {
  readonly at: number
  readonly way: 'sent' | 'received'
  readonly start: string
  readonly cseq: string
  readonly callId: string
}

interface Pending {
  readonly done: (response: SipText) => void
  readonly progress: (response: SipText) => void
}

const TRACE_MAX = 500

/**
 * A SIP phone on UDP that does what a test tells it, when it tells it: it can leave a 200 without its ACK, ring without answering, and go on
 * with a dialog after the core behind the edge was killed. It shares no code with the product.
 */
export class Phone {
  readonly user: string
  readonly ticker: RtpTicker
  readonly trace: PhoneTrace[] = []
  readonly calls = new Map<string, PhoneCall>()
  /** What to do with a call that comes in; the default lets it ring. */
  incoming: (call: PhoneCall) => void = (call) => call.ring()
  readonly #options: PhoneOptions
  readonly #socket: Socket
  readonly #pending = new Map<string, Pending>()
  readonly #answered = new Map<string, string>()
  readonly #host: string
  readonly #registrationId = token()
  /** Addresses that belong to another server now. */
  readonly #moved = new Map<string, { readonly host: string; readonly port: number }>()
  #registrations = 0
  #streams: number
  #closed = false

  private constructor(socket: Socket, options: PhoneOptions) {
    this.#socket = socket
    this.#options = options
    this.#host = options.host ?? '127.0.0.1'
    this.user = options.user
    this.ticker = options.ticker ?? new RtpTicker()
    this.#streams = options.stream ?? Math.floor(Math.random() * 2 ** 30) + 1
    socket.on('message', (bytes, from) => this.#passThrough(() => this.#receive(bytes, from)))
    socket.on('error', () => {})
  }

  static async open(options: PhoneOptions): Promise<Phone> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    await new Promise<void>((resolve, reject) =>
      socket.once('error', reject).bind(0, options.host ?? '127.0.0.1', resolve),
    )
    return new Phone(socket, options)
  }

  /** From now on the address of that server is this one's, as when another machine has taken it over. */
  takenOver(
    from: { readonly host: string; readonly port: number },
    by: { readonly host: string; readonly port: number },
  ): void {
    this.#moved.set(`${from.host}:${from.port}`, by)
  }

  get contact(): string {
    return this.#options.contact ?? `sip:${this.user}@${this.#host}:${(this.#socket.address() as AddressInfo).port}`
  }

  get #sip(): PhoneSip {
    const { server } = this.#options
    return {
      user: this.user,
      host: this.#host,
      domain: `${server.host}:${server.port}`,
      contact: this.contact,
      request: (start, headers, body, progress) => this.#request(start, headers, body, progress),
      send: (text, uri) => this.#sendText(text, uri === undefined ? server : placeOf(uri)),
      respond: (request, status, extra, body) => this.#respond(request, status, extra, body),
      via: () => this.#via(),
    }
  }

  /** Registers (or with 0 ends the registration) and answers a challenge; gives the status of the last answer. */
  async register(expiresS = 300, password = this.#options.password): Promise<number> {
    const uri = `sip:${this.#options.server.host}:${this.#options.server.port}`
    const attempt = (authorization?: readonly [string, string]) => {
      this.#registrations += 1
      const headers: [string, string][] = [
        ['From', `<sip:${this.user}@${this.#options.server.host}>;tag=${token()}`],
        ['To', `<sip:${this.user}@${this.#options.server.host}>`],
        ['Call-ID', this.#registrationId],
        ['CSeq', `${this.#registrations} REGISTER`],
        ['Contact', `<${this.contact}>`],
        ['Expires', String(expiresS)],
        ...(authorization ? [[...authorization] as [string, string]] : []),
      ]
      return this.#request(`REGISTER ${uri} SIP/2.0`, headers)
    }
    const first = await attempt()
    const challenge = headerOf(first, 'www-authenticate') || headerOf(first, 'proxy-authenticate')
    if (![401, 407].includes(statusOf(first)) || password === undefined) return statusOf(first)
    const value = answerChallenge(challenge, { method: 'REGISTER', uri, user: this.user, password })
    return statusOf(await attempt([statusOf(first) === 401 ? 'Authorization' : 'Proxy-Authorization', value]))
  }

  /** Dials a number; the call is in `calling` when this returns. */
  async dial(number: string, options: { readonly body?: string; readonly stream?: number } = {}): Promise<PhoneCall> {
    const media = await this.#openMedia(options.stream)
    const call = new PhoneCall(this.#sip, media, { direction: 'out', number, body: options.body })
    this.calls.set(call.id, call)
    this.#follow(call)
    call.start()
    return call
  }

  /** Sends any text to the server, for tests of hostile input. */
  sendRaw(text: string): void {
    this.#sendText(text, this.#options.server)
  }

  /** A request outside any call, such as OPTIONS. */
  ask(method: string, uri: string): Promise<SipText> {
    return this.#request(`${method} ${uri} SIP/2.0`, [
      ['From', `<sip:${this.user}@${this.#options.server.host}>;tag=${token()}`],
      ['To', `<${uri}>`],
      ['Call-ID', token()],
      ['CSeq', `1 ${method}`],
    ])
  }

  /** The last messages as a person reads them. */
  picture(): string {
    return this.trace
      .map(({ at, way, start, cseq }) => `${at.toFixed(0)} ${way === 'sent' ? '→' : '←'} ${start} (${cseq})`)
      .join('\n')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const call of this.calls.values()) call.drop()
    if (!this.#options.ticker) this.ticker.close()
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }

  async #openMedia(stream?: number): Promise<RtpStream> {
    const { nextStream, gapSeen, firstSequence } = this.#options
    const own = stream ?? nextStream?.() ?? this.#streams++
    const first = firstSequence ? { sequence: firstSequence() } : {}
    return RtpStream.open({ stream: own, host: this.#host, ...(gapSeen ? { gapSeen } : {}), ...first })
  }

  #follow(call: PhoneCall): void {
    this.ticker.add(call.media)
    void call.ended.then(() => {
      this.ticker.remove(call.media)
      call.media.close()
    })
  }

  #via(): string {
    const { port } = this.#socket.address() as AddressInfo
    return `SIP/2.0/UDP ${this.#host}:${port};branch=z9hG4bK${token()};rport`
  }

  async #request(
    start: string,
    headers: readonly (readonly [string, string])[],
    body?: string,
    progress: (response: SipText) => void = () => {},
  ): Promise<SipText> {
    const via = headers.find(([name]) => name === 'Via')?.[1] ?? this.#via()
    const rest = headers.filter(([name]) => name !== 'Via' && name !== 'Max-Forwards')
    const text = writeSip(start, [['Via', via], ['Max-Forwards', '70'], ...rest], body)
    const method = start.split(' ')[0] ?? ''
    const route = headers.find(([name]) => name === 'Route')?.[1]
    const inDialog = headers.some(([name, value]) => name === 'To' && /;\s*tag=/.test(value))
    const to = route ? placeOf(uriOf(route)) : inDialog ? placeOf(start.split(' ')[1] ?? '') : this.#options.server
    return new Promise((resolve) => this.#transact({ text, method, via, to }, { done: resolve, progress }))
  }

  #transact(
    sending: { text: string; method: string; via: string; to: { host: string; port: number } },
    pending: Pending,
  ): void {
    const key = `${paramOf(sending.via, 'branch')} ${sending.method}`
    const begun = sharedNow()
    let waitMs = T1_MS
    let timer: NodeJS.Timeout | undefined
    const finish = (response: SipText) => {
      clearTimeout(timer)
      pending.done(response)
    }
    const repeat = () => {
      if (this.#closed) return
      if (sharedNow() - begun > TRANSACTION_MS) {
        this.#pending.delete(key)
        finish({ start: 'SIP/2.0 408 Timer B or F', headers: new Map(), body: '' })
        return
      }
      this.#sendText(sending.text, sending.to)
      timer = setTimeout(repeat, waitMs)
      waitMs = sending.method === 'INVITE' ? waitMs * 2 : Math.min(waitMs * 2, T2_MS)
    }
    const progress = (response: SipText) => {
      if (sending.method === 'INVITE') clearTimeout(timer)
      pending.progress(response)
    }
    this.#pending.set(key, { done: finish, progress })
    repeat()
  }

  #sendText(text: string, to: { host: string; port: number }): void {
    if (this.#closed) return
    this.#note('sent', text)
    this.#put(text, to)
  }

  #put(text: string, { host, port }: { host: string; port: number }): void {
    this.#passThrough(() => {
      const now = this.#moved.get(`${host}:${port}`) ?? { host, port }
      if (!this.#closed) this.#socket.send(text, now.port, now.host)
    })
  }

  #passThrough(deliver: () => void): void {
    if (this.#options.network) this.#options.network(deliver)
    else deliver()
  }

  #note(way: PhoneTrace['way'], text: string): void {
    const message = readSip(text)
    if (!message) return
    const at = sharedNow()
    this.#options.wire?.(way, text, at)
    if (this.trace.length >= TRACE_MAX) this.trace.shift()
    const [cseq, callId] = [headerOf(message, 'cseq'), headerOf(message, 'call-id')]
    this.trace.push({ at, way, start: message.start, cseq, callId })
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const text = bytes.toString()
    const message = readSip(text)
    if (!message || this.#closed) return
    this.#note('received', text)
    if (statusOf(message) > 0) this.#receiveResponse(message)
    else this.#receiveRequest(message, from)
  }

  #receiveResponse(response: SipText): void {
    const key = `${paramOf(headerOf(response, 'via'), 'branch')} ${methodOf(response)}`
    const pending = this.#pending.get(key)
    const status = statusOf(response)
    if (!pending || status < 200) {
      pending?.progress(response)
      if (!pending && methodOf(response) === 'INVITE' && status >= 200) {
        this.calls.get(headerOf(response, 'call-id'))?.repeatedFinal(response)
      }
      return
    }
    this.#pending.delete(key)
    pending.done(response)
  }

  #receiveRequest(request: SipText, from: RemoteInfo): void {
    const key = `${paramOf(headerOf(request, 'via'), 'branch')} ${methodOf(request)}`
    const before = this.#answered.get(key)
    if (before !== undefined && methodOf(request) !== 'ACK') {
      if (before !== '') this.#put(before, { host: from.address, port: from.port })
      return
    }
    this.#answered.set(key, '')
    const call = this.calls.get(headerOf(request, 'call-id'))
    if (call) call.receive(request)
    else if (methodOf(request) === 'INVITE' && paramOf(headerOf(request, 'to'), 'tag') === '') void this.#take(request)
    else if (methodOf(request) === 'OPTIONS') this.#respond(request, 200)
    else if (methodOf(request) !== 'ACK') this.#respond(request, 481)
  }

  async #take(invite: SipText): Promise<void> {
    const media = await this.#openMedia()
    if (this.#closed) return media.close()
    const call = new PhoneCall(this.#sip, media, { direction: 'in', invite })
    this.calls.set(call.id, call)
    this.#follow(call)
    this.incoming(call)
  }

  #respond(request: SipText, status: number, extra: readonly (readonly [string, string])[] = [], body = ''): string {
    const copy = (name: string, title: string) =>
      (request.headers.get(name) ?? []).map((value) => [title, value] as [string, string])
    const [to = ''] = request.headers.get('to') ?? []
    const tagged = paramOf(to, 'tag') === '' && !extra.some(([name]) => name === 'To') ? `${to};tag=${token()}` : to
    const own = extra.filter(([name]) => name !== 'To')
    const text = writeSip(
      `SIP/2.0 ${status} ${REASONS[status] ?? 'Said So'}`,
      [
        ...copy('via', 'Via'),
        ...copy('record-route', 'Record-Route'),
        ...copy('from', 'From'),
        ['To', extra.find(([name]) => name === 'To')?.[1] ?? tagged],
        ...copy('call-id', 'Call-ID'),
        ...copy('cseq', 'CSeq'),
        ...own,
      ],
      body,
    )
    const via = headerOf(request, 'via')
    this.#answered.set(`${paramOf(via, 'branch')} ${methodOf(request)}`, text)
    const sentBy = /^SIP\/2\.0\/\w+\s+([^:;\s]+)(?::(\d+))?/.exec(via)
    this.#sendText(text, {
      host: paramOf(via, 'received') || (sentBy?.[1] ?? this.#options.server.host),
      port: Number(paramOf(via, 'rport') || (sentBy?.[2] ?? 5060)),
    })
    return text
  }
}

const REASONS: Readonly<Record<number, string>> = {
  180: 'Ringing',
  200: 'OK',
  202: 'Accepted',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  603: 'Decline',
}
