import { createHash } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket as TcpSocket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import WebSocket from 'ws'
import { silentLogger, systemClock } from '#base'
import { createEdgeEngine, type EdgeEngine, type EdgeOptions } from '#engines/edge'
import {
  type Binding,
  CHANNEL_ERRORS,
  type ChannelAddress,
  type ChannelClient,
  createChannelClient,
  type EdgeNotice,
  type EdgeRequest,
} from '#protocols/control'

const SECRET = 'secret of the pool'

/** Longer than any answer takes on a busy machine; a test that meets it has failed. */
const AWAIT_MS = 60_000

/** An edge on free ports of loopback. */
export async function startEdge(options: Partial<EdgeOptions> = {}): Promise<EdgeEngine & { sipPort: number }> {
  const edge = createEdgeEngine({
    listen: '127.0.0.1',
    sipPort: 0,
    advertisedHost: '127.0.0.1',
    control: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    name: 'edge-1',
    instance: 'edge-test',
    key: 'a key that is kept',
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
  await edge.start()
  return Object.assign(edge, { sipPort: edge.status().sip.port })
}

/** A list that can be waited on. */
export class Inbox<T> {
  readonly all: T[] = []
  #waiting: { fits: (item: T) => boolean; resolve: (item: T) => void }[] = []
  #taken = new Set<T>()

  push(item: T): void {
    this.all.push(item)
    const waiting = this.#waiting.find(({ fits }) => fits(item))
    if (!waiting) return
    this.#waiting = this.#waiting.filter((other) => other !== waiting)
    this.#taken.add(item)
    waiting.resolve(item)
  }

  /** The first item that fits and was not given out before, now or when it comes. */
  take(what: string, fits: (item: T) => boolean = () => true): Promise<T> {
    const found = this.all.find((item) => !this.#taken.has(item) && fits(item))
    if (found !== undefined) {
      this.#taken.add(found)
      return Promise.resolve(found)
    }
    return new Promise((resolve, reject) => {
      const seen = (): string => this.all.map((item) => JSON.stringify(item).slice(0, 200)).join('\n')
      const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}; came:\n${seen()}`)), AWAIT_MS)
      this.#waiting.push({
        fits,
        resolve: (item) => {
          clearTimeout(timer)
          resolve(item)
        },
      })
    })
  }
}

export type SipNotice = Extract<EdgeNotice, { type: 'sip' }>

/** A core that only does what a test tells it. */
export class FakeCore {
  readonly sip = new Inbox<SipNotice>()
  readonly bindings = new Inbox<Extract<EdgeNotice, { type: 'bindings' }>>()
  readonly users: Map<string, string>
  readonly asked: string[] = []
  /** Called when the connection to the edge ends. */
  lost: () => void = () => {}
  readonly client: ChannelClient

  constructor(client: (core: FakeCore) => ChannelClient, users: Record<string, string>) {
    this.users = new Map(Object.entries(users))
    this.client = client(this)
  }

  /** Sends text lines as a SIP message. */
  send(message: string): void {
    this.client.notify({ type: 'sip', message })
  }

  tell(user: string, bindings: readonly Binding[]): void {
    this.client.notify({ type: 'bindings', user, bindings })
  }

  /** The next message whose first line begins so. */
  async take(start: string): Promise<SipNotice> {
    return this.sip.take(start, ({ message }) => message.startsWith(start))
  }

  close(): Promise<void> {
    return this.client.close()
  }
}

interface CoreOptions {
  readonly term?: number
  readonly users?: Record<string, string>
  readonly name?: string
}

/** Connects a core to the edge, and waits until the edge obeys it. */
export async function startCore(edge: EdgeEngine, options: CoreOptions = {}): Promise<FakeCore> {
  const { term = 1, name = `core-${term}` } = options
  const core = await startCoreAt(edge.status().control, options)
  await until(() => edge.status().core?.term === term && edge.status().core?.core === name)
  return core
}

/** Connects a core to an edge that listens there, and waits until it is welcome. */
export async function startCoreAt(
  address: ChannelAddress,
  { term = 1, users = {}, name = `core-${term}` }: CoreOptions = {},
): Promise<FakeCore> {
  const core = new FakeCore(
    (self) =>
      createChannelClient({
        address,
        secret: SECRET,
        core: name,
        term,
        logger: silentLogger,
        notice: (notice) => {
          const known = notice as EdgeNotice
          if (known.type === 'sip') self.sip.push(known)
          else self.bindings.push(known)
        },
        disconnected: () => self.lost(),
        request: (request) => {
          const { user } = request as EdgeRequest
          self.asked.push(user)
          const password = self.users.get(user)
          if (password === 'fail') return Promise.reject(CHANNEL_ERRORS['channel.closed']())
          return Promise.resolve(password === undefined ? {} : { realm: 'tandem', ha1: secretsOf(user, password) })
        },
      }),
    users,
  )
  await until(() => core.client.connected)
  return core
}

/** Waits for a condition, looking often. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + AWAIT_MS
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function secretsOf(user: string, password: string): Record<string, string> {
  const text = `${user}:tandem:${password}`
  return { MD5: hash('md5', text), 'SHA-256': hash('sha256', text) }
}

export function hash(name: string, text: string): string {
  return createHash(name).update(text).digest('hex')
}

/** A phone of raw text over UDP, TCP, TLS or WebSocket. */
export class RawPhone {
  readonly inbox = new Inbox<string>()
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws'
  readonly port: number
  readonly host: string = '127.0.0.1'
  readonly server: string = '127.0.0.1'
  readonly #edgePort: number
  readonly #socket: UdpSocket | TcpSocket | WebSocket
  #text = ''

  constructor(
    transport: 'udp' | 'tcp' | 'tls' | 'ws',
    socket: UdpSocket | TcpSocket | WebSocket,
    at: [number, number],
  ) {
    this.transport = transport
    this.#socket = socket
    ;[this.port, this.#edgePort] = at
    if (transport === 'ws') (socket as WebSocket).on('message', (data) => this.inbox.push(String(data)))
    else if (transport === 'udp')
      (socket as UdpSocket).on('message', (bytes) => this.inbox.push(bytes.toString('latin1')))
    else (socket as TcpSocket).on('data', (bytes: Buffer) => this.#onStream(bytes.toString('latin1')))
    socket.on('error', () => {})
  }

  /** On loopback, unless it is told where it is and where its server. */
  static async udp(edgePort: number, port = 0, at?: { host: string; server: string }): Promise<RawPhone> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(port, at?.host ?? '127.0.0.1', resolve))
    const phone = new RawPhone('udp', socket, [socket.address().port, edgePort])
    if (at) Object.assign(phone, at)
    return phone
  }

  static async tcp(edgePort: number): Promise<RawPhone> {
    const socket = connect(edgePort, '127.0.0.1')
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    return new RawPhone('tcp', socket, [socket.localPort ?? 0, edgePort])
  }

  /** Over TLS, believing this CA; fails when the edge's certificate does not verify. */
  static async tls(tlsPort: number, ca: string): Promise<RawPhone> {
    const socket = connectTls({ host: '127.0.0.1', port: tlsPort, ca })
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
    return new RawPhone('tls', socket, [socket.localPort ?? 0, tlsPort])
  }

  /** The serial number of the certificate that the edge showed. */
  get serial(): string {
    return (this.#socket as TLSSocket).getPeerCertificate().serialNumber
  }

  /** A browser: it has no port that it could be reached at. */
  static async ws(wsPort: number): Promise<RawPhone> {
    const socket = new WebSocket(`ws://127.0.0.1:${wsPort}/ws`, 'sip')
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return new RawPhone('ws', socket, [0, wsPort])
  }

  send(message: string | Buffer): void {
    if (this.transport === 'ws') (this.#socket as WebSocket).send(message)
    else if (this.#isStream) (this.#socket as TcpSocket).write(message)
    else (this.#socket as UdpSocket).send(message, this.#edgePort, this.server)
  }

  take(start: string, fits: (message: string) => boolean = () => true): Promise<string> {
    return this.inbox.take(start, (message) => message.startsWith(start) && fits(message))
  }

  /** How many messages came whose first line begins so. */
  count(start: string): number {
    return this.inbox.all.filter((message) => message.startsWith(start)).length
  }

  /** `host:port` as it stands in Via and Contact. */
  get place(): string {
    return this.transport === 'ws' ? 'df7jal23ls0d.invalid' : `${this.host}:${this.port}`
  }

  close(): void {
    if (this.transport === 'ws') (this.#socket as WebSocket).terminate()
    else if (this.#isStream) (this.#socket as TcpSocket).destroy()
    else (this.#socket as UdpSocket).close()
  }

  get #isStream(): boolean {
    return this.transport === 'tcp' || this.transport === 'tls'
  }

  #onStream(text: string): void {
    this.#text += text
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(header(this.#text.slice(0, end), 'Content-Length') ?? 0)
      if (this.#text.length < end + 4 + length) return
      this.inbox.push(this.#text.slice(0, end + 4 + length))
      this.#text = this.#text.slice(end + 4 + length)
    }
  }
}

/** The first value of a header field. */
export function header(message: string, name: string): string | undefined {
  return new RegExp(`^${name}[ \t]*:[ \t]*(.*?)\r?$`, 'im').exec(message)?.[1]
}

/** All values of a header field. */
export function headers(message: string, name: string): string[] {
  return [...message.matchAll(new RegExp(`^${name}[ \t]*:[ \t]*(.*?)\r?$`, 'gim'))].map((match) => match[1] ?? '')
}

/** Lines as a SIP message; an empty line and Content-Length are added. */
export function sip(lines: readonly (string | undefined)[], body = ''): string {
  const fields = lines.filter((line) => line !== undefined)
  return [...fields, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

/** A response to this request text, with the fields that RFC 3261 8.2.6 copies. */
export function answer(request: string, status: string, ...more: readonly string[]): string {
  const to = header(request, 'To') ?? ''
  const tagged = status.startsWith('100') || to.includes('tag=') ? to : `${to};tag=answerer`
  return sip([
    `SIP/2.0 ${status}`,
    ...headers(request, 'Via').map((via) => `Via: ${via}`),
    ...headers(request, 'Record-Route').map((value) => `Record-Route: ${value}`),
    `From: ${header(request, 'From')}`,
    `To: ${tagged}`,
    `Call-ID: ${header(request, 'Call-ID')}`,
    `CSeq: ${header(request, 'CSeq')}`,
    ...more,
  ])
}

/** What a request of a test's phone or core says; the rest is filled in. */
export interface RequestText {
  readonly method: string
  readonly uri: string
  readonly via: string
  readonly from?: string
  readonly to?: string
  readonly callId?: string
  readonly cseq?: number
  readonly more?: readonly string[]
}

export function request({ method, uri, via, from, to, callId, cseq, more = [] }: RequestText): string {
  return sip([
    `${method} ${uri} SIP/2.0`,
    `Via: ${via}`,
    ...(more.some((line) => line.startsWith('Max-Forwards')) ? [] : ['Max-Forwards: 70']),
    `From: ${from ?? '<sip:caller@127.0.0.1>;tag=caller'}`,
    `To: ${to ?? `<${uri}>`}`,
    `Call-ID: ${callId ?? 'call-1'}`,
    `CSeq: ${cseq ?? 1} ${method}`,
    ...more,
  ])
}

let branches = 0

/** A Via of this phone with a new branch. */
export function viaOf(phone: RawPhone, branch = `z9hG4bK-test-${++branches}`): string {
  return `SIP/2.0/${phone.transport.toUpperCase()} ${phone.place};branch=${branch}`
}

/** A Via of a core. */
export function viaOfCore(branch = `z9hG4bK-core-${++branches}`): string {
  return `SIP/2.0/TCP core.invalid;branch=${branch}`
}

/** How a phone registers. */
export interface RegisterText {
  readonly user: string
  readonly password?: string
  readonly algorithm?: 'MD5' | 'SHA-256'
  readonly cseq?: number
  readonly callId?: string
  readonly more?: readonly string[]
  /** Of the registrar; loopback unless told. */
  readonly host?: string
}

/** Registers once without and once with an answer to the challenge; returns the last answer. */
export async function register(phone: RawPhone, edgePort: number, options: RegisterText): Promise<string> {
  const { cseq = 1, callId = `reg-${options.user}-${phone.port}`, host = '127.0.0.1' } = options
  const text = (number: number, authorization: readonly string[]): string =>
    request({
      method: 'REGISTER',
      uri: `sip:${host}:${edgePort}`,
      via: viaOf(phone),
      from: `<sip:${options.user}@${host}>;tag=r`,
      to: `<sip:${options.user}@${host}>`,
      callId,
      cseq: number,
      more: [...authorization, ...(options.more ?? [`Contact: <sip:${options.user}@${phone.place}>`])],
    })
  phone.send(text(cseq, []))
  const fits = (number: number) => (message: string) =>
    header(message, 'Call-ID') === callId && header(message, 'CSeq') === `${number} REGISTER`
  const challenge = await phone.take('SIP/2.0 401', fits(cseq))
  if (options.password === undefined) return challenge
  phone.send(text(cseq + 1, [authorize(challenge, `sip:${host}:${edgePort}`, options)]))
  return phone.take('SIP/2.0', fits(cseq + 1))
}

/** The Authorization line that answers a challenge. */
export function authorize(challenge: string, uri: string, options: RegisterText): string {
  const algorithm = options.algorithm ?? 'MD5'
  const value = headers(challenge, 'WWW-Authenticate').find((one) => one.includes(`algorithm=${algorithm},`)) ?? ''
  const nonce = /nonce="([^"]+)"/.exec(value)?.[1] ?? ''
  const name = algorithm === 'MD5' ? 'md5' : 'sha256'
  const ha1 = hash(name, `${options.user}:tandem:${options.password}`)
  const response = hash(name, `${ha1}:${nonce}:00000001:abc:auth:${hash(name, `REGISTER:${uri}`)}`)
  const parts = [`username="${options.user}"`, 'realm="tandem"', `nonce="${nonce}"`, `uri="${uri}"`]
  return `Authorization: Digest ${parts.join(', ')}, algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="abc", response="${response}"`
}
