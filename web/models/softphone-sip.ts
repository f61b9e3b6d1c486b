import type { Store } from './store.ts'

/** What a phone registers and calls with: what `POST /api/v1/softphone` answers, or what a visitor's page is told. */
export interface SipAccount {
  /** `ws://HOST:PORT/ws` */
  readonly url: string
  readonly uri: string
  /** Absent for a visitor, who calls without registering. */
  readonly user?: string
  readonly secret?: string
  /** When to fetch another one, by the browser's clock. */
  readonly renewAt?: number
}

/** What a SIP user agent tells the softphone. */
export interface SipHandlers {
  connected(): void
  disconnected(): void
  registered(): void
  /** The account is not taken. */
  refused(): void
  incoming(call: SipCall): void
}

/** One call as the softphone needs it; JsSIP's session behind it. */
export interface SipCall {
  readonly direction: 'in' | 'out'
  readonly number: string
  readonly name: string | undefined
  /** The server asks for an answer at once: the call was on another page, or on this one before its reload. */
  readonly answersItself: boolean
  /** Set once it is answered or dialled. */
  readonly connection: RTCPeerConnection | undefined
  answer(sound: MediaStream): void
  end(): void
  press(digit: string): void
  /** Offers again from other addresses: for when the way has broken. */
  restart(): void
  /** At most one listener each. */
  onConnected(call: () => void): void
  onEnded(call: (failed: boolean) => void): void
  onSound(call: (stream: MediaStream) => void): void
}

/** A SIP user agent. */
export interface SipAgent {
  start(): void
  /** Unregisters and ends. */
  stop(): void
  use(account: SipAccount): void
  /** Gives the connection to the server up, whatever is thought of it, and makes another; calls stay. */
  reconnect(): void
  /** The browser says that it has a network again: what is left of the old one is given up, and another connection tried at once. */
  networkBack(): void
  call(number: string, sound: MediaStream): SipCall
}

/** Makes one; in the browser it loads JsSIP then, and not before. */
export type SipAgentMaker = (account: SipAccount, handlers: SipHandlers) => Promise<SipAgent>

/** The page's sound: microphone, loudspeaker, ring tone, levels. */
export interface SoundPort {
  /** The microphone; rejects with the browser's error. */
  microphone(device?: string): Promise<MediaStream>
  release(stream: MediaStream): void
  devices(): Promise<readonly MediaDeviceInfo[]>
  onDevicesChanged(call: () => void): () => void
  /** Plays what the other side says; nothing ends it. */
  play(stream: MediaStream | undefined, output?: string): void
  ring(on: boolean): void
  /** How loud the stream is now, 0 to 1. */
  level(stream: MediaStream | undefined): number
}

export type ReadOnlyStore<T> = Pick<Store<T>, 'get' | 'subscribe'>
