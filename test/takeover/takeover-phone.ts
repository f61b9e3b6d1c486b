import { assert } from '#base'
import { makeAnswer } from '#protocols/sdp'
import {
  createRequest,
  formatNameAddr,
  newCallId,
  newTag,
  responseTo,
  type SipRequest,
  type SipResponse,
} from '#protocols/sip'

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.50',
  's=-',
  'c=IN IP4 192.0.2.50',
  't=0 0',
  'm=audio 40000 RTP/AVP 8 0 101',
  'a=rtpmap:101 telephone-event/8000',
  'a=sendrecv',
  '',
].join('\r\n')

/** What a phone needs of the edge. */
export interface PhoneSide {
  readonly phones: Map<string, TestPhone>
  send(phone: TestPhone, request: SipRequest): void
  after(delayMs: number, call: () => void): void
}

interface Content {
  readonly body?: string
  readonly headers?: readonly (readonly [string, string])[]
}

type State = 'calling' | 'ringing' | 'confirmed' | 'over'

/** One call of a phone, with what a strict peer would complain about. */
export class TestCall {
  state: State
  readonly callId: string
  readonly localTag = newTag()
  remoteTag: string | undefined
  target = ''
  routes: string[] = []
  localSeq = 0
  remoteSeq = 0
  /** Statuses of answers to our requests, in order, without repetitions. */
  readonly statuses: string[] = []
  /** Methods of requests that came, without repetitions. */
  readonly requests: string[] = []
  /** The 200 to our INVITE, by CSeq: its bytes never change. */
  /** Our 200s without an ACK, by CSeq. */
  readonly unacknowledged = new Set<number>()
  readonly answers = new Map<number, string>()
  lateOffer = false
  from = ''
  to = ''
  sdp = ''

  constructor(callId: string, state: State) {
    this.callId = callId
    this.state = state
  }
}

/** A phone that does what a test tells it, and notes every breach of the dialog's rules. */
export class TestPhone {
  readonly extension: string
  registered: boolean
  readonly calls: TestCall[] = []
  readonly breaches: string[] = []
  /** What this phone fails to do. */
  readonly faults = new Set<'no ACK' | 'no answer' | 'late 200'>()
  /** What it answers requests in a dialog with. */
  inDialogStatus = 200
  /** It holds the call: whatever is offered, it does not want to hear. */
  #holds = false
  readonly #edge: PhoneSide
  #waiting: { request: SipRequest; respond: (response: SipResponse) => void } | undefined

  constructor(edge: PhoneSide, extension: string, registered: boolean) {
    this.#edge = edge
    this.extension = extension
    this.registered = registered
    edge.phones.set(extension, this)
  }

  get call(): TestCall {
    const call = this.calls.at(-1)
    assert(call, `phone ${this.extension} has a call`)
    return call
  }

  /** Whether a call rings here now. */
  get ringing(): boolean {
    return this.#waiting !== undefined
  }

  knows(callId: string): boolean {
    return this.calls.some((call) => call.callId === callId)
  }

  /** `offer` left empty is an INVITE without SDP. */
  dial(number: string, offer = OFFER, headers: Content['headers'] = []): TestCall {
    const call = new TestCall(newCallId(), 'calling')
    call.from = `<sip:${this.extension}@192.0.2.50>`
    call.to = `<sip:${number}@192.0.2.1>`
    call.target = `sip:${number}@192.0.2.1:5060`
    call.lateOffer = offer === ''
    this.calls.push(call)
    this.#send(call, 'INVITE', { body: offer, headers })
    return call
  }

  ring(): void {
    assert(this.#waiting, 'an INVITE waits')
    this.#waiting.respond(this.#response(this.#waiting.request, 180))
  }

  answer(): void {
    assert(this.#waiting, 'an INVITE waits')
    const { request, respond } = this.#waiting
    this.#waiting = undefined
    this.call.state = 'confirmed'
    this.#accept(request, respond)
  }

  reject(status: number, ...headers: readonly (readonly [string, string])[]): void {
    assert(this.#waiting, 'an INVITE waits')
    const { request, respond } = this.#waiting
    this.#waiting = undefined
    this.call.state = 'over'
    const response = this.#response(request, status)
    for (const [name, value] of headers) response.append(name, value)
    respond(response)
  }

  /** A header field of the INVITE that rings here. */
  heard(name: string): string | undefined {
    return this.#waiting?.request.get(name)
  }

  hangUp(): void {
    this.call.state = 'over'
    this.#send(this.call, 'BYE')
  }

  cancel(): void {
    const { call } = this
    const cancel = this.#make(call, 'CANCEL', call.localSeq, {})
    this.#edge.send(this, cancel)
  }

  reinvite(direction: 'sendonly' | 'sendrecv'): void {
    this.#holds = direction === 'sendonly'
    this.#send(this.call, 'INVITE', {
      body: OFFER.replace('a=sendrecv', `a=${direction}`).replace('- 1 1', `- 1 ${this.call.localSeq + 2}`),
    })
  }

  refer(to: string): void {
    this.#send(this.call, 'REFER', { headers: [['Refer-To', `<sip:${to}@192.0.2.1>`]] })
  }

  /** RFC 5589 7: the call is transferred to whom this phone talks to in the other one. */
  referTo(call: TestCall, consulted: TestCall): void {
    const replaces = `${consulted.callId};to-tag=${consulted.remoteTag};from-tag=${consulted.localTag}`
    const uri = `${consulted.target}?Replaces=${encodeURIComponent(replaces)}`
    this.#send(call, 'REFER', { headers: [['Refer-To', `<${uri}>`]] })
  }

  takeResponse(response: SipResponse): void {
    const call = this.calls.find((one) => one.callId === response.callId)
    if (!call) return
    const { method, number } = response.cseq
    if (response.status === 481) this.breaches.push(`${this.extension}: 481 to ${method}`)
    if (response.status >= 500 && response.status !== 503)
      this.breaches.push(`${this.extension}: ${response.status} to ${method}`)
    const word = `${response.status} ${method}`
    if (response.status > 100 && call.statuses.at(-1) !== word) call.statuses.push(word)
    if (method !== 'INVITE') return
    if (response.status >= 300 && call.state === 'calling') call.state = 'over'
    if (response.status < 200 || response.status > 299) return
    const known = call.answers.get(number)
    if (known !== undefined && known !== response.toString()) this.breaches.push(`another 200:\n${known}\n${response}`)
    call.answers.set(number, response.toString())
    call.remoteTag = response.to.tag
    call.target = response.contacts[0]?.uri ?? call.target
    call.routes = response.recordRoutes.map(formatNameAddr).reverse()
    call.sdp = response.body
    if (call.state === 'calling') call.state = 'confirmed'
    if (this.faults.has('no ACK')) return
    const late = number === 1 && call.lateOffer
    this.#edge.send(this, this.#make(call, 'ACK', number, late ? { body: answerTo(response.body) } : {}))
  }

  takeRequest(request: SipRequest, respond: (response: SipResponse) => void): void {
    const call = this.calls.findLast((one) => one.callId === request.callId)
    if (request.method === 'ACK') {
      call?.requests.push('ACK')
      call?.unacknowledged.delete(request.cseq.number)
      return
    }
    // After a challenge the same call is asked for again (RFC 3261 22.2).
    const isAgain = request.method === 'INVITE' && request.to.tag === undefined
    if (!call || isAgain) return this.#rung(request, respond)
    if (this.faults.has('no answer')) return
    if (request.cseq.number <= call.remoteSeq)
      this.breaches.push(`${this.extension}: CSeq ${request.cseq.number} again`)
    if (request.to.tag !== call.localTag || request.from.tag !== call.remoteTag) this.breaches.push('wrong tags')
    call.remoteSeq = request.cseq.number
    call.requests.push(request.method)
    if (request.method === 'BYE') call.state = 'over'
    if (request.method === 'INVITE') call.sdp = request.body
    const { inDialogStatus: status } = this
    if (request.method === 'INVITE' && status === 200) this.#accept(request, respond)
    else respond(this.#response(request, request.method === 'BYE' ? 200 : status))
  }

  takeCancel(invite: SipRequest): void {
    if (this.#waiting?.request.callId !== invite.callId) return
    const { request, respond } = this.#waiting
    this.#waiting = undefined
    if (this.faults.has('late 200')) return this.#accept(request, respond)
    this.call.state = 'over'
    respond(this.#response(request, 487))
  }

  /** RFC 3261 13.3.1.4: the 200 again and again, until its ACK. */
  #accept(request: SipRequest, respond: (response: SipResponse) => void, count = 0): void {
    const call = this.calls.findLast((one) => one.callId === request.callId)
    const { number } = request.cseq
    if (!call || (count > 0 && !call.unacknowledged.has(number))) return
    if (count > 10) {
      this.breaches.push(`${this.extension}: no ACK for ${number}`)
      return
    }
    call.unacknowledged.add(number)
    const answer = answerTo(request.body)
    respond(this.#response(request, 200, this.#holds ? answer.replace('a=sendrecv', 'a=sendonly') : answer))
    this.#edge.after(Math.min(500 * 2 ** count, 4000), () => this.#accept(request, respond, count + 1))
  }

  #rung(request: SipRequest, respond: (response: SipResponse) => void): void {
    const call = new TestCall(request.callId, 'ringing')
    call.remoteTag = request.from.tag
    call.remoteSeq = request.cseq.number
    call.from = formatNameAddr({ uri: request.to.uri, params: [] })
    call.to = formatNameAddr({
      uri: request.from.uri,
      params: [],
      ...(request.from.display && { display: request.from.display }),
    })
    call.target = request.contacts[0]?.uri ?? ''
    call.routes = request.recordRoutes.map(formatNameAddr)
    call.sdp = request.body
    call.requests.push('INVITE')
    this.calls.push(call)
    this.#waiting = { request, respond }
  }

  #send(call: TestCall, method: string, content: Content = {}): void {
    call.localSeq++
    this.#edge.send(this, this.#make(call, method, call.localSeq, content))
  }

  #make(call: TestCall, method: string, cseq: number, { body = '', headers = [] }: Content): SipRequest {
    return createRequest({
      method,
      uri: call.target,
      cseq,
      via: [`SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK${call.localTag}${cseq}${method === 'ACK' ? 'a' : ''}`],
      routes: call.routes,
      from: `${call.from};tag=${call.localTag}`,
      to: call.remoteTag === undefined ? call.to : `${call.to};tag=${call.remoteTag}`,
      callId: call.callId,
      contact: `<sip:${this.extension}@192.0.2.50:5060>`,
      headers,
      ...(body !== '' && { body, contentType: 'application/sdp' }),
    })
  }

  #response(request: SipRequest, status: number, body = ''): SipResponse {
    const { localTag } = this.calls.findLast((one) => one.callId === request.callId) ?? this.call
    return responseTo(request, status, {
      toTag: localTag,
      headers: [['Contact', `<sip:${this.extension}@192.0.2.50:5060>`]],
      ...(body !== '' && { body, contentType: 'application/sdp' }),
    })
  }
}

function answerTo(offer: string): string {
  const made = makeAnswer(offer, { address: '192.0.2.50', port: 40_002 }, { sessionId: '7' })
  assert(made.ok, 'the core offers what a phone can take')
  return made.answer.text
}
