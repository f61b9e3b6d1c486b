import type { RTCSession } from 'jssip/lib/RTCSession'
import { browserClock } from './clock.ts'
import type { SipAccount, SipAgent, SipAgentMaker, SipCall, SipHandlers } from './softphone-sip.ts'
import { SipSocket, type WebSocketLike } from './softphone-socket.ts'

/** A page that is away for longer is no phone; one that lives says so again in time. */
const REGISTER_SECONDS = 120

/** A server that could not say yes or no (it looks for its core) is asked again after this, then after twice as long, up to the last. */
const AGAIN_MS_MIN = 250
const AGAIN_MS_MAX = 4000

/** The media process is the side that everybody reaches, so no other server is asked for addresses. */
const CONNECTION: RTCConfiguration = { iceServers: [], rtcpMuxPolicy: 'require', bundlePolicy: 'max-bundle' }

type Library = typeof import('jssip')

let library: Promise<Library> | undefined

/** Loads JsSIP, once a page; a phone that is about to be made need not wait for it then. */
export function loadSip(): Promise<Library> {
  library ??= import('jssip').catch((cause: unknown) => {
    library = undefined
    throw cause
  })
  return library
}

/** JsSIP as the softphone's user agent. */
export const jssipAgent: SipAgentMaker = async (account, handlers) => new Agent(await loadSip(), account, handlers)

const INSTANCE_KEY = 'tandem.phone'

/** RFC 5626: names this tab's phone. A reload keeps it, so that the server knows at once that the page of before is gone. */
function instanceId(): string {
  const kept = sessionStorage.getItem(INSTANCE_KEY)
  const id = kept ?? crypto.randomUUID()
  if (kept === null) sessionStorage.setItem(INSTANCE_KEY, id)
  return id
}

class Agent implements SipAgent {
  readonly #ua: InstanceType<Library['UA']>
  readonly #library: Library
  readonly #socket: SipSocket
  #againMs = AGAIN_MS_MIN
  #stopped = false

  constructor(library: Library, account: SipAccount, handlers: SipHandlers) {
    this.#library = library
    const { url, uri, user, secret } = account
    this.#socket = new SipSocket(url, {
      open: (to) => new WebSocket(to, 'sip') as unknown as WebSocketLike,
      clock: browserClock,
      random: Math.random,
      isOnline: () => navigator.onLine !== false,
    })
    this.#ua = new library.UA({
      sockets: [this.#socket],
      uri,
      register: user !== undefined,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      user_agent: 'Tandem softphone',
      instance_id: instanceId(),
      ...(user !== undefined && { authorization_user: user }),
      ...(secret !== undefined && { password: secret }),
    })
    this.#ua.on('connected', () => handlers.connected())
    this.#ua.on('disconnected', () => {
      handlers.disconnected()
      // JsSIP would wait for a second and more; the socket knows better how often.
      setTimeout(() => !this.#stopped && this.#transport?.connect(), 0)
    })
    this.#ua.on('registered', () => {
      this.#againMs = AGAIN_MS_MIN
      handlers.registered()
    })
    this.#ua.on('registrationFailed', ({ response }) => {
      if (response && response.status_code < 500) handlers.refused()
      else this.#registerAgain()
    })
    this.#ua.on('newRTCSession', (event: { originator: string; session: RTCSession; request: unknown }) => {
      if (event.originator !== 'remote') return
      const info = (event.request as { getHeader(name: string): string | undefined }).getHeader('Call-Info')
      handlers.incoming(new Call(library, event.session, 'in', /;\s*answer-after=0/.test(info ?? '')))
    })
  }

  start(): void {
    this.#ua.start()
  }

  stop(): void {
    this.#stopped = true
    this.#ua.stop()
  }

  use({ url, user, secret }: SipAccount): void {
    this.#socket.goTo(url)
    if (user !== undefined) this.#ua.set('authorization_user', user)
    if (secret !== undefined) this.#ua.set('password', secret)
    if (user !== undefined && this.#ua.isConnected()) this.#ua.register()
  }

  reconnect(): void {
    const transport = this.#transport
    if (!transport || this.#socket.isConnecting()) return
    transport.disconnect()
    transport.connect()
  }

  networkBack(): void {
    if (this.#socket.isConnected()) this.reconnect()
    else this.#socket.hurry()
  }

  get #transport(): { disconnect(): void; connect(): void } | null {
    return (this.#ua as unknown as { transport: { disconnect(): void; connect(): void } | null }).transport
  }

  /** Without an answer, or with one that says that the server is busy: JsSIP leaves it at that. */
  #registerAgain(): void {
    const waitMs = this.#againMs
    this.#againMs = Math.min(2 * this.#againMs, AGAIN_MS_MAX)
    setTimeout(() => {
      if (!this.#stopped && this.#ua.isConnected() && !this.#ua.isRegistered()) this.#ua.register()
    }, waitMs)
  }

  call(number: string, sound: MediaStream): SipCall {
    const session = this.#ua.call(number, {
      mediaStream: sound,
      mediaConstraints: { audio: true, video: false },
      pcConfig: CONNECTION,
    })
    return new Call(this.#library, session, 'out', false)
  }
}

class Call implements SipCall {
  readonly direction: 'in' | 'out'
  readonly number: string
  readonly name: string | undefined
  readonly answersItself: boolean
  readonly #library: Library
  readonly #session: RTCSession
  #connected = (): void => {}
  #ended = (_failed: boolean): void => {}
  #sound = (_stream: MediaStream): void => {}
  #stream: MediaStream | undefined

  constructor(library: Library, session: RTCSession, direction: 'in' | 'out', answersItself: boolean) {
    this.#library = library
    this.#session = session
    this.direction = direction
    this.answersItself = answersItself
    this.number = session.remote_identity.uri.user
    this.name = session.remote_identity.display_name || undefined
    session.on('confirmed', () => this.#connected())
    session.on('accepted', () => this.#connected())
    session.on('ended', () => this.#ended(false))
    session.on('failed', () => this.#ended(true))
    // The server finds us by our checks: it needs none of our addresses, so nothing waits for them.
    session.on('icecandidate', ({ ready }) => ready())
    if (session.connection) this.#listen(session.connection)
    else session.on('peerconnection', ({ peerconnection }) => this.#listen(peerconnection))
  }

  get connection(): RTCPeerConnection | undefined {
    return this.#session.connection ?? undefined
  }

  answer(sound: MediaStream): void {
    this.#session.answer({
      mediaStream: sound,
      mediaConstraints: { audio: true, video: false },
      pcConfig: CONNECTION,
    })
  }

  end(): void {
    if (!this.#session.isEnded()) this.#session.terminate()
  }

  press(digit: string): void {
    this.#session.sendDTMF(digit, { transportType: this.#library.C.DTMF_TRANSPORT.RFC2833 } as never)
  }

  restart(): void {
    this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } })
  }

  onConnected(call: () => void): void {
    this.#connected = call
  }

  onEnded(call: (failed: boolean) => void): void {
    this.#ended = call
  }

  onSound(call: (stream: MediaStream) => void): void {
    this.#sound = call
    if (this.#stream) call(this.#stream)
  }

  #listen(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ track }) => {
      this.#stream = new MediaStream([track])
      this.#sound(this.#stream)
    })
  }
}
