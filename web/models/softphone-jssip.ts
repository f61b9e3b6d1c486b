import type { RTCSession } from 'jssip/lib/RTCSession'
import type { SipAccount, SipAgent, SipAgentMaker, SipCall, SipHandlers } from './softphone-sip.ts'

/** A page that is away for longer is no phone; one that lives says so again in time. */
const REGISTER_SECONDS = 120

/** The server is looked for once a second at first: desks are back within three seconds. */
const RECOVERY_SECONDS_MIN = 1
const RECOVERY_SECONDS_MAX = 3

/**
 * A connection that is not open by then is tried anew: what asked while the network was away is repeated by TCP after 1, 2, 4, 8 s only,
 * and would be late when it is back. Even a poor network answers within a second.
 */
const CONNECT_MS_MAX = 1500

/** The media process is the side that everybody reaches, so no other server is asked for addresses. */
const CONNECTION: RTCConfiguration = { iceServers: [], rtcpMuxPolicy: 'require', bundlePolicy: 'max-bundle' }

/** JsSIP as the softphone's user agent; it is loaded when the first phone is made. */
export const jssipAgent: SipAgentMaker = async (account, handlers) => {
  const JsSIP = await import('jssip')
  return new Agent(JsSIP, account, handlers)
}

type Library = typeof import('jssip')

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

  constructor(library: Library, account: SipAccount, handlers: SipHandlers) {
    this.#library = library
    const { url, uri, user, secret } = account
    this.#ua = new library.UA({
      sockets: [impatientSocket(library, url)],
      uri,
      register: user !== undefined,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      connection_recovery_min_interval: RECOVERY_SECONDS_MIN,
      connection_recovery_max_interval: RECOVERY_SECONDS_MAX,
      user_agent: 'Tandem softphone',
      instance_id: instanceId(),
      ...(user !== undefined && { authorization_user: user }),
      ...(secret !== undefined && { password: secret }),
    })
    this.#ua.on('connected', () => handlers.connected())
    this.#ua.on('disconnected', () => handlers.disconnected())
    this.#ua.on('registered', () => handlers.registered())
    this.#ua.on('registrationFailed', ({ response }) => {
      // Without an answer the socket is gone or the server is busy: JsSIP tries again by itself.
      if (response && response.status_code < 500) handlers.refused()
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
    this.#ua.stop()
  }

  use({ user, secret }: SipAccount): void {
    if (user !== undefined) this.#ua.set('authorization_user', user)
    if (secret !== undefined) this.#ua.set('password', secret)
    if (user !== undefined && this.#ua.isConnected()) this.#ua.register()
  }

  reconnect(): void {
    const { transport } = this.#ua as unknown as { transport: { disconnect(): void; connect(): void } | null }
    transport?.disconnect()
    transport?.connect()
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

/** The parts of JsSIP's socket that its types leave out. */
type SocketParts = {
  connect(): void
  disconnect(): void
  isConnecting(): boolean
  ondisconnect(error: boolean): void
}

/** JsSIP's socket, with an end to waiting for it to open. */
function impatientSocket(library: Library, url: string): InstanceType<Library['WebSocketInterface']> {
  const socket = new library.WebSocketInterface(url)
  const parts = socket as unknown as SocketParts
  const connect = parts.connect.bind(parts)
  let timer: ReturnType<typeof setTimeout> | undefined
  parts.connect = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!parts.isConnecting()) return
      parts.disconnect()
      parts.ondisconnect(true)
    }, CONNECT_MS_MAX)
    connect()
  }
  return socket
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
