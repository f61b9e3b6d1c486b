/**
 * The softphone as the pages see it. A page makes one with `createSoftphone` (softphone.ts), calls `start` once, draws `state`, and
 * gives commands; nothing of SIP, WebRTC or JsSIP leaves the model.
 *
 *   registration  off ─start─▶ connecting ─▶ registered ◀─▶ connecting (the server is away; it is tried again by itself)
 *                                   └──▶ refused (no credential to be had: `problem` says why)
 *
 *   call          (none) ─▶ ringing ─answer─▶ connected ─▶ (none)
 *                 (none) ─dial─▶ dialling ─▶ connected ─▶ (none)
 *
 * What the server re-invites after a reload or a lost network is answered by itself: `connected` without `ringing`.
 */
export interface SoftphoneState {
  readonly registration: 'off' | 'connecting' | 'registered' | 'refused'
  /** What the person should know; it goes when it is no longer so. */
  readonly problem?: SoftphoneProblem
  readonly call?: SoftphoneCall
  /** A microphone is tried: how loud it is says the level. */
  readonly isTried?: boolean
  readonly devices: SoftphoneDevices
}

/** What stands in the way of calls. */
export type SoftphoneProblem =
  /** The browser was told not to give the microphone, or there is none. */
  | 'microphone-refused'
  | 'microphone-missing'
  /** The server gives no credential, or takes none. */
  | 'refused'
  /** The call could not be set up. */
  | 'call-failed'

/** The one call of this phone; a second one is refused as busy. */
export interface SoftphoneCall {
  readonly phase: 'ringing' | 'dialling' | 'connected'
  readonly direction: 'in' | 'out'
  readonly number: string
  readonly name?: string
  /** When the phase began, by the browser's clock. */
  readonly since: number
  readonly muted: boolean
  readonly quality: CallQuality
}

/** How the call sounds, measured on both ends. */
export interface CallQuality {
  readonly verdict: 'unknown' | 'good' | 'fair' | 'poor' | 'silent-in' | 'silent-out'
  /** Lost of a hundred, of what we hear and of what they hear, over the last seconds. */
  readonly lossIn: number
  readonly lossOut: number
  readonly jitterMs: number
  readonly roundTripMs?: number
}

/** Microphones and loudspeakers; names are known once the microphone was allowed. */
export interface SoftphoneDevices {
  readonly inputs: readonly AudioDevice[]
  readonly outputs: readonly AudioDevice[]
  readonly input?: string
  readonly output?: string
}

export interface AudioDevice {
  readonly id: string
  readonly name: string
}

/** How loud both sides are, 0 to 1; changes many times a second, so it has a store of its own. */
export interface SoundLevel {
  readonly mine: number
  readonly theirs: number
}

/** What may be done. A command that does not fit does nothing. */
export interface SoftphoneCommands {
  /** Registers, and keeps registered. */
  start(): void
  /** Ends the call and the registration: for a log-out. A page that goes away just goes: its call waits for it. */
  stop(): void
  dial(number: string): void
  answer(): void
  /** Ends the call, refuses the one that rings, gives up the one that is dialled. */
  hangUp(): void
  mute(muted: boolean): void
  /** 0-9, *, #, A-D. */
  press(digit: string): void
  chooseInput(id: string): void
  chooseOutput(id: string): void
  /** Tries the microphone for some seconds, so that the browser asks before the first call rings and people see whether they are heard. */
  prepare(): Promise<void>
}
