import type { VirtualClock } from '#base'
import type { CoreNotice, EdgeGreeting, EdgeNotice } from '#protocols/control'
import {
  type AnySipMessage,
  formatVia,
  newBranch,
  parseMessage,
  parseVia,
  responseTo,
  SipRequest,
  type SipResponse,
} from '#protocols/sip'
import type { TestPhone } from './takeover-phone.ts'

interface FromPhone {
  readonly phone: TestPhone
  readonly text: string
  readonly method: string
  answered: boolean
}

interface FromCore {
  readonly request: SipRequest
  last?: SipResponse
}

const T1_MS = 500

/** An edge in memory: a proxy that holds transactions on both sides, and knows which phone is which user. */
export class TestEdge {
  readonly greeting: EdgeGreeting = { role: 'edge', name: 'edge-1', instance: 'a', sipHost: '192.0.2.1', sipPort: 5060 }
  readonly phones = new Map<string, TestPhone>()
  /** Requests of the core that no phone is there for, and responses that nobody awaits. */
  readonly strays: string[] = []
  readonly #clock: VirtualClock
  readonly #fromPhones = new Map<string, FromPhone>()
  readonly #fromCore = new Map<string, FromCore>()
  /** Sends to the core; what is sent while none is there is lost. */
  deliver: (notice: EdgeNotice) => void = () => {}

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  /** What the edge says to a core that has just come. */
  announce(): void {
    for (const phone of this.phones.values()) if (phone.registered) this.tellBinding(phone)
  }

  tellBinding(phone: TestPhone): void {
    const binding = {
      contact: 'sip:x@192.0.2.50',
      flow: 'f',
      expiresAt: this.#clock.now() + 3_600_000,
      updatedAt: 0,
      callId: 'c',
      cseq: 1,
    }
    this.deliver({ type: 'bindings', user: phone.extension, bindings: phone.registered ? [binding] : [] })
  }

  /** A request of a phone: repeated until it is answered, as over UDP. */
  send(phone: TestPhone, request: SipRequest): void {
    const out = request.clone()
    const branch = newBranch()
    out.prepend('Via', `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch}`)
    if (out.method === 'INVITE') out.prepend('Record-Route', '<sip:192.0.2.1:5060;lr;flow=t>')
    const entry = { phone, text: out.toString(), method: out.method, answered: false }
    if (out.method !== 'ACK') this.#fromPhones.set(branch, entry)
    this.#repeat(entry, 0)
  }

  #repeat(entry: FromPhone, count: number): void {
    if (entry.answered || count > 10) return
    const { phone } = entry
    const user = phone.registered ? { user: phone.extension } : {}
    this.deliver({
      type: 'sip',
      message: entry.text,
      source: { transport: 'udp', address: '192.0.2.50', port: 5060 },
      ...user,
    })
    if (entry.method !== 'ACK')
      this.#clock.after(Math.min(T1_MS * 2 ** count, 4000), () => this.#repeat(entry, count + 1))
  }

  after(delayMs: number, call: () => void): void {
    this.#clock.after(delayMs, call)
  }

  /** What the core says. */
  take(notice: CoreNotice): void {
    if (notice.type !== 'sip') return
    const parsed = parseMessage(notice.message)
    if (!parsed.ok) throw new TypeError(`the core sent nonsense: ${parsed.fault.reason}\n${notice.message}`)
    const { message } = parsed
    if (message.kind === 'response') this.#response(message)
    else this.#request(message)
  }

  #response(response: SipResponse): void {
    const entry = this.#fromPhones.get(response.via.branch ?? '')
    if (!entry) {
      this.strays.push(`${response.status} ${response.cseq.method}`)
      return
    }
    entry.answered = true
    const down = response.clone()
    down.removeFirst('Via')
    entry.phone.takeResponse(down)
    if (response.status >= 300 && entry.method === 'INVITE') this.deliver(this.#wrap(ackFor(response)))
  }

  #wrap(message: AnySipMessage): EdgeNotice {
    return { type: 'sip', message: message.toString(), source: { transport: 'udp', address: '192.0.2.50', port: 5060 } }
  }

  #request(request: SipRequest): void {
    const branch = request.via.branch ?? ''
    const key = `${branch} ${request.method}`
    if (request.method === 'ACK') return this.#phoneOf(request)?.takeRequest(request, () => {})
    const known = this.#fromCore.get(key)
    if (known) {
      if (known.request.toString() !== request.toString())
        throw new TypeError(`not the same request again:\n${known.request}\n${request}`)
      if (known.last) this.deliver(this.#wrap(known.last))
      return
    }
    const entry: FromCore = { request }
    this.#fromCore.set(key, entry)
    if (request.method === 'CANCEL') return this.#cancel(request, entry)
    if (request.method === 'OPTIONS' && request.to.tag === undefined)
      return this.#answer(entry, responseTo(request, 200))
    const phone = this.#phoneOf(request)
    if (!phone) {
      this.strays.push(`${request.method} ${request.uri}`)
      return this.#answer(entry, responseTo(request, request.method === 'INVITE' ? 480 : 481))
    }
    if (request.method === 'INVITE') this.#answer(entry, responseTo(request, 100))
    phone.takeRequest(request, (response) => this.#answer(entry, response))
  }

  #cancel(request: SipRequest, entry: FromCore): void {
    const invite = this.#fromCore.get(`${request.via.branch} INVITE`)
    this.#answer(entry, responseTo(request, invite ? 200 : 481))
    if (invite && (invite.last?.status ?? 100) < 200) this.#phoneOf(invite.request)?.takeCancel(invite.request)
  }

  #answer(entry: FromCore, response: SipResponse): void {
    entry.last = response
    this.deliver(this.#wrap(response))
  }

  #phoneOf(request: SipRequest): TestPhone | undefined {
    for (const phone of this.phones.values()) if (phone.knows(request.callId)) return phone
    const user = request.sipUri?.user ?? ''
    const phone = this.phones.get(user)
    return phone?.registered ? phone : undefined
  }
}

function ackFor(response: SipResponse): SipRequest {
  const via = parseVia(response.getAll('via')[0] ?? '')
  const ack = new SipRequest('ACK', 'sip:192.0.2.1', [])
  if (via) ack.append('Via', formatVia(via))
  ack.append('From', response.get('from') ?? '').append('To', response.get('to') ?? '')
  return ack.append('Call-ID', response.callId).append('CSeq', `${response.cseq.number} ACK`).append('Max-Forwards', 70)
}
