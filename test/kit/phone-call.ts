import type { RtpStream } from './rtp-stream.ts'
import { headerOf, methodOf, paramOf, type SipText, statusOf, token, uriOf, writeSip } from './sip-text.ts'

/** What a call needs of its phone. */
export interface PhoneSip {
  readonly user: string
  readonly host: string
  readonly domain: string
  readonly contact: string
  request(
    start: string,
    headers: readonly (readonly [string, string])[],
    body?: string,
    progress?: (response: SipText) => void,
  ): Promise<SipText>
  /** Sends a text to the place of this URI, or to the server. */
  send(text: string, uri?: string): void
  respond(request: SipText, status: number, extra?: readonly (readonly [string, string])[], body?: string): string
  via(): string
}

type Origin =
  | { readonly direction: 'out'; readonly number: string; readonly body?: string | undefined }
  | { readonly direction: 'in'; readonly invite: SipText }

/** How a call ended: by whom, or with which status. */
export interface PhoneEnd {
  readonly by: 'us' | 'them' | 'refused' | 'cancelled' | 'dropped'
  readonly status?: number
}

/** How often and how long a 200 is repeated until its ACK comes (RFC 3261 13.3.1.4). */
const REPEAT_MS = [500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000]

/** One call of a {@link Phone}: dialog, session description and the RTP stream that goes with it. */
export class PhoneCall {
  readonly id: string
  readonly media: RtpStream
  readonly direction: 'in' | 'out'
  state: 'calling' | 'ringing' | 'connected' | 'ended' = 'calling'
  /** Provisional statuses as they came. */
  readonly provisionals: number[] = []
  /** Statuses of all finals to our INVITEs. */
  readonly finals: number[] = []
  /** Whether whoever refused said when to come back. */
  retryAfter = false
  /** Requests that came inside the dialog, by method. */
  readonly requests: SipText[] = []
  /** Called at each change: {@link PhoneCall.until} listens here. */
  readonly #listeners = new Set<() => void>()
  /** The caller's number as an incoming INVITE shows it. */
  readonly from: string
  /** When set, a 200 to our INVITE is not acknowledged until {@link acknowledge}. */
  holdAck = false
  acked = false
  readonly ended: Promise<PhoneEnd>
  end: PhoneEnd | undefined
  #resolveEnded: (end: PhoneEnd) => void = () => {}
  readonly #sip: PhoneSip
  readonly #origin: Origin
  #localTag = token()
  #remoteTag = ''
  #remoteTarget = ''
  /** What it asked for last: a phone that holds a call answers so too. */
  #direction: 'sendrecv' | 'sendonly' | 'inactive' = 'sendrecv'
  #remote = ''
  #routes: readonly string[] = []
  #cseq = Math.floor(Math.random() * 1_000) + 1
  #inviteCseq = 0
  #inviteVia = ''
  #sdpVersion = 1
  #ack = ''
  #repeats: NodeJS.Timeout | undefined
  #cancelled = false

  constructor(sip: PhoneSip, media: RtpStream, origin: Origin) {
    this.#sip = sip
    this.media = media
    this.#origin = origin
    this.direction = origin.direction
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    if (origin.direction === 'out') {
      this.id = `${token()}@phone`
      this.from = sip.user
      this.#remote = `<sip:${origin.number}@${sip.domain}>`
      this.#remoteTarget = `sip:${origin.number}@${sip.domain}`
    } else {
      const { invite } = origin
      this.id = headerOf(invite, 'call-id')
      this.from = /^sips?:([^@]*)@/.exec(uriOf(headerOf(invite, 'from')))?.[1] ?? ''
      this.#remote = headerOf(invite, 'from')
      this.#remoteTag = paramOf(this.#remote, 'tag')
      this.#remoteTarget = uriOf(headerOf(invite, 'contact'))
      this.#routes = invite.headers.get('record-route') ?? []
      this.#takeSdp(invite.body)
    }
  }

  /** Sends the INVITE; the phone calls this once. */
  start(): void {
    if (this.#origin.direction === 'out') void this.#invite(this.#origin.body ?? this.sdp('sendrecv'))
  }

  /** Waits until the condition holds, looking after each change; fails with the sentence after the time. */
  async until(what: string, condition: () => boolean, timeoutMs = 60_000): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!condition()) return
        stop()
        resolve()
      }
      const poll = setInterval(look, 20)
      const timer = setTimeout(() => {
        stop()
        const seen = `${this.state}, ${this.provisionals.join('/')}, ${this.finals.join('/')}, ${JSON.stringify(this.end)}`
        reject(new Error(`waited ${timeoutMs} ms for: ${what} (call is ${seen})`))
      }, timeoutMs)
      const stop = () => {
        clearInterval(poll)
        clearTimeout(timer)
        this.#listeners.delete(look)
      }
      this.#listeners.add(look)
    })
  }

  /** Fails at once when it ends instead. */
  async connected(timeoutMs?: number): Promise<void> {
    await this.until('connected', () => this.state === 'connected' || this.end !== undefined, timeoutMs)
    if (this.state !== 'connected') throw new Error(`ended before it was connected: ${JSON.stringify(this.end)}`)
  }

  /** Answers 180. */
  ring(): void {
    if (this.#origin.direction !== 'in' || this.state === 'ended') return
    this.state = 'ringing'
    this.#sip.respond(this.#origin.invite, 180, [['To', this.#ownTo()], this.#contact()])
    this.#changed()
  }

  /** Answers 200 and repeats it until the ACK comes. */
  answer(): void {
    if (this.#origin.direction !== 'in' || this.state === 'ended' || this.state === 'connected') return
    const { invite } = this.#origin
    this.#answerInvite(invite, this.sdp('sendrecv'))
    this.state = 'connected'
    this.#changed()
  }

  refuse(status = 486): void {
    if (this.#origin.direction !== 'in' || this.state === 'ended') return
    this.#sip.respond(this.#origin.invite, status, [['To', this.#ownTo()]])
    this.#finish({ by: 'us', status })
  }

  /** Sends the ACK that {@link holdAck} kept back. */
  acknowledge(): void {
    this.holdAck = false
    if (this.#ack) this.#sip.send(this.#ack, this.#nextHop())
  }

  /** Hangs up, by CANCEL or BYE, whichever fits; gives the status of the answer. */
  async hangUp(): Promise<number> {
    if (this.state === 'ended') return 0
    if (this.state !== 'connected') return this.#cancel()
    const response = await this.#inDialog('BYE')
    this.#finish({ by: 'us', status: statusOf(response) })
    return statusOf(response)
  }

  /** Holds (`sendonly`, or `inactive`) or retrieves (`sendrecv`) by re-INVITE; gives the final status. */
  async reinvite(direction: 'sendrecv' | 'sendonly' | 'inactive'): Promise<number> {
    this.#sdpVersion += 1
    this.#direction = direction
    const status = await this.#invite(this.sdp(direction))
    this.media.forgetLast()
    return status
  }

  /** A blind transfer; gives the status of the answer (202). NOTIFYs are in {@link requests}. */
  async refer(number: string): Promise<number> {
    const target = `<sip:${number}@${this.#sip.domain}>`
    return statusOf(await this.#inDialog('REFER', [['Refer-To', target], this.#contact()]))
  }

  /** Forgets the call without a word, as a phone does that loses power. */
  drop(): void {
    this.#finish({ by: 'dropped' })
  }

  /** A request of the other side inside this call. */
  receive(request: SipText): void {
    const method = methodOf(request)
    this.requests.push(request)
    if (method === 'ACK') {
      this.acked = true
      clearTimeout(this.#repeats)
      if (request.body) this.#takeSdp(request.body)
    } else if (method === 'BYE') {
      this.#sip.respond(request, 200)
      this.#finish({ by: 'them' })
    } else if (method === 'CANCEL') {
      this.#sip.respond(request, 200)
      if (this.#origin.direction === 'in' && this.state !== 'connected' && this.state !== 'ended') {
        this.#sip.respond(this.#origin.invite, 487, [['To', this.#ownTo()]])
        this.#finish({ by: 'cancelled' })
      }
    } else if (method === 'INVITE' && this.state !== 'ended') this.#receiveInvite(request)
    else this.#sip.respond(request, this.state === 'ended' ? 481 : 200)
    this.#changed()
  }

  /** A 200 that came again: its ACK was lost. */
  repeatedFinal(response: SipText): void {
    const ours = Number.parseInt(headerOf(response, 'cseq'), 10) === this.#inviteCseq
    if (ours && this.#ack && !this.holdAck && statusOf(response) < 300) this.#sip.send(this.#ack, this.#nextHop())
  }

  sdp(direction: 'sendrecv' | 'sendonly' | 'inactive'): string {
    const { host } = this.#sip
    return [
      'v=0',
      `o=- ${this.media.stream} ${this.#sdpVersion} IN IP4 ${host}`,
      's=-',
      `c=IN IP4 ${host}`,
      't=0 0',
      `m=audio ${this.media.port} RTP/AVP 0 8 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      `a=${direction}`,
      '',
    ].join('\r\n')
  }

  #receiveInvite(request: SipText): void {
    if (paramOf(headerOf(request, 'to'), 'tag') === '') return
    this.#sdpVersion += 1
    if (request.body) this.#takeSdp(request.body)
    const theirs = /^a=(sendonly|recvonly|inactive)/m.exec(request.body)?.[1]
    this.#answerInvite(
      request,
      this.sdp(this.#direction).replace('a=sendrecv', theirs ? `a=${MIRROR[theirs] ?? 'sendrecv'}` : 'a=sendrecv'),
    )
  }

  #answerInvite(invite: SipText, body: string): void {
    this.acked = false
    const to = headerOf(invite, 'to')
    const text = this.#sip.respond(
      invite,
      200,
      [['To', paramOf(to, 'tag') === '' ? this.#ownTo() : to], this.#contact(), ['Content-Type', 'application/sdp']],
      body,
    )
    const via = headerOf(invite, 'via')
    const back = `sip:${paramOf(via, 'received') || (/\s([^:;]+)/.exec(via)?.[1] ?? '')}:${paramOf(via, 'rport') || (/:(\d+)/.exec(via)?.[1] ?? '5060')}`
    const repeat = (round: number) => {
      this.#repeats = setTimeout(() => {
        if (this.acked || this.state === 'ended' || round >= REPEAT_MS.length) return
        this.#sip.send(text, back)
        repeat(round + 1)
      }, REPEAT_MS[round])
    }
    clearTimeout(this.#repeats)
    repeat(0)
  }

  async #invite(body: string): Promise<number> {
    this.#cseq += 1
    this.#inviteCseq = this.#cseq
    this.#ack = ''
    this.#inviteVia = this.#sip.via()
    const headers = [['Via', this.#inviteVia] as const, ...this.#headers('INVITE'), this.#contact(), SDP_TYPE]
    const response = await this.#sip.request(`INVITE ${this.#remoteTarget} SIP/2.0`, headers, body, (progress) => {
      this.provisionals.push(statusOf(progress))
      if (this.state === 'calling' && statusOf(progress) === 180) this.state = 'ringing'
      if (progress.body && statusOf(progress) > 100) this.#takeSdp(progress.body)
      this.#changed()
    })
    this.#takeFinal(response)
    return statusOf(response)
  }

  #takeFinal(response: SipText): void {
    const status = statusOf(response)
    this.finals.push(status)
    if (status >= 300) {
      this.retryAfter = headerOf(response, 'retry-after') !== ''
      const to = headerOf(response, 'to') || this.#remote
      const headers = this.#headers('ACK').map(([name, value]) => [name, name === 'To' ? to : value] as const)
      this.#sip.send(writeSip(`ACK ${this.#remoteTarget} SIP/2.0`, [['Via', this.#inviteVia], ...headers]))
      if (this.state !== 'connected') this.#finish({ by: this.#cancelled ? 'us' : 'refused', status })
      return
    }
    this.#remote = headerOf(response, 'to')
    this.#remoteTag = paramOf(this.#remote, 'tag')
    if (this.state !== 'connected') this.#routes = [...(response.headers.get('record-route') ?? [])].reverse()
    this.#remoteTarget = uriOf(headerOf(response, 'contact')) || this.#remoteTarget
    if (response.body) this.#takeSdp(response.body)
    this.#ack = writeSip(`ACK ${this.#remoteTarget} SIP/2.0`, [
      ['Via', this.#sip.via()],
      ['Max-Forwards', '70'],
      ...this.#headers('ACK'),
    ])
    if (!this.holdAck) this.#sip.send(this.#ack, this.#nextHop())
    if (this.state !== 'ended') this.state = 'connected'
    this.#changed()
  }

  async #cancel(): Promise<number> {
    if (this.direction === 'in') {
      this.refuse(603)
      return 603
    }
    this.#cancelled = true
    const headers = this.#headers('CANCEL').map(([name, value]) => [name, value] as const)
    const response = await this.#sip.request(`CANCEL ${this.#remoteTarget} SIP/2.0`, [
      ['Via', this.#inviteVia],
      ...headers,
    ])
    return statusOf(response)
  }

  #inDialog(method: string, extra: readonly (readonly [string, string])[] = []): Promise<SipText> {
    this.#cseq += 1
    return this.#sip.request(`${method} ${this.#remoteTarget} SIP/2.0`, [...this.#headers(method), ...extra])
  }

  #headers(method: string): [string, string][] {
    const own =
      this.direction === 'out'
        ? `<sip:${this.#sip.user}@${this.#sip.domain}>`
        : headerOf((this.#origin as { invite: SipText }).invite, 'to')
    const cseq = method === 'ACK' || method === 'CANCEL' ? this.#inviteCseq : this.#cseq
    return [
      ['From', `${own};tag=${this.#localTag}`],
      [
        'To',
        this.#remoteTag && paramOf(this.#remote, 'tag') === ''
          ? `${this.#remote};tag=${this.#remoteTag}`
          : this.#remote,
      ],
      ['Call-ID', this.id],
      ['CSeq', `${cseq} ${method}`],
      ...this.#routes.map((route) => ['Route', route] as [string, string]),
    ]
  }

  #nextHop(): string {
    return this.#routes[0] ? uriOf(this.#routes[0]) : this.#remoteTarget
  }

  #ownTo(): string {
    return `${headerOf((this.#origin as { invite: SipText }).invite, 'to')};tag=${this.#localTag}`
  }

  #contact(): readonly [string, string] {
    return ['Contact', `<${this.#sip.contact}>`]
  }

  #takeSdp(body: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0)
    const host = /^c=IN IP4 (\S+)/m.exec(body)?.[1]
    if (host && port > 0) this.media.remote = { host, port }
    this.media.sending = !/^a=(sendonly|inactive)/m.test(body)
  }

  #finish(end: PhoneEnd): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.end = end
    clearTimeout(this.#repeats)
    this.#changed()
    this.#resolveEnded(end)
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

const SDP_TYPE = ['Content-Type', 'application/sdp'] as const
const MIRROR: Readonly<Record<string, string>> = { sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' }
